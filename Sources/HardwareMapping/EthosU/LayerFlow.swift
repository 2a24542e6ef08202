import Analysis
import OpGraph

/// Which layer makes what and which read it, folded layers left out.
struct LayerFlow {
  private let producers: [Int?]
  private let consumers: [[Int]]
  /// For each value, the one that it is in memory.
  private let aliases: [Int]
  private let results: [[Int]]

  init(_ workload: Workload) {
    aliases = workload.aliases
    var producers = [Int?](repeating: nil, count: aliases.count)
    var consumers = [[Int]](repeating: [], count: aliases.count)
    for layer in workload.layers where layer.fold == nil {
      for input in Set(layer.inputs.compactMap { $0.map { workload.aliases[$0.index] } }) {
        consumers[input].append(layer.index)
      }
      for output in layer.outputs { producers[output.index] = layer.index }
    }
    self.producers = producers
    self.consumers = consumers
    results = workload.layers.map { $0.outputs.map(\.index) }
  }

  /// The layer that makes a value; nil for inputs and constants.
  func producer(of value: ValueID) -> Int? { producers[aliases[value.index]] }

  /// The layers that read a value, in order.
  func readers(of value: ValueID) -> [Int] { consumers[aliases[value.index]] }

  /// The layers that read a layer's first result.
  func readers(of layer: Int) -> [Int] { results[layer].first.map { consumers[$0] } ?? [] }

  /// The place of the value that a value is in memory.
  func holder(of value: ValueID) -> Int { aliases[value.index] }
}
