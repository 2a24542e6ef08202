/// A function that is applied to each tensor of sequences (ONNX SequenceMap).
///
/// Operands: the first sequence; the results of the body.
package struct SequenceMap: LoopOperator {
  package var name: OperatorName { .sequenceMap }

  package init() {}

  package func repetitions(_ operands: Operands) -> SymbolicInt {
    operands[0]?.type.sequence?.length ?? .unknown
  }

  /// There are no carried values.
  package func result(ofOperand index: Int) -> Int? { nil }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    operands.dropFirst().map { operand in
      var type = operand?.type ?? TensorType(.undefined, nil)
      let length = repetitions(operands)
      type.sequence = TensorSequence(
        length: length,
        shapes: length.fixedValue.flatMap { count in
          guard let shape = type.shape, shape.isStatic,
            (0...TensorSequence.maximumShapes).contains(count)
          else { return nil }
          return [Shape](repeating: shape, count: count)
        })
      return type
    }
  }
}
