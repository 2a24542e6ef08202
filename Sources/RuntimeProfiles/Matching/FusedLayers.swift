import Analysis
import OpGraph

/// The layers that ran as part of what was measured, though no entry names them.
///
/// What follows an operator (activations, additions, scales) is part of what makes its operand; what prepares one
/// (padding, a transposition), and an operator whose successor gave the kernel its name, is part of what reads its result.
struct FusedLayers {
  private let layers: [Layer]
  private let producers: [Int?]
  private let consumers: Consumers
  /// Whether a layer is in a kernel.
  private var isMeasured: [Bool]
  private var kernels: DisjointSets
  /// For each layer that an entry names, the last entry that does: a kernel that joins two runs with the later.
  private var order: [Int]

  /// - Parameter measured: For each entry of a profile, in the order of execution, its layers.
  init(_ workload: Workload, measured: [[Int]]) {
    layers = workload.layers
    producers = workload.graph.producersByValue()
    consumers = workload.graph.consumersByValue()
    isMeasured = Array(repeating: false, count: layers.count)
    order = Array(repeating: -1, count: layers.count)
    kernels = DisjointSets(layers.count)
    for (entry, members) in measured.enumerated() {
      for layer in members {
        isMeasured[layer] = true
        order[layer] = entry
        kernels.join(layer, members[0])
      }
    }
  }

  /// The layers of each kernel.
  mutating func sets() -> [[Int]] {
    kernels.sets(of: layers.indices.filter { isMeasured[$0] })
  }

  mutating func join() {
    for layer in layers.indices.reversed() where isOpen(layer) { joinPattern(layer) }
    for layer in layers.indices where isOpen(layer) && follows(layer) { joinProducer(layer) }
    for layer in layers.indices.reversed() where isOpen(layer) { joinConsumer(layer) }
    for layer in layers.indices where isOpen(layer) && !layers[layer].kind.isContraction {
      joinProducer(layer)
    }
  }

  private func isOpen(_ layer: Int) -> Bool { !isMeasured[layer] && layers[layer].fold == nil }

  private func follows(_ layer: Int) -> Bool {
    switch layers[layer].kind {
    case .elementwise, .activation, .normalization, .quantization, .softmax, .reduction: true
    default: false
    }
  }

  private mutating func join(_ layer: Int, to other: Int) {
    isMeasured[layer] = true
    order[layer] = order[other]
    kernels.join(layer, other)
  }

  /// The rest of a function of which a part was measured.
  private mutating func joinPattern(_ layer: Int) {
    let own = layers[layer].pattern
    guard own != nil else { return }
    if let other = readers(of: layer).first(where: { layers[$0].pattern == own && isMeasured[$0] })
    {
      join(layer, to: other)
    }
  }

  private mutating func joinProducer(_ layer: Int) {
    let made = layers[layer].inputs.compactMap { $0 }.compactMap { producers[$0.index] }
      .map(throughFolds).filter { isMeasured[$0] }
    if let last = made.max(by: { order[$0] < order[$1] }) { join(layer, to: last) }
  }

  private mutating func joinConsumer(_ layer: Int) {
    // Of two operators that multiply, each has a kernel of its own.
    let isContraction = layers[layer].kind.isContraction
    let reader = readers(of: layer).first { reader in
      isMeasured[reader] && !(isContraction && layers[reader].kind.isContraction)
    }
    if let reader { join(layer, to: reader) }
  }

  private func readers(of layer: Int) -> [Int] {
    layers[layer].outputs.flatMap { Array(consumers[$0.index]) }
  }

  /// More layers in a row than any exporter writes that pass on a result; many may read the last.
  private static let mostFolds = 100

  /// The layer whose result a folded one passes on.
  private func throughFolds(_ layer: Int) -> Int {
    var layer = layer
    for _ in 0..<Self.mostFolds {
      guard !isMeasured[layer], layers[layer].fold != nil || layers[layer].kind == .view,
        let input = layers[layer].inputs.first.flatMap({ $0 }), let maker = producers[input.index]
      else { break }
      layer = maker
    }
    return layer
  }
}
