/// The place of a value in its graph.
public struct ValueID: Hashable, Sendable {
  /// Index into `Graph.values`.
  public let index: Int

  /// Creates an identifier.
  public init(_ index: Int) { self.index = index }
}

/// A tensor of the graph.
public struct Value: Sendable {
  /// Where a value comes from.
  public enum Origin: Hashable, Sendable {
    /// Given from outside for every inference.
    case input
    /// Stored in the model file or beside it.
    case stored
    /// Made by a node.
    case computed
    /// Kept from one inference to the next.
    case state
  }

  /// The name that the file gives it.
  public var name: String
  /// The type as known so far.
  public var type: TensorType
  /// Where it comes from.
  public var origin: Origin
  /// Axes whose size the file leaves open although it states one to run with (TFLite).
  public var dynamicAxes: [Int] = []
  /// The elements, when they are known and few.
  public var constant: ConstantValue?
  /// Whether the elements are the same in every inference.
  public var isConstant: Bool
  /// Whether the elements are kept from one inference to the next, by the model or by its caller.
  public var isState: Bool

  /// Creates a value.
  public init(
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
public struct Node: Sendable {
  /// The operator.
  public var operation: any Operator
  /// The name that the file gives the operator, or that of its first output.
  public var name: String
  /// The operator's name in the file's own terms, such as `CONV_2D`.
  public var sourceOperator: String
  /// What the file's operator applies to its result before storing it, such as a fused ReLU.
  public var fusedActivation: ActivationFunction?
  /// Operands; nil where an optional one is left out.
  public var inputs: [ValueID?]
  /// Results; nil where an optional one is left out.
  public var outputs: [ValueID?]
  /// The innermost region that the node lies in; nil in the graph itself.
  public var region: Int?

  /// Creates a node.
  public init(
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
public struct Graph: Sendable {
  /// The name that the file gives the graph.
  public var name: String
  /// All tensors.
  public var values: [Value] = []
  /// The file's operators in execution order.
  public var nodes: [Node] = []
  /// Parts of the nodes that control flow runs more or less often than once.
  public var regions: [Region] = []
  /// Values given from outside.
  public var inputs: [ValueID] = []
  /// Values that are the result.
  public var outputs: [ValueID] = []

  /// Creates an empty graph.
  public init(name: String) { self.name = name }

  public subscript(id: ValueID) -> Value {
    get { values[id.index] }
    set { values[id.index] = newValue }
  }

  /// The operands of a node as its rules see them.
  public func operands(of node: Node) -> Operands {
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
  public func outputTypes(of node: Node) -> [TensorType] {
    node.outputs.map { $0.map { self[$0].type } ?? TensorType(.undefined, [0]) }
  }
}

extension Graph {
  /// For each value, the nodes that read it, each once.
  public func usersByValue() -> [[Int]] {
    var users = [[Int]](repeating: [], count: values.count)
    for (index, node) in nodes.enumerated() {
      for input in Set(node.inputs.compactMap({ $0 })) { users[input.index].append(index) }
    }
    return users
  }

  /// For each value, the node that makes it.
  public func makersByValue() -> [Int?] {
    var makers = [Int?](repeating: nil, count: values.count)
    for (index, node) in nodes.enumerated() {
      for output in node.outputs.compactMap({ $0 }) { makers[output.index] = index }
    }
    return makers
  }
}
