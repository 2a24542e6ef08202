import HardwareMapping
import Carbon
import Analysis
package import Assessment
import OpGraph
package import Quantities

/// The result of a scan for one file.
package struct ScanResult: Sendable {
  package var path: String
  fileprivate let content: Result<ModelAssessment, Problem>

  package init(_ path: String, _ content: Result<ModelAssessment, Problem>) {
    self.path = path
    self.content = content
  }

  package var isFailed: Bool { if case .failure = content { true } else { false } }

  /// Whether there are diagnostics besides notes.
  package var hasWarnings: Bool {
    guard case .success(let assessment) = content else { return false }
    return assessment.diagnostics.contains(where: \.isWarning)
  }
}

/// The rows of a scan in one form: a header, a row for each file, a footer.
///
/// Rows are written as files are done, so that a scan of any length takes no more memory.
package struct ScanReport: Sendable {
  /// The forms that a scan has, the usual one first.
  package static let formats: [ReportFormat] = [.ndjson, .json, .csv, .markdown, .text, .html]

  private let format: ReportFormat
  private let table: ScanTable
  private let page: ScanPage

  /// - Parameter target: What the files are assessed for; without one there are no columns of time,
  ///   energy and carbon.
  package init(_ format: ReportFormat, in layout: TextLayout, for target: AssessmentTarget?) {
    self.format = format
    table = ScanTable(
      layout: layout, isOnDevice: target != nil, statesUse: target?.deployment.statesUse ?? false)
    page = ScanPage(isOnDevice: target != nil)
  }

  /// What stands before the first row.
  package var header: String? {
    switch format {
    case .json: "[\n"
    case .csv: CSV.document([Self.columns])
    case .markdown:
      Markdown.document(
        Markdown.table(Self.columns, alignments: Self.columns.map { _ in .left }, []))
    case .text: table.header
    case .html: page.start
    default: nil
    }
  }

  /// What stands after the last row.
  package var footer: String {
    switch format {
    case .json: "\n]\n"
    case .html: page.end
    default: ""
    }
  }

  /// What stands between two rows.
  package var separator: String { [.json, .html].contains(format) ? ",\n" : "" }

  package func row(_ result: ScanResult) throws(Problem) -> String {
    switch format {
    case .csv: CSV.document([cells(result)])
    case .markdown: Markdown.document([Markdown.row(cells(result))])
    case .text: table.row(result)
    case .html: try page.row(result.path, result.content)
    case .json: String(try Self.json(result).dropLast())
    default: try Self.json(result)
    }
  }

  private static let columns = AnalysisTable.modelHeader + ["warnings", "error"]

  private func cells(_ result: ScanResult) -> [String] {
    switch result.content {
    case .success(let assessment):
      AnalysisTable.modelRow(assessment) + [Self.warnings(assessment), ""]
    case .failure(let problem):
      [result.path] + Self.columns.dropFirst(2).map { _ in "" }
        + [printable("\(problem)")]
    }
  }

  /// The codes of the warnings of a model, each once.
  private static func warnings(_ assessment: ModelAssessment) -> String {
    var codes: [String] = []
    for diagnostic in assessment.diagnostics where diagnostic.isWarning {
      if !codes.contains(diagnostic.code) { codes.append(diagnostic.code) }
    }
    return codes.joined(separator: "; ")
  }

  /// An analysis without its layers, or why the file has none.
  private static func json(_ result: ScanResult) throws(Problem) -> String {
    switch result.content {
    case .success(let assessment): try JSON.line(AnalysisReport(assessment, withLayers: false))
    case .failure(let problem): try JSON.line(FailurePart(result.path, "\(problem)"))
    }
  }

  private struct FailurePart: Encodable {
    struct ModelPart: Encodable { var path: String }
    struct ErrorPart: Encodable { var message: String }

    var schemaVersion = Tool.reportSchemaVersion
    var tool = Tool()
    var model: ModelPart
    var error: ErrorPart

    init(_ path: String, _ message: String) {
      model = ModelPart(path: path)
      error = ErrorPart(message: message)
    }
  }
}

/// A table whose columns have widths of their own from the start, as its rows are not all known.
private struct ScanTable {
  let layout: TextLayout
  let isOnDevice: Bool
  /// Without a use, the carbon is that of computing alone.
  let statesUse: Bool

  private var titles: [String] {
    (isWide ? ["operators", "parameters"] : []) + ["MACs", "arena"]
      + (isOnDevice ? ["latency", "energy", statesUse ? "carbon" : "marginal"] : [])
  }

  /// Not all columns fit a narrow terminal.
  private var isWide: Bool { layout.width >= 100 }

  private static let width = 10

  private var nameWidth: Int { layout.width - titles.count * (Self.width + 1) }

  var header: String { layout.bold(line("model", titles)) + "\n" }

  func row(_ result: ScanResult) -> String {
    switch result.content {
    case .success(let assessment): row(assessment, path: result.path)
    case .failure(let problem): row(failure: "\(problem)", path: result.path)
    }
  }

  private func row(failure message: String, path: String) -> String {
    let start = "\(path): "
    let reason = message.hasPrefix(start) ? String(message.dropFirst(start.count)) : message
    let name = fittedName(printable(path))
    let width = layout.width - nameWidth - 1
    let text = printable(reason)
    return "\(name) \(layout.yellow(cut(text, to: width)))\n"
  }

  private func cut(_ text: String, to width: Int) -> String {
    text.count > width ? text.prefix(width - 1) + "…" : text
  }

  private func row(_ assessment: ModelAssessment, path: String) -> String {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let coverage = assessment.workload.coverage
    var cells: [String] = []
    if isWide { cells += ["\(coverage.operators)", count(totals.parameters.value)] }
    cells += [
      count(totals.macs.value),
      totals.arenaBytes.value.map { engineering(Double($0), unit: "B") } ?? "unknown",
    ]
    if isOnDevice {
      let least = assessment.estimate?.unknownKernels == 0 ? "" : "≥"
      cells.append(shown(assessment.estimate?.latency, least))
      cells.append(shown(assessment.estimate?.energy, least))
      let footprint = assessment.footprint
      cells.append(shown(statesUse ? footprint?.total : footprint?.operational, least, unit: "g"))
    }
    return line(printable(path), cells) + "\n" + warnings(assessment)
  }

  /// A line below the row of a model that has warnings.
  private func warnings(_ assessment: ModelAssessment) -> String {
    let messages = assessment.diagnostics.filter(\.isWarning).map(\.message)
    guard !messages.isEmpty else { return "" }
    let text = printable("  warning: " + messages.joined(separator: "; "))
    return layout.yellow(cut(text, to: layout.width)) + "\n"
  }

  private func line(_ name: String, _ cells: [String]) -> String {
    let numbers = cells.map {
      TextTable.fitted($0, to: Self.width, .init(title: "", alignment: .right))
    }
    return ([fittedName(name)] + numbers).joined(separator: " ")
  }

  /// The end of a path is more informative than its start.
  private func fittedName(_ name: String) -> String {
    TextTable.fitted(
      name, to: nameWidth, .init(title: "", alignment: .left, flexibility: .losesStart))
  }

  private func count(_ number: Int?) -> String { number.map(short) ?? "unknown" }

  /// - Parameter least: What marks a lower bound.
  private func shown<U>(
    _ estimate: Estimate<U>?, _ least: String, unit: String = U.symbol
  ) -> String {
    estimate.map { least + engineering($0.value, unit: unit) } ?? "unknown"
  }
}
