import Quantities

/// Self-attention that projects its input to queries, keys and values itself.
///
/// Operands: input (batch, steps, width), weights (width, all projections), bias, mask, past (2,
/// batch, heads, steps, head width).
package struct SelfAttention: Operator {
  package var heads: Int
  /// Widths of all queries, keys and values; nil when each is a third of the weights' columns.
  package var widths: [Int]?
  package var name: OperatorName { .selfAttention }

  package init(heads: Int, widths: [Int]?) {
    self.heads = heads
    self.widths = widths
  }

  package func kind(for operands: Operands) -> KernelKind { .matMul }
  package var stateOperands: Set<Int> { [4] }
  package var stateResults: Set<Int> { [1] }
  package func constantRole(at index: Int) -> OperandRole {
    switch index {
    case 1: .weight
    case 2: .bias
    case 3: .auxiliary
    default: .parameter
    }
  }

  /// Quantized forms have integer operands and a float bias; the result is float.
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[2]?.type.elementType ?? operands[0]?.type.elementType ?? .float32]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let size = try size(operands)
    let headWidth = size.value.floorDivided(by: .fixed(heads))
    let type = elementTypes(for: operands)[0]
    return [
      TensorType(type, [size.batch, size.steps, size.value]),
      TensorType(type, [2, size.batch, .fixed(heads), size.keys, headWidth]),
    ]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let size = try? size(operands) else { return .unknown }
    let rows = size.batch * size.steps
    let scores = rows * size.keys
    let masks: SymbolicInt = operands[3] == nil ? 0 : 1
    return Work(
      macs: rows * size.input * (size.query * 2 + size.value)
        + scores * (size.query + size.value),
      .adds(operands[2] == nil ? 0 : rows * (size.query * 2 + size.value))
        + (Softmax.operationsPerElement + .multiplies(1) + .adds(masks))
        * (scores * .fixed(heads)))
  }

  private struct Size {
    var batch, steps, keys, input, query, value: Dimension
  }

  private func size(_ operands: Operands) throws(ShapeError) -> Size {
    let input = try operands.shape(0, rank: 3)
    let weights = try operands.shape(1, rank: 2)
    guard heads > 0 else { throw .invalid("\(heads) heads") }
    let third = weights[1].floorDivided(by: 3)
    if let widths, widths.count != 3 {
      throw .invalid("\(counted(widths.count, "width")), expected 3")
    }
    if let least = widths?.min(), least < 1 {
      throw .invalid("a projection of width \(least), expected 1 or more")
    }
    let past = operands[4] == nil ? 0 : try operands.shape(4, rank: 5)[3]
    return Size(
      batch: input[0], steps: input[1], keys: input[1] + past, input: input[2],
      query: widths.map { .fixed($0[0]) } ?? third, value: widths.map { .fixed($0[2]) } ?? third)
  }
}
