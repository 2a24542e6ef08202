import DeviceProfiles
package import Assessment
import Carbon
import HardwareMapping
import OpGraph
package import Quantities

/// What `footprint` answers with, in every form.
package struct FootprintDocument: Report {
  package static let formats =
    ReportFormat.common + [.html, .sci, .cyclonedx, .spdx, .pact, .impactFramework, .huggingface]

  package var report: FootprintReport
  private let footprint: Footprint
  private let fit: FitVerdict?
  /// Who answers for a product's footprint, which PACT asks for.
  private let publisher: Publisher
  /// Whether text lists sources and notes.
  private let withSources: Bool

  /// A company that passes the footprint of its product on.
  package struct Publisher: Sendable {
    var company, identifier, standard: String?

    /// - Parameters:
    ///   - company: Its name.
    ///   - identifier: A URN of it.
    ///   - standard: The standard that it follows, such as `ISO14067`.
    package init(company: String?, identifier: String?, standard: String?) {
      self.company = company
      self.identifier = identifier
      self.standard = standard
    }
  }

  /// - Throws: `Problem` when time or energy, and so the footprint, is not known.
  package init(
    _ assessment: ModelAssessment, publisher: Publisher, withSources: Bool = false
  ) throws(Problem) {
    guard let footprint = assessment.footprint, let estimate = assessment.estimate else {
      let device = assessment.estimate?.device.name ?? "no device"
      throw Problem(
        "its time or energy on '\(device)' is unknown; the notes of an analysis give the reason",
        at: assessment.path)
    }
    self.footprint = footprint
    self.publisher = publisher
    self.withSources = withSources
    fit = FitVerdict(assessment)
    report = FootprintReport(assessment, footprint, estimate)
  }

  package func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }
  package func text(in layout: TextLayout) -> String {
    report.text(in: layout, fit: fit, withSources: withSources)
  }
  package var csv: String { report.csv }
  package var markdown: String { report.markdown(withSources: withSources) }

  package func document(as format: ReportFormat) throws(Problem) -> String? {
    switch format {
    case .html: report.page(fit).document
    case .sci: try JSON.document(SCIReport(report))
    case .cyclonedx: try JSON.document(CycloneDXReport(report))
    case .spdx: try JSON.document(SPDXReport(report))
    case .impactFramework: try ImpactFrameworkReport(report, footprint).yaml
    case .pact: try JSON.document(try PACTReport(report, footprint, publisher))
    case .huggingface: HuggingFaceReport(report).yaml
    default: nil
    }
  }

  /// Adds the sensitivity to each input, at both ends of its interval.
  package mutating func addSensitivity() {
    report.sensitivity = Sensitivity(footprint.inputs).map { .init($0) }
  }

  /// Adds the same footprint with changes.
  /// - Parameters:
  ///   - changes: Each `key=value`, several with commas, or `usual` for a set of them.
  ///   - assess: Assesses a model on another target.
  package mutating func addChanges(
    _ changes: [String], to assessment: ModelAssessment, _ target: AssessmentTarget,
    assess: (String, AssessmentTarget) throws(Problem) -> ModelAssessment
  ) throws(Problem) {
    let usual = WhatIf.usual(target)
    var rows: [FootprintReport.WhatIfRow] = []
    for text in changes.flatMap({ $0 == "usual" ? usual : [$0] }) {
      let change = try WhatIf(text)
      var row = FootprintReport.WhatIfRow(
        change: text, perInference: Nullable(nil), life: Nullable(nil))
      do throws(Problem) {
        let (path, changed, notes) = try change.applied(to: assessment.path, target)
        row.compare(try assess(path, changed), with: assessment, footprint)
        row.warnings = notes + row.warnings
      } catch {
        row.problem = "\(error)"
      }
      rows.append(row)
    }
    report.whatIf = rows
  }
}

extension FootprintDocument {
  /// Those of some changes that could not be evaluated.
  ///
  /// Of the usual changes some may be impossible, which is no error.
  package func failures(of changes: [String]) -> [Problem] {
    (report.whatIf ?? []).filter { changes.contains($0.change) }.compactMap { row in
      row.problem.map { Problem($0, at: "--what-if \(row.change)") }
    }
  }
}

extension FootprintReport.WhatIfRow {
  fileprivate mutating func compare(
    _ other: ModelAssessment, with assessment: ModelAssessment, _ footprint: Footprint
  ) {
    perInference = Nullable(other.footprint?.total)
    life = Nullable(other.footprint?.lifeCycle.total)
    if let before = footprint.total?.value, let after = other.footprint?.total?.value, before > 0 {
      relativeChange = after / before - 1
    }
    let known = Set(assessment.diagnostics.map(\.message))
    warnings = other.diagnostics.filter(\.isWarning).map(\.message)
      .filter { !known.contains($0) }
  }
}
