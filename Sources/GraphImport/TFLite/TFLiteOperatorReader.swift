import OpGraph

/// What a lowering may know of a TFLite operator: its options and its operands' values.
struct TFLiteOperatorReader {
  let op: TFLiteOperator
  let operands: [Value?]

  func operand(_ index: Int) -> Value? {
    operands.indices.contains(index) ? operands[index] : nil
  }

  func integer(_ name: String, default value: Int) -> Int { op.options.integer(name) ?? value }

  func flag(_ name: String, default value: Bool = false) -> Bool {
    op.options.integer(name).map { $0 != 0 } ?? value
  }

  /// A size, stride or the like, which must be positive.
  func positive(_ name: String, default value: Int) throws(LoweringError) -> Int {
    let given = integer(name, default: value)
    guard given > 0 else {
      throw LoweringError("option '\(name)' is \(given), expected at least 1")
    }
    return given
  }

  /// The only element of a constant operand.
  func scalar(_ index: Int) throws(LoweringError) -> Int {
    guard let values = operand(index)?.constant?.integers, values.count == 1,
      let number = values[0].fixedValue
    else { throw LoweringError("operand \(index) is not a constant scalar") }
    return number
  }

  /// The padding of a window: the schema's enum is SAME (0) and VALID (1).
  func padding() throws(LoweringError) -> Padding {
    switch integer("padding", default: 0) {
    case 0: return .sameUpper
    case 1: return .valid
    case let other: throw LoweringError("option 'padding' is \(other), expected 0 or 1")
    }
  }

  /// A two-dimensional window with the options' usual names.
  func window() throws(LoweringError) -> Window {
    Window(
      strides: [try positive("stride_h", default: 0), try positive("stride_w", default: 0)],
      dilations: [
        try positive("dilation_h_factor", default: 1),
        try positive("dilation_w_factor", default: 1),
      ],
      padding: try padding())
  }

  /// The fused activation, by the order of the schema's enum.
  func fusedActivation() throws(LoweringError) -> ActivationFunction? {
    switch integer("fused_activation_function", default: 0) {
    case 0: return nil
    case 1: return .relu
    case 2: return .reluN1To1
    case 3: return .relu6
    case 4: return .tanh
    case 5: return .signBit
    case let other: throw LoweringError("option 'fused_activation_function' is \(other)")
    }
  }

  /// An operator with whatever activation is fused to it.
  func fused(
    _ operation: any Operator, operands: [Int]? = nil
  ) throws(LoweringError) -> LoweredOperator {
    LoweredOperator(operation, operands: operands, fusedActivation: try fusedActivation())
  }
}
