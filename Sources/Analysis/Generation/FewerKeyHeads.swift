package import OpGraph

/// A decoder with fewer heads of keys and values, each shared by more heads of queries.
///
/// What a file would hold is not exported anew: in the graph of a run, the sizes are divided that have these heads. They are
/// those of the caches, of the values between a cache and its projection, of the projection's weights, and of what only
/// gives a cache another shape. All counts follow by the rules of the operators.
package struct FewerKeyHeads {
  private let old: Graph
  private let divisor: Int
  private var graph: Graph
  private var isDivided: Set<Int> = []
  private var dividedNodes: Set<Int> = []
  private let producers: [Int?]
  private let consumers: Consumers

  /// Heads of keys and values of a decoder that can have fewer; nil where the graph does not show them, where they are
  /// packed with queries, or where branches make them.
  package static func heads(of caches: [DecoderInterface.Cache], in graph: Graph) -> Int? {
    let heads = Set(caches.map { headCount($0, in: graph) })
    guard heads.count == 1, let heads = heads.first, let heads else { return nil }
    let producers = graph.producersByValue()
    let isPacked = caches.contains { cache in
      guard let maker = producers[cache.present.index] else { return false }
      guard graph.node(maker, runs: Attention.self) else { return graph.node(maker, runs: If.self) }
      return graph.nodes[maker].inputs.count < 3 || graph.nodes[maker].inputs[1] == nil
    }
    return isPacked ? nil : heads
  }

  /// Batch, heads, positions, width.
  private static func headCount(_ cache: DecoderInterface.Cache, in graph: Graph) -> Int? {
    guard cache.axis == 2, let shape = graph[cache.past].type.shape, shape.rank == 4 else {
      return nil
    }
    return shape[1].fixedValue
  }

  /// Divides the heads in the graph of a run.
  static func divide(
    by divisor: Int, _ caches: [DecoderInterface.Cache], in run: inout InferredGraph
  ) {
    var change = FewerKeyHeads(run.graph, divisor)
    for cache in caches { change.divide(cache) }
    run.graph = change.graph
  }

  private init(_ graph: Graph, _ divisor: Int) {
    old = graph
    self.graph = graph
    self.divisor = divisor
    producers = graph.producersByValue()
    consumers = graph.consumersByValue()
  }

  private mutating func divide(_ cache: DecoderInterface.Cache) {
    guard let heads = Self.headCount(cache, in: old), heads % divisor == 0,
      let width = old[cache.past].type.shape?[3].fixedValue,
      let maker = producers[cache.present.index]
    else { return }
    let folded = heads.multipliedReportingOverflow(by: width)
    guard !folded.overflow else { return }
    let sizes = Sizes(heads: heads, folded: folded.partialValue)
    divide(cache.past, sizes)
    divide(cache.present, sizes)
    let node = old.nodes[maker]
    if var attention = node.operation as? Attention {
      if dividedNodes.insert(maker).inserted, let own = attention.keyHeads {
        attention.keyHeads = own / divisor
        graph.nodes[maker].operation = attention
      }
      // Keys are the second result and operand, values the third.
      if let place = node.outputs.firstIndex(of: cache.present), node.inputs.indices.contains(place)
      {
        divideMakers(of: node.inputs[place], sizes)
      }
    } else {
      for input in node.inputs where input != cache.past { divideMakers(of: input, sizes) }
    }
    divideForms(of: cache.present, sizes)
  }

  private struct Sizes {
    var heads: Int
    /// Heads times their width, where both are one axis.
    var folded: Int
  }

  /// Divides the axis that has the heads; whether there is one.
  @discardableResult
  private mutating func divide(_ id: ValueID, _ sizes: Sizes) -> Bool {
    guard let shape = old[id].type.shape else { return false }
    let isFolded = shape.dimensions.last?.fixedValue == sizes.folded
    let axis =
      isFolded
      ? shape.rank - 1
      : shape.dimensions.indices.dropFirst().first { shape[$0] == .fixed(sizes.heads) }
    guard let axis, shape.rank > 1 || isFolded else { return false }
    divide(id, axis: axis)
    return true
  }

  private mutating func divide(_ id: ValueID, axis: Int) {
    guard let size = old[id].type.shape?[axis].fixedValue, size % divisor == 0,
      isDivided.insert(id.index).inserted
    else { return }
    graph[id].type.shape?[axis] = .fixed(size / divisor)
  }

  /// Goes back from new keys or values to the projection that makes them.
  private mutating func divideMakers(of value: ValueID?, _ sizes: Sizes) {
    var open = [value].compactMap { $0 }
    while let id = open.popLast() {
      guard !isDivided.contains(id.index), old[id].type.shape?.rank ?? 0 > 1 || old[id].isConstant,
        divide(id, sizes), let maker = producers[id.index]
      else { continue }
      if !divideProjection(maker, sizes) { open += old.nodes[maker].inputs.compactMap { $0 } }
    }
  }

  /// Divides the results of a product with trained weights; false for any other node.
  private mutating func divideProjection(_ index: Int, _ sizes: Sizes) -> Bool {
    let node = old.nodes[index]
    let operands = old.operands(of: node)
    guard node.operation.kind(for: operands).isContraction, node.inputs.count > 1,
      let weights = node.inputs[1], old[weights].isConstant
    else { return false }
    guard dividedNodes.insert(index).inserted else { return true }
    if var packed = node.operation as? PackedMatMul {
      packed.outputs /= divisor
      graph.nodes[index].operation = packed
      for case let operand? in node.inputs.dropFirst() { divide(operand, axis: 0) }
    } else if let axis = node.operation.filterAxes(for: operands)?.outputs {
      divide(weights, axis: axis)
      for case let operand? in node.inputs.dropFirst(2) { divide(operand, sizes) }
    }
    return true
  }

  /// Goes on to what only gives a cache another shape or order.
  private mutating func divideForms(of present: ValueID, _ sizes: Sizes) {
    var open = [present]
    while let id = open.popLast() {
      for reader in consumers[id.index] {
        let node = old.nodes[reader]
        let kind = node.operation.kind(for: old.operands(of: node))
        guard kind == .view || node.runs(Transpose.self), node.inputs.first == id,
          let result = node.outputs.first ?? nil, !isDivided.contains(result.index),
          divide(result, sizes)
        else { continue }
        open.append(result)
      }
    }
  }
}
