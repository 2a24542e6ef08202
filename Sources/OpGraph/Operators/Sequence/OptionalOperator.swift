/// Values that may be left out: an optional is followed as the value that it holds.
package struct OptionalOperator: ViewOperator {
  package enum Function: Hashable, Sendable {
    /// The operand, or nothing, becomes an optional.
    case wrap
    /// The value is taken out.
    case getElement
    /// Whether there is a value.
    case hasElement
  }

  package var function: Function

  package init(_ function: Function) { self.function = function }

  package var name: OperatorName {
    switch function {
    case .wrap: .optional
    case .getElement: .optionalGetElement
    case .hasElement: .optionalHasElement
    }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    switch function {
    case .wrap, .getElement: return [operands[0]?.type ?? TensorType(.undefined, nil)]
    case .hasElement: return [TensorType(.bool, [])]
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    switch function {
    case .wrap, .getElement: return [operands[0]?.value]
    case .hasElement: return operands[0] == nil ? [.integers([0])] : []
    }
  }
}
