/// The gradients of a layer normalization by its input, scale and shift.
///
/// Operands: gradient of the result, input, scale, mean, deviation.
package struct LayerNormalizationGrad: Operator {
  package var name: OperatorName { .layerNormalizationGrad }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .normalization }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [try operands.type(1), try operands.type(2), try operands.type(2)]
  }

  /// Normalizing again, products and sums with the gradient, and the three results.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(OperationCounts(adds: 5, multiplies: 6) * (operands[1]?.type.elementCount ?? .unknown))
  }
}
