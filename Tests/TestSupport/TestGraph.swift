package import Analysis
package import OpGraph

/// Builds small graphs for tests.
package struct TestGraph {
  package var graph = Graph(name: "test")

  /// Creates an empty graph.
  package init() {}

  package mutating func input(_ name: String, _ shape: Shape, _ type: ElementType = .float32)
    -> ValueID
  {
    let id = value(Value(name: name, type: TensorType(type, shape), origin: .input))
    graph.inputs.append(id)
    return id
  }

  package mutating func weights(
    _ name: String, _ shape: Shape, _ type: ElementType = .float32, _ value: ConstantValue? = nil
  ) -> ValueID {
    self.value(Value(name: name, type: TensorType(type, shape), origin: .stored, constant: value))
  }

  package mutating func node(_ operation: any Operator, _ inputs: [ValueID], name: String)
    -> ValueID
  {
    let output = value(
      Value(name: name, type: TensorType(.undefined, nil), origin: .computed))
    graph.nodes.append(
      Node(
        operation: operation, name: name, sourceOperator: operation.title, inputs: inputs,
        outputs: [output]))
    return output
  }

  package mutating func value(_ value: Value) -> ValueID {
    graph.values.append(value)
    return ValueID(graph.values.count - 1)
  }

  package func model(outputs: [ValueID]) -> Model {
    var graph = graph
    graph.outputs = outputs
    return Model(
      format: .onnx, producer: "test", description: "", operatorSets: [:], metadata: [:],
      graph: graph, subgraphs: [], diagnostics: [], shapesAreBinding: false)
  }

  package func workload(outputs: [ValueID]) throws -> Workload {
    try Workload(InferredGraph(model(outputs: outputs)))
  }
}
