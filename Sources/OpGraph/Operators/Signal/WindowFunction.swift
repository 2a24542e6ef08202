/// The values of a window function that frames of a signal are multiplied with.
///
/// Operand 0 holds the number of points.
package struct WindowFunction: Operator {
  package enum Function: Hashable, Sendable { case hann, hamming, blackman }

  package var function: Function
  package var elementType: ElementType

  package init(_ function: Function, elementType: ElementType) {
    self.function = function
    self.elementType = elementType
  }

  package var name: OperatorName {
    switch function {
    case .hann: .hannWindow
    case .hamming: .hammingWindow
    case .blackman: .blackmanWindow
    }
  }

  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func constantRole(at index: Int) -> OperandRole { .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard let points = try operands.integers(0).first else { throw .invalid("operand 0 is empty") }
    return [TensorType(elementType, [points])]
  }
}
