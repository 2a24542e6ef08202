import Analysis
import OpGraph
import Quantities

/// Caches that each run writes anew, only to make them one position longer.
struct CopiedCache: HotspotRule {
  let name = "copied-cache"
  let savesMemory = true

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let text = evaluation.scenario.text, !text.change.buffers.areShared else { return [] }
    let presents = text.base.presents
    let makers = evaluation.workload.layers.filter {
      $0.fold == nil && !presents.isDisjoint(with: $0.outputs)
    }
    guard let first = makers.first else { return [] }
    let isConcat = evaluation.workload.graph.node(first.index, runs: Concat.self)
    // No exporter writes a decoder that reads an encoder with GroupQueryAttention.
    guard !isConcat || !text.base.hasEncoder else { return [] }
    var changed = evaluation.scenario
    changed.text?.change.buffers = CacheBuffers(areShared: true, includesConcat: true)
    return [
      Proposal(
        layers: makers.map(\.index),
        reason:
          "\(counted(makers.count, "layer")) writing the whole cache in each run, the first '\(first.shortName)'",
        advice: isConcat
          ? "export the model with GroupQueryAttention and let past and present keys share a buffer"
          : "let past and present keys share a buffer ('past_present_share_buffer' of onnxruntime-genai)",
        changed: changed)
    ]
  }
}
