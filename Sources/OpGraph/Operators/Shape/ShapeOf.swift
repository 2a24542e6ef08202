/// The shape of a tensor as a vector.
package struct ShapeOf: ViewOperator {
  package var elementType: ElementType
  /// The first axis that counts.
  package var start: Int
  /// The axis before which counting ends; nil counts to the last.
  package var end: Int?
  package var name: OperatorName { .shape }

  package init(elementType: ElementType, start: Int = 0, end: Int? = nil) {
    self.elementType = elementType
    self.start = start
    self.end = end
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementType, [.fixed(axes(try operands.shape(0).rank).count)])]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let shape = operands[0]?.type.shape else { return [] }
    return [.integers(Array(shape.dimensions[axes(shape.rank)]))]
  }

  private func axes(_ rank: Int) -> Range<Int> {
    func clamped(_ axis: Int) -> Int {
      Swift.min(Swift.max(axis < 0 ? axis + rank : axis, 0), rank)
    }
    let first = clamped(start)
    return first..<Swift.max(first, clamped(end ?? rank))
  }
}
