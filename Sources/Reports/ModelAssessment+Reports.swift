import Hotspots
public import Assessment
public import Quantities

extension ModelAssessment {
  /// What its layers cost, for rankings of them.
  func evaluation() -> Evaluation {
    Evaluation(
      scenario, workload, estimate, generation: generation.map { ($0.workload, $0.estimate) })
  }

  /// The assessment as a report: an analysis, or for the formats of carbon accounting a footprint.
  ///
  /// - Parameters:
  ///   - format: `text`, `json`, `ndjson`, `csv`, `markdown`, `html`, `trace`, `dot` and `modelExplorer` are
  ///     analyses;
  ///     `sci`, `cyclonedx`, `spdx`, `impactFramework` and `huggingface` are footprints. `pact` needs a
  ///     company, which the command states.
  ///   - width: Columns that text may take.
  /// - Throws: `Problem` when there is no such report, or something that it needs is not known.
  public func report(as format: ReportFormat, width: Int = 80) throws(Problem) -> String {
    let layout = TextLayout(width: width, isColoured: false)
    if AnalysisReports.formats.contains(format) {
      return try AnalysisReports([self], detail: .top(AnalysisReports.usualLayers)).written(
        as: format, in: layout)
    }
    guard FootprintDocument.formats.contains(format) else {
      throw Problem("there is no such report of an assessment as '\(format.rawValue)'")
    }
    let publisher = FootprintDocument.Publisher(company: nil, identifier: nil, standard: nil)
    return try FootprintDocument(self, publisher: publisher).written(as: format, in: layout)
  }
}
