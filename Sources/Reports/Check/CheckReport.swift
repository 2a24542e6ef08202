package import Assessment
import DeviceProfiles
import HardwareMapping
import Hotspots
import OpGraph
package import Policies
import Quantities

/// The result of a policy: a verdict for each rule on each model and device.
package struct CheckReport: Report {
  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  var policy: String
  var baseline: String?
  var subjects: [SubjectPart]
  /// How many verdicts break the policy.
  package var brokenRules: Int
  /// Rules that match no model and device, and so have no verdict.
  var unusedRules: [String]
  /// Notes besides the verdicts.
  var warnings: [String]
  /// The parts of the targets from a file of defaults: reports name every file they depend on.
  var notes: [String]
  /// Of the rules, in the policy's order.
  var titles: [String]

  package struct SubjectPart: Encodable {
    var model: String
    var device: String?
    var runtime: String?
    /// The text that all numbers are of; nil where they are of an inference.
    var request: RequestPart?
    /// Assumptions of the carbon numbers: grid intensity and lifetime.
    var carbonAssumptions: String?
    /// The parts of its target from a file of defaults.
    var defaults: String?
    var verdicts: [VerdictPart]
    /// Warnings and errors of the model itself.
    var diagnostics: [AnalysisReport.DiagnosticPart]
    /// The costliest layers and what would make the model cheaper; for the forms that show it.
    var hotspots: HotspotReport?

    /// The model, its device where there is one, and the text where one is generated.
    var title: String {
      (device.map { "\(model) on \($0)" } ?? model)
        + (request.map { ", per generation (\($0.text))" } ?? "")
    }
  }

  struct VerdictPart: Encodable {
    var ruleIndex: Int
    var rule: String
    var metric: Metric
    var unit: String
    var layer: String?
    /// How many layers it stands for, where a rule names too many to list.
    var moreLayers: Int?
    var outcome: Verdict.Outcome
    var isBroken: Bool
    var value, low, high: Double?
    var baseline: Double?
    var message: String

    /// How many verdicts it is.
    var count: Int { moreLayers ?? 1 }

    /// The layer, or how many; nil where the rule is not of layers.
    var place: String? { layer ?? moreLayers.map { counted($0, "more layer") } }

    /// The rule, and the layer where the rule is of layers.
    var title: String { place.map { "\(rule): \($0)" } ?? rule }

    /// The value, such as `4.7 mJ`.
    var valueText: String { value.map(metric.text) ?? "unknown" }

    /// The ends of its interval, where it has one.
    var intervalText: String {
      guard let low, let high, low < high else { return "" }
      return "\(metric.text(low)) to \(metric.text(high))"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion, tool, policy, baseline, subjects, brokenRules, unusedRules, warnings
    case notes
  }

  /// - Parameter baseline: The baseline, and its path.
  package init(
    _ rules: Policy, path: String, baseline: (path: String, content: Baseline)?,
    _ subjects: [SubjectPart]
  ) {
    policy = path
    self.baseline = baseline?.path
    self.subjects = subjects
    let verdicts = subjects.flatMap(\.verdicts)
    brokenRules = verdicts.reduce(0) { $0 + ($1.isBroken ? $1.count : 0) }
    let used = Set(verdicts.map(\.ruleIndex))
    titles = rules.allRules(onDevice: true).map(\.title)
    unusedRules = rules.rules.enumerated().filter { !used.contains($0.offset) }.map(\.element.title)
    notes = Set(subjects.compactMap(\.defaults)).sorted().map(printable)
    warnings = unusedRules.map { "no model and device matches the rule '\(printable($0))'" }
    if let others = baseline?.content.otherVersions, !others.isEmpty {
      warnings.append(
        "the baseline is from version \(printable(others.joined(separator: ", "))), and this is "
          + "\(Tool.version): differences can come from the tool and not the model")
    }
  }

  /// How it ended, in a sentence.
  package var summary: String {
    let checks = subjects.flatMap(\.verdicts).reduce(0) { $0 + $1.count }
    return "\(policy): \(brokenRules) of \(counted(checks, "check")) failed"
  }
}

extension CheckReport.SubjectPart {
  /// Holds a policy against a model.
  package init(
    _ assessment: ModelAssessment, _ rules: Policy, _ baseline: Baseline?, withHotspots: Bool
  ) {
    let subject = Subject(assessment)
    let text = RequestPart(assessment)
    model = subject.model
    device = subject.device
    runtime = assessment.estimate?.runtime.name
    request = text
    carbonAssumptions = assessment.carbonAssumptions
    defaults = assessment.defaults
    diagnostics = AnalysisReport.DiagnosticPart.all(assessment.diagnostics.filter(\.isWarning))
    let verdicts = Verdict.all(rules, subject) { measure, name in
      baseline?.reading(
        measure, of: name, model: subject.model, device: subject.device, request: text)
    }
    self.verdicts = verdicts.map(CheckReport.VerdictPart.init)
    guard withHotspots else { return }
    hotspots =
      HotspotReport(assessment, by: nil, grouping: .layer, depth: nil, top: 5)
  }
}

extension CheckReport.VerdictPart {
  fileprivate init(_ verdict: Verdict) {
    ruleIndex = verdict.index
    rule = verdict.rule.title
    metric = verdict.rule.metric
    unit = verdict.rule.metric.unit
    layer = verdict.layer
    moreLayers = verdict.moreLayers
    outcome = verdict.outcome
    isBroken = verdict.isBroken
    (value, low, high) = (verdict.reading?.value, verdict.reading?.low, verdict.reading?.high)
    baseline = verdict.baseline
    message = verdict.message
  }
}
