import OpGraph

/// Folds operators that quantize and dequantize onto the types of the tensors they describe.
///
/// A quantized ONNX file in QDQ form wraps float operators: dequantize, operator, quantize. A
/// runtime that supports it runs the operator on integers, so the wrapped tensors get the integer
/// type and the wrapping operators cost nothing. A dequantize whose result leaves the graph and a
/// quantize of a float input remain work. Where the weights alone are dequantized, the operator
/// computes in floating point and reads integers. QONNX's Quant is both steps in one. TFLite files state
/// integer types themselves.
///
/// Requires: types complete. Ensures: operators between integer tensors have integer operands.
struct QuantizationFolding {
  private(set) var foldedNodes: Set<Int> = []
  /// Whether nothing quantizes or dequantizes, so that there is nothing to fold.
  private let isFloat: Bool
  private let consumers: Consumers
  private let producer: [Int?]
  private let results: Set<ValueID>
  /// For each node, whether it computes on a dequantized activation, whose elements may have been moved since.
  private var onIntegers: [Bool] = []
  /// Integer types of weights that are dequantized, and of what is made of them before the first
  /// inference; nil for those of other constants.
  private var storedTypes: [ValueID: TensorType] = [:]

  init(_ graph: Graph) {
    let isFloat = !graph.nodes.indices.contains { index in
      graph.node(index, runs: Quantize.self) || graph.node(index, runs: Dequantize.self)
        || graph.node(index, runs: FakeQuantize.self)
    }
    self.isFloat = isFloat
    consumers = isFloat ? Consumers() : graph.consumersByValue()
    producer = isFloat ? [] : graph.producersByValue()
    results = Set(graph.outputs)
    if isFloat { return }
    let isDequantized = dequantizedValues(graph)
    onIntegers = graph.nodes.map { node in
      // One with dequantized weights alone computes in floating point.
      !isQuantizer(node)
        && node.inputs.contains { input in
          input.map { isDequantized[$0.index] && !graph[$0].isConstant } ?? false
        }
    }
  }

  mutating func run(on graph: inout Graph) {
    if isFloat { return }
    findStoredTypes(in: &graph)
    for (index, node) in graph.nodes.enumerated() where isDequantizer(node, in: graph) {
      guard let result = node.outputs.first ?? nil, !results.contains(result) else { continue }
      let copies = moved(result, graph).filter { !results.contains($0) }
      guard copies.contains(where: { consumers[$0.index].contains { onIntegers[$0] } }),
        let type = integerType(madeBy: node, in: graph)
      else { continue }
      for copy in copies { retype(copy, as: type, in: &graph) }
      if node.operation is Dequantize || isConstant(node, graph) { foldedNodes.insert(index) }
    }
    foldWeights(in: &graph)
    for (index, node) in graph.nodes.enumerated() where isQuantizer(node) {
      guard let source = node.inputs.first ?? nil,
        let chain = integerChain(endingIn: source, graph),
        let type = node.operation is FakeQuantize
          ? integerType(madeBy: node, in: graph)
          : node.outputs.first.flatMap({ $0 }).map({ quantizedType($0, by: node, in: graph) })
      else { continue }
      for value in chain { retype(value, as: type, in: &graph) }
      foldedNodes.insert(index)
    }
  }

  // MARK: What nodes are

  private func isQuantizer(_ node: Node) -> Bool {
    node.runs(Quantize.self) || node.runs(FakeQuantize.self)
  }

  private func isDequantizer(_ node: Node, in graph: Graph) -> Bool {
    guard node.runs(FakeQuantize.self), let quantizer = node.operation as? FakeQuantize else {
      return node.runs(Dequantize.self)
    }
    return quantizer.bits(graph.operands(of: node)) != nil
  }

  private func isConstant(_ node: Node, _ graph: Graph) -> Bool {
    node.inputs.first.flatMap { $0 }.map { graph[$0].isConstant } ?? false
  }

