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
  /// Latency and energy of an inference that a user measured, in their units.
  private let measured: [Metric: Double]

  /// - Parameters:
  ///   - assessments: At least one; some forms are for one only.
  ///   - convention: The other tool whose counts are shown beside ours.
  ///   - metric: The metric of a graph's colours, or of node data.
  ///   - withSources: Whether text lists sources, notes and assumptions, and not only counts them.
  ///   - measured: Latency and energy of an inference that a page shows beside the prediction.
  package init(
    _ assessments: [ModelAssessment], detail: Detail, convention: (any Convention)? = nil,
    colouredBy metric: Metric? = nil, withSources: Bool = false, measured: [Metric: Double] = [:]
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

  private func report(_ assessment: ModelAssessment) -> AnalysisReport {
    AnalysisReport(assessment, withLayers: hasLayers, convention: convention)
  }

  /// One model is an object, several are a list.
  package func encode(to encoder: any Encoder) throws {
    if assessments.count == 1 { return try report(assessments[0]).encode(to: encoder) }
    var list = encoder.unkeyedContainer()
    for assessment in assessments { try list.encode(report(assessment)) }
  }

  package func write(
    as format: ReportFormat, in layout: TextLayout, to sink: @escaping ByteSink
  ) throws {
    switch format {
    case .json: try JSON.write(self, isPretty: true, to: sink)
    case .ndjson:
      for assessment in assessments {
        try JSON.write(report(assessment), isPretty: false, to: sink)
      }
    case .csv: try CSV.write(table, to: sink)
    default: try written(as: format, in: layout).write(to: sink)
    }
  }

  package func text(in layout: TextLayout) -> String {
    assessments.map {
      AnalysisText(
        $0, layout: layout, layers: shownLayers, convention: convention, withSources: withSources
      ).text
    }.joined(separator: "\n")
  }

  package var csv: String { CSV.document(table) }

  private var table: some Sequence<[String]> {
    AnalysisTable.rows(of: assessments, withLayers: hasLayers)
  }

  package var markdown: String {
    assessments.map { AnalysisMarkdown($0, layers: shownLayers).text }.joined(separator: "\n")
  }

  package func document(as format: ReportFormat) throws(Problem) -> String? {
    switch format {
    case .ndjson:
      var lines = ""
      for assessment in assessments { lines += try JSON.line(report(assessment)) }
      return lines
    case .html: return try AnalysisPage(try only, measured: measured).page().document
    case .dot: return GraphvizGraph(try only, by: metric).text
    case .modelExplorer: return try JSON.document(ModelExplorerData(try only, by: metric))
    case .trace:
      guard let estimate = try only.estimate else { throw Problem("a trace needs a device") }
      return try JSON.document(PerfettoTrace(try only, estimate))
    default: return nil
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
