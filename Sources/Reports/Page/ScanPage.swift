import Analysis
import Assessment
import Carbon
import DeviceProfiles
import HardwareMapping
import OpGraph
import Quantities

/// The report of `scan` as a page: a table of models, which is written row by row.
struct ScanPage: Sendable {
  private let isOnDevice: Bool

  init(isOnDevice: Bool) { self.isOnDevice = isOnDevice }

  private var page: Page {
    Page(
      title: "Scan of models",
      lead: "One row for each file; a head sorts the rows.",
      summary: "",
      sections: [
        Page.Section(
          id: "models", title: "Models",
          content: PageParts.dataTable("Table of models", caption: "Costs of one inference."))
      ],
      scripts: [.page, .fleet])
  }

  private var columns: [FleetData.Column] {
    let costs: [FleetData.Column] =
      isOnDevice
      ? [
        .text("device", minor: true), .number("latency", "s"),
        .number("energy", "J", isSorted: true), .number("carbon", "gCO2e", minor: true),
        .text("fits"),
      ] : []
    return [.text("model")] + costs
      + [
        .number("MACs", minor: isOnDevice, isSorted: !isOnDevice),
        .number("parameters", minor: true), .number("weights", "B", minor: true),
        .number("arena", "B", minor: true),
        .text("costs", minor: true), .text("warnings", minor: true),
      ]
  }

  /// What stands before the first row.
  var start: String {
    let data = try? JSON.line(FleetData(columns: columns, isDescending: true))
    // Keys are sorted, so the list of rows comes last, and is left open.
    return page.start + Page.embedded(String((data ?? "").dropLast("]}\n".count)))
  }

  /// What stands behind the last row.
  var end: String { "]}" + page.end }

  func row(_ path: String, _ content: Result<ModelAssessment, Problem>) throws(Problem) -> String {
    let cells: [FleetData.Cell] =
      switch content {
      case .success(let assessment): self.cells(path, assessment)
      case .failure(let problem): [.text(path), .text(Self.reason(problem, of: path))]
      }
    return Page.embedded(String(try JSON.line(cells).dropLast()))
  }

  /// Why a file could not be read, without its path, which stands beside.
  private static func reason(_ problem: Problem, of path: String) -> String {
    var problem = problem
    if problem.file == path { problem.file = "" }
    if problem.place == path { problem.place = "" }
    return "\(problem)"
  }

  private func cells(_ path: String, _ assessment: ModelAssessment) -> [FleetData.Cell] {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let estimate = assessment.estimate
    let warnings = Set(assessment.diagnostics.filter(\.isWarning).map(\.code))
    let costs: [FleetData.Cell] =
      isOnDevice
      ? [
        .text(estimate?.device.name ?? ""), .value(estimate?.latency), .value(estimate?.energy),
        .value(assessment.footprint?.total), .text(FitVerdict(assessment)?.word ?? ""),
      ] : []
    return [.text(path)] + costs
      + [
        .count(totals.macs.value), .count(totals.parameters.value),
        .count(totals.weightBytes.value), .count(totals.arenaBytes.value),
        .text(assessment.isComplete ? "complete" : "at least"),
        .text(warnings.sorted().joined(separator: ", ")),
      ]
  }
}
