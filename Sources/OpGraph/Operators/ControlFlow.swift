/// An operator whose operands include what regions before it make.
///
/// It moves nothing itself: results are handed on.
package protocol ControlFlowOperator: Operator {}

extension ControlFlowOperator {
  package func kind(for operands: Operands) -> KernelKind { .view }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    (try? outputTypes(for: operands))?.map(\.elementType) ?? []
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work { .none }
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic { .none }
}

/// An operator that runs a region again and again.
package protocol LoopOperator: ControlFlowOperator {
  /// How often the body runs; a symbol, or unknown, when that depends on data.
  func repetitions(_ operands: Operands) -> SymbolicInt

  /// The operand that is what the body makes of the condition, when there is one.
  var conditionOperand: Int? { get }

  /// The result that the operand at a place becomes after the last iteration, when that operand is
  /// what the body makes of a carried value.
  func result(ofOperand index: Int) -> Int?
}

extension LoopOperator {
  package var conditionOperand: Int? { nil }
}

/// Hands on the results of a function or a subgraph, which are its operands.
package struct Call: ControlFlowOperator {
  package var name: String

  /// Creates a call.
  package init(_ name: String) { self.name = name }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    operands.map { $0?.type ?? TensorType(.undefined, nil) }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    operands.map { $0?.value }
  }
}

/// The results of one of several branches.
///
/// Operands: the condition, then the results of each branch.
package struct Conditional: ControlFlowOperator {
  /// How many results each branch has.
  package var results: Int
  package var branches: [Region.Branch]
  package var name: String { "If" }

  /// Creates a conditional.
  package init(results: Int, branches: [Region.Branch]) {
    self.results = results
    self.branches = branches
  }

  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .attribute : .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let taken = taken(operands)
    return (0..<results).map { place in
      func type(of branch: Int) -> TensorType {
        operands[1 + branch * results + place]?.type ?? TensorType(.undefined, nil)
      }
      if let taken { return type(of: taken) }
      return branches.indices.dropFirst().reduce(type(of: 0)) { $0.common(with: type(of: $1)) }
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let taken = taken(operands) else { return [] }
    return (0..<results).map { operands[1 + taken * results + $0]?.value }
  }

  private func taken(_ operands: Operands) -> Int? {
    guard let condition = operands[0]?.value?.integers?.first?.fixedValue else { return nil }
    return branches.firstIndex { $0.isTaken(for: condition) }
  }
}

/// A loop with a limit, a condition, values that are carried from one iteration to the next, and
/// results that are gathered from every iteration (ONNX Loop, TFLite WHILE).
///
/// Operands: the limit, the condition, the carried values at the start; the condition, the carried
/// values and the gathered results that the body makes.
package struct Loop: LoopOperator {
  package var name: String
  package var carried: Int
  package var gathered: Int
  /// What the number of iterations is called when it depends on data.
  package var symbol: String

  /// Creates a loop.
  package init(_ name: String, carried: Int, gathered: Int, symbol: String) {
    self.symbol = symbol
    self.name = name
    self.carried = carried
    self.gathered = gathered
  }

  package func constantRole(at index: Int) -> OperandRole { index < 2 ? .attribute : .parameter }

  private var bodyResults: Int { 2 + carried }
  package var conditionOperand: Int? { bodyResults }

  /// The limit, when no condition can end the loop before.
  package func repetitions(_ operands: Operands) -> SymbolicInt {
    if Self.truth(operands[1]) == false { return 0 }
    guard operands[1] == nil || Self.truth(operands[1]) == true,
      operands[bodyResults] == nil || Self.truth(operands[bodyResults]) == true,
      let limit = operands[0]?.value?.integers?.first
    else { return .symbol(symbol) }
    return .maximum(limit, 0)
  }

  private static func truth(_ operand: Operand?) -> Bool? {
    operand?.value?.integers?.first?.fixedValue.map { $0 != 0 }
  }

  package func result(ofOperand index: Int) -> Int? {
    let place = index - bodyResults - 1
    return (0..<carried).contains(place) ? place : nil
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let repetitions = repetitions(operands)
    var types: [TensorType] = []
    for place in 0..<carried {
      let first = operands[2 + place]?.type ?? TensorType(.undefined, nil)
      let last = operands[bodyResults + 1 + place]?.type ?? TensorType(.undefined, nil)
      switch repetitions {
      case 0: types.append(first)
      // What the body makes is known as it is in a typical iteration, the first included.
      case .fixed: types.append(last)
      default: types.append(first.common(with: last))
      }
    }
    for place in 0..<gathered {
      let type = operands[bodyResults + 1 + carried + place]?.type ?? TensorType(.undefined, nil)
      types.append(type.stacked(repetitions, at: 0))
    }
    return types
  }
}

