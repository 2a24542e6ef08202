/// The same elements in another shape.
package struct Reshape: ViewOperator {
  /// How the shape is given.
  package enum Target: Hashable, Sendable {
    /// By the elements of operand 1; -1 takes the rest, 0 copies the input's size unless literal.
    case operand(zeroIsLiteral: Bool)
    /// By the file; the same meaning of -1 and 0.
    case fixed([Int], zeroIsLiteral: Bool)
    /// Axes before `axis` become one axis, those from it on another (ONNX Flatten).
    case flattened(axis: Int)
  }

  package var target: Target
  package var name: OperatorName { if case .flattened = target { .flatten } else { .reshape } }

  package init(_ target: Target) { self.target = target }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let shape: Shape
    switch target {
    case .operand(let zeroIsLiteral):
      shape = try resolved(try operands.integers(1), zeroIsLiteral, operands)
    case .fixed(let sizes, let zeroIsLiteral):
      shape = try resolved(sizes.map(Dimension.fixed), zeroIsLiteral, operands)
    case .flattened(let axis):
      let input = try operands.shape(0)
      let split = axis == input.rank ? axis : try resolvedAxis(axis, rank: input.rank)
      shape = [input.dimensions[..<split].product, input.dimensions[split...].product]
    }
    return [TensorType(type.elementType, shape, quantization: type.quantization)]
  }

  private func resolved(
    _ sizes: [Dimension], _ zeroIsLiteral: Bool, _ operands: Operands
  ) throws(ShapeError) -> Shape {
    var result = sizes
    if !zeroIsLiteral, result.contains(0) {
      let input = try operands.shape(0)
      for axis in result.indices where result[axis] == 0 {
        guard axis < input.rank else { throw .invalid("size 0 at axis \(axis) copies nothing") }
        result[axis] = input[axis]
      }
    }
    if let open = result.firstIndex(of: -1) {
      result[open] = 1
      guard !result.contains(-1) else { throw .invalid("more than one size is -1") }
      let total = try operands.shape(0).elementCount
      let rest = result.product
      if let total = total.fixedValue, let rest = rest.fixedValue {
        guard rest != 0, .fixed(total).remainder(by: .fixed(rest)) == 0 as SymbolicInt else {
          throw .invalid("\(total) elements do not fill \(Shape(sizes))")
        }
      }
      result[open] = total.floorDivided(by: rest)
    } else if let total = operands[0]?.type.shape?.elementCount.fixedValue,
      let size = result.product.fixedValue, total != size
    {
      throw .invalid("\(total) elements do not fill \(Shape(result))")
    }
    return Shape(result)
  }
}
