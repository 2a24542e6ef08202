/// What a rule may know of one operand.
package struct Operand: Sendable {
  /// The tensor's type.
  package var type: TensorType
  /// The elements, when they are known and few.
  package var value: ConstantValue?
  /// Whether the elements are the same in every inference.
  package var isConstant: Bool
  /// Whether the elements are kept from one inference to the next.
  package var isState: Bool

  package init(
    _ type: TensorType, value: ConstantValue? = nil, isConstant: Bool = false,
    isState: Bool = false
  ) {
    self.type = type
    self.value = value
    self.isConstant = isConstant
    self.isState = isState
  }

  /// What the operand is to its operator, given what it is when it is constant.
  package func role(orConstant role: OperandRole) -> OperandRole {
    isConstant ? role : isState ? .state : .activation
  }
}

/// The operands of an operator in order; an optional operand that is left out is nil.
package struct Operands: Sendable, Sequence {
  private let list: [Operand?]

  package init(_ list: [Operand?]) { self.list = list }

  /// How many operands there are, left-out ones included.
  package var count: Int { list.count }

  /// The operand at a place; nil when it is left out or the list is shorter.
  package subscript(index: Int) -> Operand? {
    list.indices.contains(index) ? list[index] : nil
  }

  package func makeIterator() -> IndexingIterator<[Operand?]> { list.makeIterator() }

  /// The operand at a place.
  /// - Throws: `ShapeError.invalid` when there is none.
  package func required(_ index: Int) throws(ShapeError) -> Operand {
    guard let operand = self[index] else { throw .invalid("operand \(index) is missing") }
    return operand
  }

  /// The type of the operand at a place.
  package func type(_ index: Int) throws(ShapeError) -> TensorType { try required(index).type }

  /// The element type given, or else that of the operand at a place.
  package func elementType(_ given: ElementType?, orOf index: Int) throws(ShapeError) -> ElementType
  {
    if let given { return given }
    return try type(index).elementType
  }

  /// The shape of the operand at a place.
  /// - Throws: `ShapeError.blocked` when it has none yet.
  package func shape(_ index: Int) throws(ShapeError) -> Shape {
    guard let shape = try required(index).type.shape else { throw .blocked(operand: index) }
    return shape
  }

  /// The shape of the operand at a place, which must have a certain rank.
  package func shape(_ index: Int, rank: Int) throws(ShapeError) -> Shape {
    let shape = try shape(index)
    guard shape.rank == rank else {
      throw .invalid("operand \(index) has rank \(shape.rank), expected \(rank)")
    }
    return shape
  }

  /// Checks that a bias, if there is one, has an element for each output channel.
  package func check(bias index: Int, channels: Dimension) throws(ShapeError) {
    guard let size = self[index]?.type.shape?.elementCount.fixedValue,
      let channels = channels.fixedValue, size != channels
    else { return }
    throw .invalid("the bias has \(size) elements for \(channels) output channels")
  }

  /// The elements of an integer operand that may hold symbols; unknown ones where only their
  /// number is known.
  package func integers(_ index: Int) throws(ShapeError) -> [SymbolicInt] {
    let operand = try required(index)
    if let values = operand.value?.integers { return values }
    guard let shape = operand.type.shape else { throw .blocked(operand: index) }
    guard let count = shape.elementCount.fixedValue, count <= TensorType.maximumRank else {
      throw .unknown("the elements of operand \(index) are not known")
    }
    return [SymbolicInt](repeating: .unknown, count: count)
  }

  /// The elements of an integer operand, all of them numbers.
  package func numbers(_ index: Int) throws(ShapeError) -> [Int] {
    let values = try integers(index)
    guard let numbers = values.numbers else {
      throw .unknown("the elements of operand \(index) are not known as numbers")
    }
    return numbers
  }
}

/// An axis counted from the front; negative ones count from the back.
package func resolvedAxis(_ axis: Int, rank: Int) throws(ShapeError) -> Int {
  guard axis >= -rank, axis < rank else {
    throw .invalid("axis \(axis) lies outside rank \(rank)")
  }
  return axis < 0 ? axis + rank : axis
}

/// Axes counted from the front, sorted, each once.
package func resolvedAxes(_ axes: [Int], rank: Int) throws(ShapeError) -> [Int] {
  var resolved: Set<Int> = []
  for axis in axes { resolved.insert(try resolvedAxis(axis, rank: rank)) }
  return resolved.sorted()
}

/// The shape that several shapes broadcast to, aligned at their last dimension.
package func broadcast(_ shapes: [Shape]) throws(ShapeError) -> Shape {
  // Mostly all are the same, and then one array holds the sizes of all.
  if let first = shapes.first, shapes.allSatisfy({ $0 == first }) { return first }
  let rank = shapes.map(\.rank).max() ?? 0
  var result = [Dimension](repeating: 1, count: rank)
  for shape in shapes {
    let offset = rank - shape.rank
    for (index, dimension) in shape.dimensions.enumerated() {
      result[offset + index] = try broadcast(result[offset + index], dimension)
    }
  }
  return Shape(result)
}

private func broadcast(_ a: Dimension, _ b: Dimension) throws(ShapeError) -> Dimension {
  if a == b || b == 1 { return a }
  if a == 1 { return b }
  switch (a, b) {
  case (.fixed, .fixed): throw .invalid("dimensions \(a) and \(b) do not broadcast")
  // A symbol that meets a number above 1 must equal it or be 1; the result is the number.
  case (.fixed, _): return a
  case (_, .fixed): return b
  default: return .maximum(a, b)
  }
}
