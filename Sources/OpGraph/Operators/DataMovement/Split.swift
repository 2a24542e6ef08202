import Quantities

/// Cuts a tensor along an axis into several.
package struct Split: DataMovementOperator {
  /// How large the parts are.
  package enum Sizes: Hashable, Sendable {
    /// This many parts of one size; the last may be smaller where that is allowed.
    case equal(Int, lastMayBeSmaller: Bool)
    case fixed([Int])
    /// The elements of the operand at a place.
    case operand(Int)
  }

  package var axis: Int
  package var sizes: Sizes
  /// The operand that is cut: TFLite's SPLIT has the axis first.
  package var input: Int
  package var name: OperatorName { .split }

  package init(axis: Int, sizes: Sizes, input: Int = 0) {
    self.axis = axis
    self.sizes = sizes
    self.input = input
  }

  package func constantRole(at index: Int) -> OperandRole {
    index == input ? .parameter : .attribute
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[input]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(input)
    let shape = try operands.shape(input)
    let axis = try resolvedAxis(self.axis, rank: shape.rank)
    return try partSizes(of: shape[axis], operands).map { size in
      var part = shape
      part[axis] = size
      return TensorType(type.elementType, part, quantization: type.quantization)
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let values = operands[input]?.value, outputs.first?.shape?.rank == 1 else { return [] }
    var start = 0
    return outputs.map { part in
      guard let count = part.shape?.elementCount.fixedValue, count >= 0,
        let end = (.fixed(start) + .fixed(count) as SymbolicInt).fixedValue, end <= values.count
      else { return nil }
      defer { start = end }
      return values.selecting(Array(start..<end))
    }
  }

  private func partSizes(
    of whole: Dimension, _ operands: Operands
  ) throws(ShapeError) -> [Dimension] {
    var parts: [Dimension]
    switch sizes {
    case .equal(let count, let lastMayBeSmaller):
      guard count > 0, count <= ConstantValue.maximumElements else {
        throw .invalid(counted(count, "part"))
      }
      let part = whole.ceilDivided(by: .fixed(count))
      parts = [Dimension](repeating: part, count: count)
      parts[count - 1] = whole - part * .fixed(count - 1)
      if !lastMayBeSmaller, let last = parts[count - 1].fixedValue, part != .fixed(last) {
        throw .invalid("\(whole) elements do not divide into \(count) equal parts")
      }
    case .fixed(let sizes): parts = sizes.map(Dimension.fixed)
    case .operand(let index): parts = try operands.integers(index)
    }
    // TFLite's SPLIT_V lets one part take the rest.
    if let open = parts.firstIndex(of: -1) {
      parts[open] = 0
      parts[open] = whole - parts.sum
    }
    if let negative = parts.first(where: { $0.fixedValue ?? 0 < 0 }) {
      throw .invalid("a part of \(counted(negative, "element"))")
    }
    if let whole = whole.fixedValue, let sum = parts.sum.fixedValue, whole != sum {
      throw .invalid("parts of \(sum) elements do not make up \(whole)")
    }
    return parts
  }
}
