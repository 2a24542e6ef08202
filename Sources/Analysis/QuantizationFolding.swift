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
    for (index, node) in graph.nodes.enumerated() where node.operation is Dequantize {
      guard let source = node.inputs.first ?? nil, let result = node.outputs.first ?? nil,
        !results.contains(result),
        users[result.index].contains(where: { runsOnIntegers($0, graph, maker) })
      else { continue }
      let scale = node.inputs.count > 1 ? node.inputs[1].map { graph[$0] } : nil
      retype(result, as: graph[source].type.elementType, scale: scale, in: &graph)
      foldedNodes.insert(index)
    }
    for (index, node) in graph.nodes.enumerated() where node.operation is Quantize {
      guard let source = node.inputs.first ?? nil, let result = node.outputs.first ?? nil else {
        continue
      }
      let scale = node.inputs.count > 1 ? node.inputs[1].map { graph[$0] } : nil
      if fold(source, as: graph[result].type.elementType, scale, users, maker, in: &graph) {
        foldedNodes.insert(index)
      }
    }
  }

  /// Whether a node computes on a dequantized activation.
  ///
  /// One with dequantized weights alone computes on floats: its weights are dequantized once, when
  /// the model is loaded.
  private func runsOnIntegers(_ index: Int, _ graph: Graph, _ maker: [Int?]) -> Bool {
    let node = graph.nodes[index]
    guard !(node.operation is Quantize) else { return false }
    return node.inputs.contains { input in
      guard let input, !graph[input].isConstant, let made = maker[input.index] else { return false }
      return graph.nodes[made].operation is Dequantize
    }
  }

  /// Gives a tensor before a quantize the integer type, and so on through activations before it.
  private func fold(
    _ value: ValueID, as type: ElementType, _ scale: Value?, _ users: [[Int]], _ maker: [Int?],
    in graph: inout Graph
  ) -> Bool {
    guard users[value.index].count == 1, let made = maker[value.index] else { return false }
    let node = graph.nodes[made]
    if node.operation is Activation || isClip(node), let before = node.inputs.first ?? nil,
      graph[before].type.elementType.isFloat
    {
      guard fold(before, as: type, scale, users, maker, in: &graph) else { return false }
    } else {
      let hasInteger = node.inputs.contains { id in
        id.map { !graph[$0].type.elementType.isFloat && graph[$0].type.quantization != nil }
          ?? false
      }
      guard hasInteger else { return false }
    }
    retype(value, as: type, scale: scale, in: &graph)
    return true
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
  /// For each value, the nodes that read it.
  func usersByValue() -> [[Int]] {
    var users = [[Int]](repeating: [], count: values.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs.compactMap({ $0 }) { users[input.index].append(index) }
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
