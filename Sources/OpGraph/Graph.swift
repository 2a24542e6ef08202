/// The place of a value in its graph.
package struct ValueID: Hashable, Sendable {
  /// Index into `Graph.values`.
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// A tensor of the graph.
package struct Value: Sendable {
  /// Where a value comes from.
  package enum Origin: Hashable, Sendable {
    /// UserInput from outside for every inference.
    case input
    /// Stored in the model file or beside it.
    case stored
    /// Made by a node.
    case computed
    /// Kept from one inference to the next.
    case state
  }

  /// The name that the file gives it.
  package var name: String
  /// The type as known so far.
  package var type: TensorType
  /// Where it comes from.
  package var origin: Origin
  /// Axes whose size the file leaves open although it states one to run with (TFLite).
  package var dynamicAxes: [Int] = []
  /// The elements, when they are known and few.
  package var constant: ConstantValue?
  /// Whether the elements are the same in every inference.
  package var isConstant: Bool
  /// Whether the elements are kept from one inference to the next, by the model or by its caller.
  package var isState: Bool

  package init(
    name: String, type: TensorType, origin: Origin, constant: ConstantValue? = nil
  ) {
    self.name = name
    self.type = type
    self.origin = origin
    self.constant = constant
    isConstant = origin == .stored
    isState = origin == .state
  }
}

/// One operator of the file at its place in the graph.
package struct Node: Sendable {
  /// The operator.
  package var operation: any Operator
  /// The name that the file gives the operator, or that of its first output.
  package var name: String
  /// The operator's name in the file's own terms, such as `CONV_2D`.
  package var sourceOperator: String
  /// What the file's operator applies to its result before storing it, such as a fused ReLU.
  package var fusedActivation: ActivationFunction?
  /// Operands; nil where an optional one is left out.
  package var inputs: [ValueID?]
  /// Results; nil where an optional one is left out.
  package var outputs: [ValueID?]
  /// The innermost region that the node lies in; nil in the graph itself.
  package var region: Int?

  package init(
    operation: any Operator, name: String, sourceOperator: String,
    fusedActivation: ActivationFunction? = nil, inputs: [ValueID?], outputs: [ValueID?],
    region: Int? = nil
  ) {
    self.region = region
    self.operation = operation
    self.name = name
    self.sourceOperator = sourceOperator
    self.fusedActivation = fusedActivation
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// A graph of canonical operators; its nodes stand in execution order.
package struct Graph: Sendable {
  /// The name that the file gives the graph.
  package var name: String
  /// All tensors.
  package var values: [Value] = []
  /// The file's operators in execution order.
  package var nodes: [Node] = []
  /// Parts of the nodes that control flow runs more or less often than once.
  package var regions: [Region] = []
  /// Values given from outside.
  package var inputs: [ValueID] = []
  /// Values that are the result.
  package var outputs: [ValueID] = []

  package init(name: String) { self.name = name }

  package subscript(id: ValueID) -> Value {
    get { values[id.index] }
    set { values[id.index] = newValue }
  }

  /// The operands of a node as its rules see them.
  package func operands(of node: Node) -> Operands {
    let kept = node.operation.stateOperands
    return Operands(
      node.inputs.enumerated().map { index, id in
        id.map { id in
          let value = self[id]
          return Operand(
            value.type, value: value.constant, isConstant: value.isConstant,
            isState: value.isState || kept.contains(index))
        }
      })
  }

  /// The types of a node's outputs; an output that is left out has an undefined type.
  package func outputTypes(of node: Node) -> [TensorType] {
    node.outputs.map { $0.map { self[$0].type } ?? TensorType(.undefined, [0]) }
  }
}

extension Graph {
  /// For each value, the nodes that read it, each once.
  package func consumersByValue() -> [[Int]] {
    var consumers = [[Int]](repeating: [], count: values.count)
    for (index, node) in nodes.enumerated() {
      for input in Set(node.inputs.compactMap({ $0 })) { consumers[input.index].append(index) }
    }
    return consumers
  }

  /// For each value, the node that makes it.
  package func producersByValue() -> [Int?] {
    var producers = [Int?](repeating: nil, count: values.count)
    for (index, node) in nodes.enumerated() {
      for output in node.outputs.compactMap({ $0 }) { producers[output.index] = index }
    }
    return producers
  }
}
