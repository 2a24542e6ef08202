import Analysis
import OpGraph

/// The layers of a workload by the names that a file gives operators and tensors.
struct NamedLayers {
  private let layers: [Layer]
  /// Nil for a name that several layers have.
  private var places: [String: Int?] = [:]

  init(_ workload: Workload) {
    layers = workload.layers
    for layer in layers {
      let node = workload.graph.nodes[layer.index]
      let outputs = layer.outputs.map { workload.graph[$0].name }
      for name in Set(
        [node.name, layer.shortName] + outputs + [node.sourceName].compactMap(\.self))
      where !name.isEmpty {
        places.updateValue(places.keys.contains(name) ? nil : layer.index, forKey: name)
      }
    }
  }

  /// The layer of a name, or of the name that a runtime derived its own from.
  ///
  /// Runtimes add to names: `_nchwc`, `_token_12`, `/MatMulAddFusion`. So ends are left out one after the other, as long
  /// as the operator remains of its family.
  func layer(_ name: String, _ family: OperatorFamily) -> Int? {
    if let place = places[name] { return place }
    var rest = name[...]
    for _ in 0..<Self.mostEnds {
      guard let end = rest.utf8.lastIndex(where: { "/_ ".utf8.contains($0) }) else { return nil }
      rest = rest[..<end]
      if let place = places[String(rest)] ?? nil, agrees(place, family) { return place }
    }
    return nil
  }

  /// Whether a layer is of a family; of no family none is.
  func agrees(_ layer: Int, _ family: OperatorFamily) -> Bool {
    OperatorFamily(layers[layer]).coarse == family.coarse
  }

  private static let mostEnds = 8
}