  /// For each value, whether it is a dequantized tensor, whose elements may have been moved since, but not
  /// one that is made of a constant by moving its elements.
  private func dequantizedValues(_ graph: Graph) -> [Bool] {
    var isDequantized = [Bool](repeating: false, count: graph.values.count)
    // A node stands behind those that make its operands.
    for node in graph.nodes {
      let isOne: Bool
      if movesElements(node), let source = node.inputs.first ?? nil {
        isOne = isDequantized[source.index] && !graph[source].isConstant
      } else {
        isOne = isDequantizer(node, in: graph)
      }
      guard isOne else { continue }
      for case let output? in node.outputs { isDequantized[output.index] = true }
    }
    return isDequantized
  }

  /// Whether the result has elements of the first operand, in another place or shape.
  private func movesElements(_ node: Node) -> Bool {
    // What onnxruntime (1.32) moves quantization over; not over a Flatten.
    node.fusedActivation == nil && node.sourceOperator != "Flatten"
      && (node.runs(Transpose.self) || node.runs(Reshape.self) || node.runs(Squeeze.self)
        || node.runs(Unsqueeze.self) || node.runs(Identity.self) || node.runs(Slice.self)
        || node.runs(Pooling.self) && (node.operation as? Pooling)?.function == .max)
  }

  /// A value and what is made of it by moving its elements.
  private func moved(_ value: ValueID, _ graph: Graph) -> [ValueID] {
    var found = [value]
    var next = 0
    while next < found.count {
      for consumer in consumers[found[next].index] where movesElements(graph.nodes[consumer]) {
        let node = graph.nodes[consumer]
        if node.inputs.first == found[next], let result = node.outputs.first ?? nil {
          found.append(result)
        }
      }
      next += 1
    }
    return found
  }

  // MARK: Integer types

  /// The type of the integers that a dequantizer's result stands for.
  private func integerType(madeBy node: Node, in graph: Graph) -> TensorType? {
    guard let source = node.inputs.first ?? nil else { return nil }
    let operands = graph.operands(of: node)
    let rank = graph[source].type.shape?.rank ?? 0
    var type = graph[source].type
    switch node.operation {
    case let operation as Dequantize:
      type.quantization = Quantization(
        scale: operands[1], zeroPoint: operands[2], axis: operation.axis,
        blockSize: operation.blockSize, rank: rank)
      if case .perBlock? = type.quantization?.granularity {
        let blocks = node.inputs.dropFirst().compactMap { $0 }.filter { graph[$0].isConstant }
        type.quantization?.blockTensors = blocks
        type.quantization?.blockBytes =
          blocks.map { graph[$0].type.storageBytes }.sum.fixedValue ?? 0
      }
    case let operation as FakeQuantize:
      guard let bits = operation.bits(operands),
        let element = ElementType.integer(bits: bits, isSigned: operation.isSigned)
      else { return nil }
      // Scales of several channels are along the axis that is not of size 1.
      let sizes = operands[1]?.type.shape?.dimensions ?? []
      let axis = sizes.firstIndex { $0 != 1 } ?? 0
      type.elementType = element
      type.quantization = Quantization(
        scale: operands[1], zeroPoint: operands[2], axis: axis, blockSize: 0, rank: rank)
      type.quantization?.bits = bits
    default: return nil
    }
    return type
  }

  private func quantizedType(_ result: ValueID, by node: Node, in graph: Graph) -> TensorType {
    var type = graph[result].type
    let operands = graph.operands(of: node)
    if let operation = node.operation as? Quantize {
      type.quantization = Quantization(
        scale: operands[1], zeroPoint: operands[2], axis: operation.axis,
        blockSize: operation.blockSize, rank: type.shape?.rank ?? 0)
    }
    return type
  }

  private func retype(_ id: ValueID, as type: TensorType, in graph: inout Graph) {
    graph[id].type.elementType = type.elementType
    graph[id].type.quantization = type.quantization
  }

  // MARK: Weights

