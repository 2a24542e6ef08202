package import OpGraph

/// Which layer makes each value and which layers read it.
///
/// Folded layers neither make nor read anything here, and values that share memory, such as the
/// operand and the result of a folded quantize, are one. Computed once for a workload and passed to
/// what needs it.
package struct DataFlow: Sendable {
  /// For each value, its producer, including folded layers.
  private let givers: [Int?]
  private let isFolded: [Bool]
  private let consumers: Consumers
  /// For each value, the one that it is in memory.
  private let aliases: [Int]
  /// For each layer, its first result.
  private let results: [ValueID?]

  package init(_ workload: Workload) {
    aliases = workload.aliases
    let layers = workload.layers
    results = layers.indices.map { layers[$0].outputs.first }
    isFolded = layers.indices.map { layers[$0].fold != nil }
    var givers = [Int?](repeating: nil, count: aliases.count)
    for index in layers.indices {
      for output in layers[index].outputs { givers[output.index] = index }
    }
    self.givers = givers
    consumers = Consumers(values: aliases.count, readers: layers.count) { [aliases] layer, read in
      guard layers[layer].fold == nil else { return }
      for case let input? in layers[layer].inputs { read(aliases[input.index]) }
    }
  }

  /// The producer of a value; nil for inputs and constants.
  package func producer(of value: ValueID) -> Int? {
    givers[aliases[value.index]].flatMap { isFolded[$0] ? nil : $0 }
  }

  /// The layer whose result a value is, folded or not; nil for inputs and constants.
  package func giver(of value: ValueID) -> Int? { givers[value.index] }

  /// The layers that read a value, in order, each once.
  package func consumers(of value: ValueID) -> Consumers.Readers {
    consumers[aliases[value.index]]
  }

  /// The layers that read a layer's first result, in order, each once.
  package func consumers(ofLayer layer: Int) -> [Int] {
    results[layer].map { Array(consumers(of: $0)) } ?? []
  }

  /// The index of the value whose memory a value shares.
  package func holder(of value: ValueID) -> Int { aliases[value.index] }
}
