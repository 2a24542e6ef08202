import Analysis
import OpGraph

/// Which layer makes what and which read it, folded layers left out.
struct LayerFlow {
  private let makers: [Int?]
  private let users: [[Int]]
  /// For each value, the one that a folded layer made it of.
  private let origins: [Int]
  private let results: [[Int]]

  init(_ workload: Workload) {
    let count = workload.graph.values.count
    var origins = Array(0..<count)
    var makers = [Int?](repeating: nil, count: count)
    var users = [[Int]](repeating: [], count: count)
    for layer in workload.layers {
      if layer.fold != nil {
        guard let source = layer.inputs.first.flatMap({ $0 }) else { continue }
        for output in layer.outputs { origins[output.index] = origins[source.index] }
        continue
      }
      for input in Set(layer.inputs.compactMap { $0.map { origins[$0.index] } }) {
        users[input].append(layer.index)
      }
      for output in layer.outputs { makers[output.index] = layer.index }
    }
    self.makers = makers
    self.users = users
    self.origins = origins
    results = workload.layers.map { $0.outputs.map(\.index) }
  }

  /// The layer that makes a value; nil for inputs and constants.
  func maker(of value: ValueID) -> Int? { makers[origins[value.index]] }

  /// The layers that read a value, in order.
  func readers(of value: ValueID) -> [Int] { users[origins[value.index]] }

  /// The layers that read a layer's first result.
  func readers(of layer: Int) -> [Int] { results[layer].first.map { users[$0] } ?? [] }

  /// The place of the value that a value is in memory.
  func origin(of value: ValueID) -> Int { origins[value.index] }
}
