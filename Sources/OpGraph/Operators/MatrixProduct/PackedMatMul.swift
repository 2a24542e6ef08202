/// A matmul with weights that are packed in blocks of few bits, each with its scale.
///
/// Operands: input, packed weights, scales, zero points, order of the inputs, bias.
package struct PackedMatMul: Operator {
  /// Columns of the weights: elements of a row of the result.
  package var outputs: Int
  /// Rows of the weights: elements of a row of the input.
  package var inputs: Int
  package var bits: Int
  /// Whether the weights are made floating-point numbers, and not the input integers.
  package var computesInFloat: Bool
  package var name: OperatorName { .packedMatMul }

  package init(outputs: Int, inputs: Int, bits: Int, computesInFloat: Bool) {
    self.computesInFloat = computesInFloat
    self.outputs = outputs
    self.inputs = inputs
    self.bits = bits
  }

  package func kind(for operands: Operands) -> KernelKind { .fullyConnected }
  package func constantRole(at index: Int) -> OperandRole {
    switch index {
    case 0: .parameter
    case 1: .weight
    case 5: .bias
    default: .auxiliary
    }
  }

  package var packsElements: Bool { true }

  /// Packed weights fill whole bytes and blocks.
  package func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt? {
    index == 1 ? .fixed(inputs) * .fixed(outputs) : nil
  }

  /// Several weights share a stored byte; the input is quantized to 8 bits on the way in, or not.
  package func factors(for operands: Operands) -> [String] {
    [computesInFloat ? operands[0]?.type.factorName : "int8", "uint\(bits)"].compactMap { $0 }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    guard let last = shape.dimensions.last else { throw .invalid("a product of a scalar") }
    if last.fixedValue != nil, last != .fixed(inputs) {
      throw .invalid("inner dimensions \(last) and \(inputs) differ")
    }
    shape[shape.rank - 1] = .fixed(outputs)
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let elements = outputs.first?.elementCount ?? .unknown
    return Work(macs: elements * .fixed(inputs), .adds(operands[5] == nil ? 0 : elements))
  }
}