  /// Follows dequantized constants through what only moves their elements.
  private mutating func findStoredTypes(in graph: inout Graph) {
    for node in graph.nodes where isConstant(node, graph) {
      guard let source = node.inputs.first ?? nil, let result = node.outputs.first ?? nil else {
        continue
      }
      if isDequantizer(node, in: graph) {
        let type = integerType(madeBy: node, in: graph)
        storedTypes[result] = type
        // The scales of blocks are stored with the integers.
        if let blocks = type?.quantization, blocks.blockBytes > 0, graph[source].origin == .stored {
          graph[source].type.quantization = blocks
        }
      } else if let type = storedTypes[source],
        node.operation is Transpose || node.operation is any ViewOperator
      {
        var moved = type
        moved.quantization?.granularity = granularity(of: type, movedBy: node)
        storedTypes[result] = moved
      }
    }
  }

  /// Which elements share a scale after a node has moved them.
  private func granularity(
    of type: TensorType, movedBy node: Node
  ) -> Quantization.Granularity {
    let granularity = type.quantization?.granularity ?? .perTensor
    guard let transpose = node.operation as? Transpose, let rank = type.shape?.rank else {
      return granularity
    }
    let order = transpose.permutation ?? Array((0..<rank).reversed())
    switch granularity {
    case .perTensor: return .perTensor
    case .perAxis(let axis): return .perAxis(order.firstIndex(of: axis) ?? axis)
    case .perBlock(let axis, let size):
      return .perBlock(axis: order.firstIndex(of: axis) ?? axis, size: size)
    }
  }

  /// Gives contractions the integers that their weights are stored as.
  private mutating func foldWeights(in graph: inout Graph) {
    if storedTypes.isEmpty { return }
    for (index, node) in graph.nodes.enumerated() {
      guard node.inputs.contains(where: { $0.map { storedTypes[$0] != nil } ?? false }),
        node.operation.kind(for: graph.operands(of: node)).isContraction
      else { continue }
      for (place, input) in node.inputs.enumerated()
      where node.operation.constantRole(at: place) == .weight {
        guard let input, var type = storedTypes[input] else { continue }
        let isStorageOnly = !onIntegers[index] && !isRewritten(node, input, type, graph)
        type.quantization?.isStorageOnly = isStorageOnly
        retype(input, as: type, in: &graph)
      }
    }
  }

  /// Whether onnxruntime (1.32) multiplies 8-bit integers where the file has floats: it makes a
  /// MatMulNBits of accuracy level 4 of a product that directly follows a DequantizeLinear of weights
  /// of 4 or 8 bits in blocks of 16 to 256 rows.
  private func isRewritten(
    _ node: Node, _ weights: ValueID, _ type: TensorType, _ graph: Graph
  ) -> Bool {
    switch (node.operation as? FullyConnected)?.form {
    case .gemm(_, transposesWeights: false)?: break
    case nil where node.runs(MatMul.self): break
    default: return false
    }
    guard [.int4, .uint4, .int8, .uint8].contains(type.elementType),
      case .perBlock(axis: 0, let size)? = type.quantization?.granularity,
      let made = producer[weights.index], graph.nodes[made].runs(Dequantize.self)
    else { return false }
    return (16...256).contains(size) && size.nonzeroBitCount == 1
  }

  // MARK: Activations

  /// The float tensors from an operator on integers, through activations, to a quantize; nil when
  /// they do not come from such an operator or are used elsewhere.
  private func integerChain(endingIn last: ValueID, _ graph: Graph) -> [ValueID]? {
    var chain: [ValueID] = []
    var value = last
    while consumers[value.index].count == 1, let made = producer[value.index] {
      chain.append(value)
      let node = graph.nodes[made]
      let isOnIntegers = node.inputs.contains { id in
        id.map { !graph[$0].type.elementType.isFloat && graph[$0].type.quantization != nil }
          ?? false
      }
      if isOnIntegers && onIntegers[made] { return chain }
      guard node.operation is Activation || isClip(node) || movesElements(node),
        let before = node.inputs.first ?? nil
      else { return nil }
      value = before
    }
    return nil
  }

  private func isClip(_ node: Node) -> Bool {
    (node.operation as? Elementwise)?.function == .clip
  }
}
