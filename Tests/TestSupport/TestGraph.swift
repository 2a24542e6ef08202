public import Analysis
public import OpGraph

/// Builds small graphs for tests.
public struct TestGraph {
  public var graph = Graph(name: "test")

  /// Creates an empty graph.
  public init() {}

  public mutating func input(_ name: String, _ shape: Shape, _ type: ElementType = .float32)
    -> ValueID
  {
    let id = value(Value(name: name, type: TensorType(type, shape), origin: .input))
    graph.inputs.append(id)
    return id
  }

  public mutating func weights(
    _ name: String, _ shape: Shape, _ type: ElementType = .float32, _ value: ConstantValue? = nil
  ) -> ValueID {
    self.value(Value(name: name, type: TensorType(type, shape), origin: .stored, constant: value))
  }

  public mutating func node(_ operation: any Operator, _ inputs: [ValueID], name: String) -> ValueID
  {
    let output = value(
      Value(name: name, type: TensorType(.undefined, nil), origin: .computed))
    graph.nodes.append(
      Node(
        operation: operation, name: name, sourceOperator: operation.name, inputs: inputs,
        outputs: [output]))
    return output
  }

  public mutating func value(_ value: Value) -> ValueID {
    graph.values.append(value)
    return ValueID(graph.values.count - 1)
  }

  public func model(outputs: [ValueID]) -> Model {
    var graph = graph
    graph.outputs = outputs
    return Model(
      format: .onnx, producer: "test", description: "", operatorSets: [:], metadata: [:],
      graph: graph, subgraphs: [], diagnostics: [], shapesAreBinding: false)
  }

  public func workload(outputs: [ValueID]) throws -> Workload {
    try Workload(CompleteGraph(model(outputs: outputs)))
  }
}
