import OpGraph

/// Folds pairs of quantize and dequantize operators onto the types of the tensors they describe.
///
/// A quantized ONNX file in QDQ form wraps float operators: dequantize, operator, quantize. A
/// runtime that supports it runs the operator on integers, so the wrapped tensors get the integer
/// type and the wrapping operators cost nothing. A dequantize whose result leaves the graph and a
/// quantize of a float input remain work. TFLite files state integer types themselves.
///
/// Requires: types complete. Ensures: operators between integer tensors have integer operands.
struct QuantizationFolding {
  private(set) var foldedNodes: Set<Int> = []

  mutating func run(on graph: inout Graph) {
    let users = graph.usersByValue()
    let maker = graph.makersByValue()
    let results = Set(graph.outputs)
    let onIntegers = graph.nodes.map { Self.readsDequantized($0, graph, maker) }
    for (index, node) in graph.nodes.enumerated() where node.operation is Dequantize {
      guard let source = node.inputs.first ?? nil, let result = node.outputs.first ?? nil,
        !results.contains(result), users[result.index].contains(where: { onIntegers[$0] })
      else { continue }
      retype(result, as: graph[source].type.elementType, scale: scale(of: node, graph), in: &graph)
      foldedNodes.insert(index)
    }
    for (index, node) in graph.nodes.enumerated() where node.operation is Quantize {
      guard let source = node.inputs.first ?? nil, let result = node.outputs.first ?? nil,
        let chain = integerChain(endingIn: source, users, maker, graph)
      else { continue }
      for value in chain {
        retype(
          value, as: graph[result].type.elementType, scale: scale(of: node, graph), in: &graph)
      }
      foldedNodes.insert(index)
    }
  }

  /// Whether a node computes on a dequantized activation.
  ///
  /// One with dequantized weights alone computes on floats: its weights are dequantized once, when
  /// the model is loaded.
  private static func readsDequantized(_ node: Node, _ graph: Graph, _ maker: [Int?]) -> Bool {
    guard !(node.operation is Quantize) else { return false }
    return node.inputs.contains { input in
      guard let input, !graph[input].isConstant, let made = maker[input.index] else { return false }
      return graph.nodes[made].operation is Dequantize
    }
  }

  /// The float tensors from an operator on integers, through activations, to a quantize; nil when
  /// they do not come from such an operator or are used elsewhere.
  private func integerChain(
    endingIn last: ValueID, _ users: [[Int]], _ maker: [Int?], _ graph: Graph
  ) -> [ValueID]? {
    var chain: [ValueID] = []
    var value = last
    while users[value.index].count == 1, let made = maker[value.index] {
      chain.append(value)
      let node = graph.nodes[made]
      let isOnIntegers = node.inputs.contains { id in
        id.map { !graph[$0].type.elementType.isFloat && graph[$0].type.quantization != nil }
          ?? false
      }
      if isOnIntegers { return chain }
      guard node.operation is Activation || isClip(node), let before = node.inputs.first ?? nil
      else { return nil }
      value = before
    }
    return nil
  }

  private func scale(of node: Node, _ graph: Graph) -> Value? {
    node.inputs.count > 1 ? node.inputs[1].map { graph[$0] } : nil
  }

  private func isClip(_ node: Node) -> Bool {
    (node.operation as? Elementwise)?.function == .clip
  }

  private func retype(
    _ id: ValueID, as type: ElementType, scale: Value?, in graph: inout Graph
  ) {
    let count = scale?.type.elementCount.fixedValue ?? 1
    graph[id].type.elementType = type
    graph[id].type.quantization = Quantization(
      granularity: count > 1 ? .perAxis(axis(of: id, count: count, graph)) : .perTensor,
      scales: scale?.constant?.floats?.map(Float.init) ?? [], zeroPoints: [])
  }

  /// The axis along which there are as many indices as scales.
  private func axis(of id: ValueID, count: Int, _ graph: Graph) -> Int {
    graph[id].type.shape?.dimensions.firstIndex(of: .fixed(count)) ?? 0
  }
}

extension Graph {
  /// For each value, the nodes that read it, each once.
  func usersByValue() -> [[Int]] {
    var users = [[Int]](repeating: [], count: values.count)
    for (index, node) in nodes.enumerated() {
      for input in Set(node.inputs.compactMap({ $0 })) { users[input.index].append(index) }
    }
    return users
  }

  /// For each value, the node that makes it.
  func makersByValue() -> [Int?] {
    var makers = [Int?](repeating: nil, count: values.count)
    for (index, node) in nodes.enumerated() {
      for output in node.outputs.compactMap({ $0 }) { makers[output.index] = index }
    }
    return makers
  }
}
