import Analysis
import Quantities

/// Heads of keys and values that several heads of queries could share.
struct ManyKeyHeads: HotspotRule {
  let name = "many-key-heads"
  let savesMemory = true

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let workload = evaluation.workload
    guard let text = evaluation.scenario.text, text.base.hasOneDecoder,
      let heads = FewerKeyHeads.heads(of: text.base.caches, in: workload.graph), heads > 1,
      heads.isMultiple(of: 2)
    else { return [] }
    let presents = text.base.presents
    var changed = evaluation.scenario
    changed.text?.change.keyHeadDivisor = 2
    return [
      Proposal(
        layers: workload.layers.filter { !presents.isDisjoint(with: $0.outputs) }.map(\.index),
        reason: "\(counted(heads, "head")) of keys and values in each block",
        advice:
          "train the model with \(counted(heads / 2, "head")) of keys and values that queries share in groups",
        changed: changed)
    ]
  }
}
