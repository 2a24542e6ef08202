import Analysis
import OpGraph

/// Which layer makes what and which read it, folded layers left out.
struct LayerFlow {
  private let makers: [Int?]
  private let users: [[Int]]
  /// For each value, the one that it is in memory.
  private let holders: [Int]
  private let results: [[Int]]

  init(_ workload: Workload) {
    holders = workload.holders
    var makers = [Int?](repeating: nil, count: holders.count)
    var users = [[Int]](repeating: [], count: holders.count)
    for layer in workload.layers where layer.fold == nil {
      for input in Set(layer.inputs.compactMap { $0.map { workload.holders[$0.index] } }) {
        users[input].append(layer.index)
      }
      for output in layer.outputs { makers[output.index] = layer.index }
    }
    self.makers = makers
    self.users = users
    results = workload.layers.map { $0.outputs.map(\.index) }
  }

  /// The layer that makes a value; nil for inputs and constants.
  func maker(of value: ValueID) -> Int? { makers[holders[value.index]] }

  /// The layers that read a value, in order.
  func readers(of value: ValueID) -> [Int] { users[holders[value.index]] }

  /// The layers that read a layer's first result.
  func readers(of layer: Int) -> [Int] { results[layer].first.map { users[$0] } ?? [] }

  /// The place of the value that a value is in memory.
  func holder(of value: ValueID) -> Int { holders[value.index] }
}
