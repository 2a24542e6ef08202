import Quantities

/// The longest name of an operator or a tensor, in characters; what a file writes beyond it is left out.
private let greatestNameLength = 4096

/// The place of a value in its graph.
package struct ValueID: Hashable, Sendable {
  private let place: Int32

  /// Index into `Graph.values`.
  package var index: Int { Int(place) }

  /// - Parameter index: Below 2^31: a file with as many tensors is refused while it is decoded.
  package init(_ index: Int) { place = Int32(index) }
}

/// A tensor of the graph.
package struct Value: Sendable {
  /// Where a value comes from.
  package enum Origin: Hashable, Sendable {
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
  package var name: String
  /// The type as known so far.
  package var type: TensorType
  /// Where it comes from.
  package var origin: Origin
  /// Axes whose size the file leaves open although it states one to run with (TFLite).
  package var dynamicAxes: [Int] = []
  /// Where its bytes lie: stored values of one place share them.
  ///
  /// Nil when no other value can lie there.
  package var storage: Int32?
  /// The elements, when they are known and few.
  package var constant: ConstantValue?
  /// Whether the elements are the same in every inference.
  package var isConstant: Bool
  /// Whether the elements are kept from one inference to the next, by the model or by its caller.
  package var isState: Bool

  package init(
    name: String, type: TensorType, origin: Origin, constant: ConstantValue? = nil
  ) {
    self.name = abridged(name, to: greatestNameLength)
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
  package var operation: any Operator {
    didSet { operationType = ObjectIdentifier(type(of: operation)) }
  }
  /// Which type the operator is of: passes ask for it often, and asking the operator would copy it.
  fileprivate var operationType: ObjectIdentifier
  /// The name that the file gives the operator, or that of its first output.
  package var name: String
  /// The name that the file gives the operator, where `name` is that of its first output and this is another.
  package var sourceName: String?
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
  /// Operands in the file that the canonical operator does not have, such as the scales of others.
  package var sideInputs: [ValueID] = []
  /// The modules that it lies in, outermost first, where the file states more of them than its name
  /// tells.
  ///
  /// What a file writes beyond any real nesting is left out.
  package var modules: [String]? {
    didSet { modules = modules.map(Self.outermost) }
  }

  package init(
    operation: any Operator, name: String, sourceOperator: String,
    fusedActivation: ActivationFunction? = nil, inputs: [ValueID?], outputs: [ValueID?],
    region: Int? = nil
  ) {
    self.region = region
    self.operation = operation
    operationType = ObjectIdentifier(type(of: operation))
    self.name = abridged(name, to: greatestNameLength)
    self.sourceOperator = sourceOperator
    self.fusedActivation = fusedActivation
    self.inputs = inputs
    self.outputs = outputs
  }
}

extension Node {
  /// A path is compared with those of all other operators: at most so many modules of it are kept, and so many
  /// bytes of their names.
  private static let mostModules = 64
  private static let mostModuleBytes = 1024

  private static func outermost(_ path: [String]) -> [String] {
    var bytes = 0
    for (place, name) in path.enumerated() {
      bytes += name.utf8.count
      if place == mostModules || bytes > mostModuleBytes { return Array(path.prefix(place)) }
    }
    return path
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

  /// A value in place: reading or changing one part of it copies nothing.
  package subscript(id: ValueID) -> Value {
    _read { yield values[id.index] }
    _modify { yield &values[id.index] }
  }

  /// The operands of a node as its rules see them.
  package func operands(of node: Node) -> Operands {
    let kept = node.operation.stateOperands
    var operands: [Operand?] = []
    operands.reserveCapacity(node.inputs.count)
    for (place, input) in node.inputs.enumerated() {
      guard let index = input?.index else {
        operands.append(nil)
        continue
      }
      operands.append(
        Operand(
          values[index].type, value: values[index].constant,
          isConstant: values[index].isConstant,
          isState: values[index].isState || kept.contains(place)))
    }
    return Operands(operands)
  }

  /// The types of a node's outputs; an output that is left out has an undefined type.
  package func outputTypes(of node: Node) -> [TensorType] {
    node.outputs.map { $0.map { values[$0.index].type } ?? TensorType(.undefined, [0]) }
  }
}

extension Node {
  /// Whether the operator is of a type.
  package func runs<Kind: Operator>(_ kind: Kind.Type) -> Bool {
    operationType == ObjectIdentifier(kind)
  }
}

extension Graph {
  /// For each value, the nodes that read it, each once.
  package func consumersByValue() -> Consumers {
    Consumers(values: values.count, readers: nodes.count) { node, read in
      for case let input? in nodes[node].inputs { read(input.index) }
    }
  }

  /// The stored values that a condition takes, in order, each place of the file once.
  package func storedValues(where isTaken: (Int) -> Bool) -> [ValueID] {
    var places: Set<Int32> = []
    return values.indices.filter { index in
      guard values[index].origin == .stored, isTaken(index) else { return false }
      return values[index].storage.map { places.insert($0).inserted } ?? true
    }.map(ValueID.init)
  }

  /// For each value, whether a node reads it, a value that is read is quantized with it, or it is a
  /// result.
  package func readValues() -> [Bool] {
    var isRead = [Bool](repeating: false, count: values.count)
    for id in outputs { isRead[id.index] = true }
    for index in nodes.indices {
      for input in nodes[index].sideInputs { isRead[input.index] = true }
      for case let input? in nodes[index].inputs {
        isRead[input.index] = true
        for tensor in values[input.index].type.quantization?.blockTensors ?? [] {
          isRead[tensor.index] = true
        }
      }
    }
    return isRead
  }

  /// Whether the operator of a node is of a type; nothing is copied.
  package func node<Kind: Operator>(_ index: Int, runs kind: Kind.Type) -> Bool {
    nodes[index].operationType == ObjectIdentifier(kind)
  }

  /// For each value, the node that makes it.
  package func producersByValue() -> [Int?] {
    var producers = [Int?](repeating: nil, count: values.count)
    for index in nodes.indices {
      for case let output? in nodes[index].outputs { producers[output.index] = index }
    }
    return producers
  }
}
