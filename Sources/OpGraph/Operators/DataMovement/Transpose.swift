/// Reorders the axes.
package struct Transpose: DataMovementOperator {
  /// The input axis that each output axis takes; nil when operand 1 holds it.
  package var permutation: [Int]?
  /// Whether the axes are reversed without a stated order.
  package var reversesByDefault: Bool
  package var name: OperatorName { .transpose }

  package init(permutation: [Int]?, reversesByDefault: Bool) {
    self.permutation = permutation
    self.reversesByDefault = reversesByDefault
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let shape = try operands.shape(0)
    let order = try axisOrder(operands, rank: shape.rank)
    guard try resolvedAxes(order, rank: shape.rank).count == shape.rank else {
      throw .invalid("\(order) does not order \(shape.rank) axes")
    }
    var result: [Dimension] = []
    for axis in order { result.append(shape[axis]) }
    return [TensorType(type.elementType, Shape(result), quantization: type.quantization)]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let value = operands[0]?.value, let shape = operands[0]?.type.shape,
      let steps = shape.rowMajorSteps, let result = outputs.first?.shape,
      let axes = try? axisOrder(operands, rank: shape.rank),
      axes.count == result.rank
    else { return [] }
    return [
      value.picking(result) { index in
        // bounded: a place of one of the elements in memory
        axes.indices.reduce(0) { $0 + index[$1] * steps[axes[$1]] }
      }
    ]
  }

  /// The input axis that each output axis takes, counted from the front.
  package func axisOrder(_ operands: Operands, rank: Int) throws(ShapeError) -> [Int] {
    if permutation == nil, reversesByDefault { return Array((0..<rank).reversed()) }
    let stated: [Int]
    if let permutation { stated = permutation } else { stated = try operands.numbers(1) }
    var order: [Int] = []
    for axis in stated { order.append(try resolvedAxis(axis, rank: rank)) }
    return order
  }
}
