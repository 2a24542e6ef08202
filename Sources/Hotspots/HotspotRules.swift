package import Quantities

/// The rules, and what comes of asking them.
package enum HotspotRules {
  /// All rules; each is one file in `Rules/`.
  package static let all: [any HotspotRule] = [
    FloatModel(), FloatIsland(), ConversionPair(), WeightOnlyQuantized(), UnfoldedNormalization(),
    UnfusedOperators(), MemoryBoundDepthwise(), WeightBound(), AcceleratorFallback(),
    DenseConvolution(), LargeInput(), Transposes(), OverheadBound(), ExecutionOrder(),
    ZeroFilters(), LongPrompt(), CopiedCache(), ManyKeyHeads(), WideVocabulary(),
  ]

  /// A change that saves a smaller share is left out.
  private static let leastSaving = 0.005

  /// The changes that save some of a metric, those that save most first.
  package static func findings(
    _ evaluation: Evaluation, by metric: Metric, rules: [any HotspotRule] = all
  ) -> [Finding] {
    var findings: [Finding] = []
    guard evaluation.total(metric) != nil else { return [] }
    let (costs, unknownLayers) = (evaluation.totalsOfKernels, evaluation.unknownLayers)
    for rule in rules {
      for proposal in rule.proposals(evaluation).prefix(Proposal.limitPerRule) {
        guard let changed = try? proposal.evaluation() else { continue }
        let savings =
          changed.unknownLayers <= unknownLayers ? savings(costs, changed.totalsOfKernels) : [:]
        let text = TextSaving(evaluation, changed, savings)
        guard let saving = savings[metric],
          saving.value >= leastSaving || rule.savesMemory && text?.memoryBytes ?? 0 > 0
        else { continue }
        findings.append(
          Finding(
            rule: rule.name, layers: proposal.layers, reason: proposal.reason,
            advice: proposal.advice, savings: savings, text: text))
      }
    }
    return findings.sorted {
      ($1.savings[metric]?.value ?? 0, $0.rule, $0.layers.first ?? 0)
        < ($0.savings[metric]?.value ?? 0, $1.rule, $1.layers.first ?? 0)
    }
  }

  private static func savings(
    _ before: [Metric: Interval], _ after: [Metric: Interval]
  ) -> [Metric: Interval] {
    var savings: [Metric: Interval] = [:]
    for (metric, old) in before {
      guard let new = after[metric], old.low > 0 else { continue }
      // Both ends err together: they come of the same coefficients. Of a sum without an upper end the part that is
      // known may be any part.
      let parts = [
        1 - new.low / old.low, 1 - new.value / old.value,
        new.high == old.high ? 0 : 1 - new.high / old.high,
      ]
      savings[metric] = Interval(
        parts[1], low: parts.min() ?? parts[1], high: parts.max() ?? parts[1])
    }
    return savings
  }
}
