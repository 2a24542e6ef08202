package import Analysis
package import Assessment
import Hotspots
package import Quantities

/// What `analyze` answers with: an analysis of each model, in every form.
package struct AnalysisReports: Report {
  package static let formats = ReportFormat.common + [.ndjson, .html, .trace, .dot, .modelExplorer]

  /// Forms for one model.
  package static let formatsOfOne: [ReportFormat] = [.html, .trace, .dot, .modelExplorer]

  /// How many layers text and Markdown show where nothing is said: the answer stays on one screen.
  package static let usualLayers = 5

  /// Which layers are shown.
  package enum Detail: Sendable {
    /// Totals only.
    case summary
    /// The number of the costliest in text and Markdown; all in JSON and CSV.
    case top(Int)
    case all
  }

  private let assessments: [ModelAssessment]
  private let detail: Detail
  private let convention: (any Convention)?
  /// Whether text lists sources, notes and assumptions.
  private let withSources: Bool
  /// The metric of a graph's colours, or of node data.
  private let metric: Metric?
  /// What was measured of each model; empty where nothing was of any.
  private let measured: [MeasuredComparison?]

  /// - Parameters:
  ///   - assessments: At least one; some forms are for one only.
  ///   - convention: The other tool whose counts are shown beside ours.
  ///   - metric: The metric of a graph's colours, or of node data.
  ///   - withSources: Whether text lists sources, notes and assumptions, and not only counts them.
  ///   - measured: What was measured of each model, shown beside the prediction.
  package init(
    _ assessments: [ModelAssessment], detail: Detail, convention: (any Convention)? = nil,
    colouredBy metric: Metric? = nil, withSources: Bool = false,
    measured: [MeasuredComparison?] = []
  ) {
    self.assessments = assessments
    self.detail = detail
    self.convention = convention
    self.withSources = withSources
    self.metric = metric
    self.measured = measured
  }

  private var hasLayers: Bool { if case .summary = detail { false } else { true } }

  /// How many layers text shows.
  private var shownLayers: Int {
    switch detail {
    case .summary: 0
    case .top(let count): count
    case .all: .max
    }
  }

  private func measured(of model: Int) -> MeasuredComparison? {
    measured.isEmpty ? nil : measured[model]
  }

  private func report(_ model: Int) -> AnalysisReport {
    AnalysisReport(
      assessments[model], withLayers: hasLayers, convention: convention,
      measured: measured(of: model))
  }

  /// One model is an object, several are a list.
  package func encode(to encoder: any Encoder) throws {
    if assessments.count == 1 { return try report(0).encode(to: encoder) }
    var list = encoder.unkeyedContainer()
    for model in assessments.indices { try list.encode(report(model)) }
  }

  package func write(
    as format: ReportFormat, in layout: TextLayout, to sink: @escaping ByteSink
  ) throws {
    switch format {
    case .json: try JSON.write(self, isPretty: true, to: sink)
    case .ndjson:
      for model in assessments.indices {
        try JSON.write(report(model), isPretty: false, to: sink)
      }
    case .csv: try CSV.write(table, to: sink)
    case .html: try AnalysisPage(try only, measured: measured(of: 0)).write(to: sink)
    case .trace: try JSON.write(try trace, isPretty: true, to: sink)
    default: try written(as: format, in: layout).write(to: sink)
    }
  }

  package func text(in layout: TextLayout) -> String {
    assessments.indices.map {
      AnalysisText(
        assessments[$0], layout: layout, layers: shownLayers, convention: convention,
        withSources: withSources, measured: measured(of: $0)
      ).text
    }.joined(separator: "\n")
  }

  package var csv: String { CSV.document(table) }

  private var table: some Sequence<[String]> {
    AnalysisTable.rows(of: assessments, withLayers: hasLayers, measured: measured)
  }

  package var markdown: String {
    assessments.indices.map {
      AnalysisMarkdown(assessments[$0], layers: shownLayers, measured: measured(of: $0)).text
    }.joined(separator: "\n")
  }

  package func document(as format: ReportFormat) throws(Problem) -> String? {
    switch format {
    case .ndjson:
      var lines = ""
      for model in assessments.indices { lines += try JSON.line(report(model)) }
      return lines
    case .html: return try AnalysisPage(try only, measured: measured(of: 0)).document()
    case .dot: return GraphvizGraph(try only, by: metric).text
    case .modelExplorer: return try JSON.document(ModelExplorerData(try only, by: metric))
    case .trace: return try JSON.document(try trace)
    default: return nil
    }
  }

  private var trace: PerfettoTrace {
    get throws(Problem) {
      let assessment = try only
      guard let estimate = assessment.estimate else { throw Problem("a trace needs a device") }
      return PerfettoTrace(assessment, estimate)
    }
  }

  private var only: ModelAssessment {
    get throws(Problem) {
      guard assessments.count == 1 else {
        throw Problem("\(assessments.count) models", expected: "one, for this form")
      }
      return assessments[0]
    }
  }
}
