import Analysis
import OpGraph
import Quantities

/// Tables of the vocabulary that are stored wide: the embedding of tokens, and the head that makes their scores.
struct WideVocabulary: HotspotRule {
  let name = "wide-vocabulary"
  let savesMemory = true

  /// Layers between scores and the product that makes them, such as a cap: few.
  private static let mostLayersBehindHead = 16

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let text = evaluation.scenario.text?.base else { return [] }
    let layers = evaluation.workload.layers
    let producers = evaluation.workload.graph.producersByValue()
    let heads = text.logits.sorted { $0.index < $1.index }
      .compactMap { head(of: $0, evaluation, producers) }
    let embeddings = layers.filter { layer in
      layer.fold == nil && layer.kind == .embedding
        && layer.inputs.contains { $0.map { $0 == text.tokens } ?? false }
    }
    let named = heads.map { ("the head", layers[$0]) } + embeddings.map { ("the embedding", $0) }
    // Networks can share one table.
    var tables: Set<ValueID> = []
    return named.compactMap { what, layer in
      table(of: layer, evaluation).flatMap {
        tables.insert($0).inserted ? proposal(what, layer, $0, evaluation) : nil
      }
    }
  }

  private func table(of layer: Layer, _ evaluation: Evaluation) -> ValueID? {
    let graph = evaluation.workload.graph
    return layer.inputs.compactMap { $0 }.first { graph[$0].isConstant }
  }

  private func proposal(
    _ what: String, _ layer: Layer, _ table: ValueID, _ evaluation: Evaluation
  ) -> Proposal? {
    let graph = evaluation.workload.graph
    // Several elements in a byte are narrow already.
    guard !graph.nodes[layer.index].operation.packsElements,
      let type = graph[table].type.elementType.narrower
    else { return nil }
    var changed = evaluation.scenario
    changed.narrow([table], to: type)
    return Proposal(
      layers: [layer.index],
      reason:
        "\(what) with weights in \(graph[table].type.elementType.rawValue), '\(layer.shortName)'",
      advice: "store the weights of \(what) as \(type.rawValue)", changed: changed)
  }

  /// The last product with trained weights before scores.
  private func head(
    of logits: ValueID, _ evaluation: Evaluation, _ producers: [Int?]
  ) -> Int? {
    let (layers, graph) = (evaluation.workload.layers, evaluation.workload.graph)
    var value: ValueID? = logits
    for _ in 0..<Self.mostLayersBehindHead {
      guard let made = value, let index = producers[made.index] else { return nil }
      if layers[index].isContraction {
        let isTrained = graph.nodes[index].inputs.dropFirst().contains {
          $0.map { graph[$0].isConstant } ?? false
        }
        return layers[index].fold == nil && isTrained ? index : nil
      }
      value = layers[index].inputs.compactMap { $0 }.first { !graph[$0].isConstant }
    }
    return nil
  }
}
