/// A step of an optimizer, which training graphs hold.
///
/// Operands: rate, step number, then the trained tensors, their gradients and each kind of state.
package struct OptimizerStep: Operator {
  package var name: String
  /// Kinds of state that each trained tensor has, such as a momentum.
  package var states: Int
  /// Element operations for each trained element.
  package var operationsPerElement: OperationCounts

  /// Creates it.
  package init(_ name: String, states: Int, operationsPerElement: OperationCounts) {
    self.name = name
    self.states = states
    self.operationsPerElement = operationsPerElement
  }

  package func kind(for operands: Operands) -> KernelKind { .elementwise }

  /// The trained tensors, then each kind of state, all new.
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let tensors = try tensors(operands)
    var types: [TensorType] = []
    for index in Array(2..<2 + tensors) + Array((2 + 2 * tensors)..<operands.count) {
      types.append(try operands.type(index))
    }
    return types
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let tensors = try? tensors(operands) else { return Work(.unknown) }
    return Work(
      operationsPerElement * outputs.prefix(tensors).map(\.elementCount).sum)
  }

  private func tensors(_ operands: Operands) throws(ShapeError) -> Int {
    let lists = states + 2
    guard operands.count >= 2, (operands.count - 2) % lists == 0 else {
      throw .invalid("\(operands.count) operands, expected 2 and a multiple of \(lists)")
    }
    return (operands.count - 2) / lists
  }
}

/// The gradient of a tensor by others (training graphs).
///
/// The work is that of another graph, which the file does not hold: it is unknown.
package struct Gradient: Operator {
  /// How many tensors it is taken by: the first operands.
  package var tensors: Int
  package var name: String { "Gradient" }

  /// Creates it.
  package init(tensors: Int) { self.tensors = tensors }

  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    .unknown
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for index in 0..<Swift.min(tensors, operands.count) { types.append(try operands.type(index)) }
    return types
  }
}

/// The gradients of a layer normalization by its input, scale and shift.
///
/// Operands: gradient of the result, input, scale, mean, deviation.
package struct NormalizationGradient: Operator {
  package var name: String { "LayerNormalizationGrad" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .normalization }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [try operands.type(1), try operands.type(2), try operands.type(2)]
  }

  /// Normalizing anew, products and sums with the gradient, and the three results.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(OperationCounts(adds: 5, multiplies: 6) * (operands[1]?.type.elementCount ?? .unknown))
  }
}

/// A tensor of zeros of a stated shape, part of which is taken from operand 0.
package struct PlaceInZeros: DataMovementOperator {
  package var name: String
  /// The operand that holds the shape.
  package var shapeOperand: Int
  /// Whether elements that go to one place are added up.
  package var reduces: Bool

  /// Creates it.
  package init(_ name: String, shapeOperand: Int, reduces: Bool = false) {
    self.name = name
    self.shapeOperand = shapeOperand
    self.reduces = reduces
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      reduces
        ? .adds(operands[0]?.type.elementCount ?? .unknown)
        : .moves(outputs.map(\.elementCount).sum))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, Shape(try operands.integers(shapeOperand)))]
  }
}

/// For two shapes that were broadcast, the axes to sum the gradient of each over.
package struct BroadcastAxes: ViewOperator {
  package var name: String { "BroadcastGradientArgs" }

  /// Creates it.
  package init() {}

  package func elementTypes(for operands: Operands) -> [ElementType] { [.int64, .int64] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard let axes = axes(operands) else {
      return [TensorType(.int64, [.unknown]), TensorType(.int64, [.unknown])]
    }
    return axes.map { TensorType(.int64, [.fixed($0.count)]) }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    axes(operands)?.map { .integers($0.map(SymbolicInt.fixed)) } ?? []
  }

  private func axes(_ operands: Operands) -> [[Int]]? {
    guard let left = operands[0]?.value?.integers, let right = operands[1]?.value?.integers else {
      return nil
    }
    let rank = max(left.count, right.count)
    func size(_ shape: [SymbolicInt], _ axis: Int) -> SymbolicInt {
      let own = axis - (rank - shape.count)
      return own < 0 ? 1 : shape[own]
    }
    return [(left, right), (right, left)].map { own, other in
      (0..<rank).filter { size(own, $0) == 1 && size(other, $0) != 1 || $0 < rank - own.count }
    }
  }
}
