import Analysis
import Carbon
import HardwareMapping
import Quantities

/// What a scan tells of one file.
struct ScanResult {
  enum Content {
    case assessed(Assessment)
    case failed(String)
  }

  var path: String
  var content: Content

  var isFailed: Bool { if case .failed = content { true } else { false } }

  /// A line of NDJSON: what `analyze --format ndjson --summary` says, or why the file has no costs.
  var json: String {
    get throws {
      switch content {
      case .assessed(let assessment):
        try JSON.line(AnalysisReport(assessment, withLayers: false))
      case .failed(let message): try JSON.line(FailurePart(path, message))
      }
    }
  }

  private struct FailurePart: Encodable {
    struct ModelPart: Encodable { var path: String }
    struct ErrorPart: Encodable { var message: String }

    var schemaVersion = reportSchemaVersion
    var tool = AnalysisReport.Tool()
    var model: ModelPart
    var error: ErrorPart

    init(_ path: String, _ message: String) {
      model = ModelPart(path: path)
      error = ErrorPart(message: message)
    }
  }

  /// The title row of CSV.
  static let csvHeader = CSVReport.document([CSVReport.modelHeader + ["error"]])

  /// A row of CSV.
  var csv: String {
    switch content {
    case .assessed(let assessment): CSVReport.document([CSVReport.modelRow(assessment) + [""]])
    case .failed(let message):
      CSVReport.document([
        [path] + CSVReport.modelHeader.dropFirst().map { _ in "" } + [printable(message)]
      ])
    }
  }
}

/// A table whose columns have widths of their own from the start, as its rows are not all known.
struct ScanTable {
  let terminal: Terminal
  let isOnDevice: Bool

  private var titles: [String] {
    (isWide ? ["operators", "parameters"] : []) + ["MACs", "arena"]
      + (isOnDevice ? ["latency", "energy", "carbon"] : [])
  }

  /// A narrow terminal has no room for all columns.
  private var isWide: Bool { terminal.width >= 100 }

  private static let width = 10

  private var nameWidth: Int { terminal.width - titles.count * (Self.width + 1) }

  var header: String { terminal.bold(line("model", titles)) + "\n" }

  func row(_ result: ScanResult) -> String {
    switch result.content {
    case .failed(let message):
      let start = "\(result.path): "
      let reason = message.hasPrefix(start) ? String(message.dropFirst(start.count)) : message
      let name = fittedName(printable(result.path))
      let room = terminal.width - nameWidth - 1
      let text = printable(reason)
      return "\(name) \(terminal.yellow(text.count > room ? text.prefix(room - 1) + "…" : text))\n"
    case .assessed(let assessment):
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
        cells.append(shown(assessment.footprint?.total, least, unit: "g"))
      }
      return line(printable(result.path), cells) + "\n"
    }
  }

  private func line(_ name: String, _ cells: [String]) -> String {
    let numbers = cells.map {
      TextTable.fitted($0, to: Self.width, .init(title: "", alignment: .right))
    }
    return ([fittedName(name)] + numbers).joined(separator: " ")
  }

  /// The end of a path tells more than its start.
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
