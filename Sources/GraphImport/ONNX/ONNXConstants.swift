extension ONNXGraph {
  /// The graph without constants that a later one of the same name takes the place of, as
  /// onnxruntime (1.32) reads it, and their names.
  var withLastConstants: (graph: ONNXGraph, redefined: [String]) {
    var last: [String: Int] = [:]
    for (index, tensor) in initializers.enumerated() { last[tensor.name] = index }
    let count = initializers.count
    var definitions = count
    for (index, node) in nodes.enumerated() where node.isConstant {
      last[node.outputs[0]] = count + index
      definitions += 1
    }
    guard last.count < definitions else { return (self, []) }
    var result = self
    var redefined: Set<String> = []
    func isLast(_ name: String, _ place: Int) -> Bool {
      if last[name] == place { return true }
      redefined.insert(name)
      return false
    }
    result.initializers = initializers.enumerated()
      .filter { isLast($0.element.name, $0.offset) }.map(\.element)
    result.nodes = nodes.enumerated()
      .filter { !$0.element.isConstant || isLast($0.element.outputs[0], count + $0.offset) }
      .map(\.element)
    return (result, redefined.sorted())
  }
}

extension ONNXNode {
  fileprivate var isConstant: Bool {
    operatorType == "Constant" && domain == "ai.onnx" && outputs.count == 1
  }
}
