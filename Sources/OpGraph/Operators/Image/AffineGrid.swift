import Quantities

/// The places in an image that an affine map of a regular grid gives.
package struct AffineGrid: Operator {
  package var name: OperatorName { .affineGrid }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .matMul }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let size = try operands.integers(1)
    guard size.count == 4 || size.count == 5 else {
      throw .invalid("a size of \(counted(size.count, "number")), expected 4 or 5")
    }
    let axes = size.count - 2
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([size[0]] + Array(size.dropFirst(2)) + [.fixed(axes)]))
    ]
  }

  /// Each coordinate is a product of a row with a place in homogeneous coordinates.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let output = outputs.first, let axes = output.shape?.dimensions.last else {
      return Work(macs: .unknown)
    }
    return Work(macs: output.elementCount * (axes + 1))
  }
}
