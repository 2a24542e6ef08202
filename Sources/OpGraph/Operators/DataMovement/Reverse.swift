/// The elements in another order along some axes; the shape stays.
package struct Reverse: DataMovementOperator {
  package var name: OperatorName { .reverse }

  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [try operands.type(0)]
  }
}
