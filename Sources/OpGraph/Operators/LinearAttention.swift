/// Attention whose past is a matrix for each head that every step updates (linear attention, gated
/// and delta rules).
///
/// Operands: queries, keys, values with heads folded into the last axis, past state, decay, rate.
public struct LinearAttention: Operator {
  public var queryHeads: Int
  public var keyHeads: Int
  /// Whether the state is multiplied with the keys before it is updated (delta rules).
  public var correctsState: Bool
  public var name: String { "LinearAttention" }

  /// Creates it.
  public init(queryHeads: Int, keyHeads: Int, correctsState: Bool) {
    self.queryHeads = queryHeads
    self.keyHeads = keyHeads
    self.correctsState = correctsState
  }

  public func kind(for operands: Operands) -> KernelKind { .matMul }
  public var stateOperands: Set<Int> { [3] }
  public var stateResults: Set<Int> { [1] }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let size = try size(operands)
    let type = try operands.type(0).elementType
    let state = operands[3]?.type.elementType ?? type
    return [
      TensorType(
        type, [size.batch, size.steps, .fixed(queryHeads) * size.valueWidth]),
      TensorType(state, [size.batch, .fixed(keyHeads), size.keyWidth, size.valueWidth]),
    ]
  }

  /// Each step takes the outer product of a key and a value, and the product of a query and the
  /// state; delta rules also that of a key and the state.
  ///
  /// Decay is one operation a state element.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let size = try? size(operands) else { return .unknown }
    let state = size.keyWidth * size.valueWidth * size.batch * size.steps
    let updates = Dimension.fixed(keyHeads) * (correctsState ? 2 : 1)
    return Work(
      macs: state * (updates + .fixed(queryHeads)),
      .multiplies(operands[4] == nil ? 0 : state * .fixed(keyHeads)))
  }

  private struct Size { var batch, steps, keyWidth, valueWidth: Dimension }

  private func size(_ operands: Operands) throws(ShapeError) -> Size {
    let queries = try operands.shape(0, rank: 3)
    let values = try operands.shape(2, rank: 3)
    return Size(
      batch: queries[0], steps: queries[1],
      keyWidth: queries[2].floorDivided(by: .fixed(queryHeads)),
      valueWidth: values[2].floorDivided(by: .fixed(keyHeads)))
  }
}

/// A depthwise convolution over steps that sees no later ones and keeps what the next call needs.
///
/// Operands: input (batch, channels, steps), weights (channels, 1, taps), bias, past.
public struct CausalConvolution: Operator {
  public var name: String { "CausalConv" }

  /// Creates it.
  public init() {}

  public func kind(for operands: Operands) -> KernelKind { .depthwiseConvolution }
  public var stateOperands: Set<Int> { [3] }
  public var stateResults: Set<Int> { [1] }
  public func constantRole(at index: Int) -> OperandRole {
    index == 1 ? .weight : index == 2 ? .bias : .parameter
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let input = try operands.shape(0, rank: 3)
    let taps = try operands.shape(1, rank: 3)[2]
    return [TensorType(type, input), TensorType(type, [input[0], input[1], taps - 1])]
  }

  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let taps = try? operands.shape(1, rank: 3)[2], let output = outputs.first else {
      return .unknown
    }
    return Work(
      macs: output.elementCount * taps, .adds(operands[2] == nil ? 0 : output.elementCount))
  }
}
