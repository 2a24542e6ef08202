package import Quantities
import Analysis
import HardwareMapping

/// A reason of costs, and the saving of a change.
package struct Finding: Sendable {
  /// The rule's name, such as `float-island`.
  package var rule: String
  /// Indices of the affected layers.
  package var layers: [Int]
  /// Why they are costly, as a clause.
  package var reason: String
  /// What to change, as a clause.
  package var advice: String
  /// The share of a cost that the change saves; negative where it costs more.
  ///
  /// Its ends are those over the interval of the estimate. A metric that is unknown with the change
  /// is left out.
  package var savings: [Metric: Interval]
}

/// A change that a rule proposes.
package struct Proposal: Sendable {
  package var layers: [Int]
  package var reason: String
  package var advice: String
  /// The model, or how it runs, with the change.
  package var changed: Scenario
}

/// Finds layers that are costly for one reason.
package protocol HotspotRule: Sendable {
  /// A stable identifier, such as `float-island`.
  var name: String { get }
  /// Changes that would make the model cheaper, in this rule's view.
  func proposals(_ evaluation: Evaluation) -> [Proposal]
}

/// The rules and their findings.
package enum HotspotRules {
  /// All rules; each is one file in `Rules/`.
  package static let all: [any HotspotRule] = [
    FloatModel(), FloatIsland(), ConversionPair(), WeightOnlyQuantized(), UnfoldedNormalization(),
    UnfusedOperators(), MemoryBoundDepthwise(), WeightBound(), AcceleratorFallback(),
    DenseConvolution(), LargeInput(), Transposes(), OverheadBound(), ExecutionOrder(),
  ]

  /// Smaller savings are not reported.
  private static let leastSaving = 0.005

  /// A rule that finds the same again and again is cut off here.
  static let proposalsOfARule = 8

  /// The changes that save some of a metric, those that save most first.
  package static func findings(
    _ evaluation: Evaluation, by metric: Metric, rules: [any HotspotRule] = all
  ) -> [Finding] {
    var findings: [Finding] = []
    guard evaluation.total(metric) != nil else { return [] }
    for rule in rules {
      for proposal in rule.proposals(evaluation).prefix(proposalsOfARule) {
        guard let changed = try? Evaluation(proposal.changed) else { continue }
        let savings = savings(evaluation, changed)
        guard let saving = savings[metric], saving.value >= leastSaving else { continue }
        findings.append(
          Finding(
            rule: rule.name, layers: proposal.layers, reason: proposal.reason,
            advice: proposal.advice, savings: savings))
      }
    }
    return findings.sorted {
      ($1.savings[metric]?.value ?? 0, $0.rule, $0.layers.first ?? 0)
        < ($0.savings[metric]?.value ?? 0, $1.rule, $1.layers.first ?? 0)
    }
  }

  private static func savings(_ before: Evaluation, _ after: Evaluation) -> [Metric: Interval] {
    var savings: [Metric: Interval] = [:]
    for metric in Metric.ranked {
      guard let old = before.total(metric), let new = after.total(metric), old.low > 0,
        after.unknownLayers <= before.unknownLayers
      else { continue }
      // Both ends have the same errors: they share coefficients.
      let parts = [
        1 - new.low / old.low, 1 - new.value / old.value, 1 - new.high / old.high,
      ]
      savings[metric] = Interval(
        parts[1], low: parts.min() ?? parts[1], high: parts.max() ?? parts[1])
    }
    return savings
  }
}

/// A number and what it counts, such as `1 layer` or `3 layers`.
func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}

extension Evaluation {
  /// Layers whose cost is not known, alone or in a kernel with one; a change must not hide cost.
  var unknownLayers: Int {
    guard let estimate else { return workload.layers.filter { !$0.isCosted }.count }
    return estimate.kernels.filter { $0.time == nil }.reduce(0) { $0 + $1.kernel.layers.count }
  }

  /// Whether totals are those of all layers; if not, they are lower bounds.
  package var isComplete: Bool { unknownLayers == 0 && workload.coverage.isComplete }
}
