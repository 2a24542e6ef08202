/// The input unchanged: Identity, dropout at inference, and the like.
package struct Identity: ViewOperator {
  /// The element type of dropout's second result, the mask; nil when it is the input's.
  package var maskType: ElementType?
  package var name: OperatorName { .identity }

  package init(maskType: ElementType? = nil) { self.maskType = maskType }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    return [type, TensorType(maskType ?? type.elementType, type.shape)]
  }
}
