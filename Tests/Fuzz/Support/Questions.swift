package import Assessment
import Carbon
import Hotspots
package import Policies
import Quantities
package import Reports

/// Something that a command makes of an assessment.
package typealias Question = @Sendable (ModelAssessment) throws -> Void

/// All that commands make of an assessment: every report in every form that it has.
package enum Questions {
  private static let layout = TextLayout(width: 80, isColoured: false)
  private static let publisher = FootprintDocument.Publisher(
    company: "Company", identifier: "urn:company:1", standard: "ISO14067")

  package static let all: [Question] =
    forms { AnalysisReports([$0], detail: .all, withSources: true) }
    + forms { AnalysisReports([$0], detail: .top(3)) }
    + forms {
      HotspotReport($0, by: nil, grouping: .layer, depth: nil, top: 10)
    }
    + forms { HotspotReport($0, by: .macs, grouping: .module, depth: 1, top: 3) }
    + forms { Inspection($0) }
    + forms { ComparisonReport([$0, $0], by: .macs) }
    + forms { DiffReport($0, $0, top: 10) }
    + forms { assessment in
      var document = try FootprintDocument(assessment, publisher: publisher)
      document.addSensitivity()
      return document
    }
    + forms { check($0) }
    + ScanReport.formats.map { form in
      { assessment in
        let rows = ScanReport(form, in: layout, for: nil)
        _ = try rows.row(ScanResult(assessment.path, .success(assessment)))
      }
    }
    + Plot.allCases.map { plot in { _ = plot.document(of: $0) } }
    + [
      { _ = try FirmwareSource($0) },
      { _ = StarterPolicy($0, devices: []) },
    ]

  /// A policy's verdict on an assessment, with a limit on every metric of a model.
  package static func check(
    _ assessment: ModelAssessment, _ policy: Policy = strictest, _ baseline: Baseline? = nil
  ) -> CheckReport {
    CheckReport(
      policy, path: "policy", baseline: baseline.map { ("baseline", $0) },
      [CheckReport.SubjectPart(assessment, policy, baseline, withHotspots: true)])
  }

  private static let strictest = Policy(
    rules: [.latency, .energy, .carbon, .macs, .arenaBytes, .ramShare].map {
      Rule($0, max: Limit(1e-9))
    })

  /// A report in each of its forms.
  private static func forms<Content: Report & SendableMetatype>(
    _ report: @escaping @Sendable (ModelAssessment) throws -> Content
  ) -> [Question] {
    Content.formats.map { form in
      { try report($0).write(as: form, in: layout) { _ in } }
    }
  }
}