extension TensorType {
  /// The type of as many tensors of this type, put one after another along a new axis.
  fileprivate func stacked(_ count: SymbolicInt, at axis: Int) -> TensorType {
    guard var dimensions = shape?.dimensions, axis <= dimensions.count else {
      return TensorType(elementType, nil)
    }
    dimensions.insert(count, at: axis)
    return TensorType(elementType, Shape(dimensions))
  }
}

/// A loop over slices of its operands (ONNX Scan).
///
/// Operands: the states at the start, the sequences; the states and the gathered results that the
/// body makes.
package struct Scan: LoopOperator {
  package var name: String { "Scan" }
  package var states: Int
  /// Axes of the sequences that the slices lie along.
  package var inputAxes: [Int]
  /// Axes of the results along which slices are put together.
  package var outputAxes: [Int]
  /// Whether the first axis of everything is a batch, each item of which is looped over (opset 8).
  package var isBatched: Bool

  /// Creates a scan.
  package init(states: Int, inputAxes: [Int], outputAxes: [Int], isBatched: Bool) {
    self.states = states
    self.inputAxes = inputAxes
    self.outputAxes = outputAxes
    self.isBatched = isBatched
  }

  /// The length of the sequences, for each item of a batch.
  package func repetitions(_ operands: Operands) -> SymbolicInt {
    guard let axis = inputAxes.first, let shape = operands[states]?.type.shape,
      let place = try? resolvedAxis(axis, rank: shape.rank)
    else { return .unknown }
    return isBatched ? shape[0] * shape[place] : shape[place]
  }

  package func result(ofOperand index: Int) -> Int? {
    let place = index - states - inputAxes.count
    return !isBatched && (0..<states).contains(place) ? place : nil
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let results = states + inputAxes.count
    var batch: SymbolicInt = 1
    var length = repetitions(operands)
    if isBatched, let shape = operands[states]?.type.shape {
      batch = shape[0]
      length = shape[1]
    }
    var types: [TensorType] = []
    for place in 0..<states + outputAxes.count {
      var type = operands[results + place]?.type ?? TensorType(.undefined, nil)
      if place >= states, let rank = type.shape?.rank {
        let axis = try resolvedAxis(outputAxes[place - states], rank: rank + 1)
        type = type.stacked(length, at: isBatched ? axis - 1 : axis)
      }
      types.append(isBatched ? type.stacked(batch, at: 0) : type)
    }
    return types
  }
}

/// A function that is applied to each tensor of sequences (ONNX SequenceMap).
///
/// Operands: the first sequence; the results of the body.
package struct SequenceMap: LoopOperator {
  package var name: String { "SequenceMap" }

  /// Creates it.
  package init() {}

  package func repetitions(_ operands: Operands) -> SymbolicInt {
    operands[0]?.type.sequence?.length ?? .unknown
  }

  /// Nothing is carried.
  package func result(ofOperand index: Int) -> Int? { nil }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    operands.dropFirst().map { operand in
      var type = operand?.type ?? TensorType(.undefined, nil)
      let length = repetitions(operands)
      type.sequence = TensorSequence(
        length: length,
        shapes: length.fixedValue.flatMap { count in
          guard let shape = type.shape, shape.isStatic, count <= TensorSequence.maximumShapes
          else { return nil }
          return [Shape](repeating: shape, count: count)
        })
      return type
    }
  }
}
