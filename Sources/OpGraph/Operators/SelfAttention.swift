/// Self-attention that projects its input to queries, keys and values itself.
///
/// Operands: input (batch, steps, width), weights (width, all projections), bias, mask, past (2,
/// batch, heads, steps, head width).
package struct SelfAttention: Operator {
  package var heads: Int
  /// Widths of all queries, keys and values; nil when each is a third of the weights' columns.
  package var widths: [Int]?
  package var name: String { "SelfAttention" }

  /// Creates it.
  package init(heads: Int, widths: [Int]?) {
    self.heads = heads
    self.widths = widths
  }

  package func kind(for operands: Operands) -> KernelKind { .matMul }
  package var stateOperands: Set<Int> { [4] }
  package var stateResults: Set<Int> { [1] }
  package func constantRole(at index: Int) -> OperandRole {
    index == 1 ? .weight : index == 2 ? .bias : .parameter
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
    if let widths, widths.count != 3 { throw .invalid("\(widths.count) widths, expected 3") }
    let past = operands[4] == nil ? 0 : try operands.shape(4, rank: 5)[3]
    return Size(
      batch: input[0], steps: input[1], keys: input[1] + past, input: input[2],
      query: widths.map { .fixed($0[0]) } ?? third, value: widths.map { .fixed($0[2]) } ?? third)
  }
}

/// A matrix product with weights that are packed in blocks of few bits, each with its scale.
///
/// Operands: input, packed weights, scales, zero points, order of the inputs, bias.
package struct PackedMatMul: Operator {
  /// Columns of the weights: elements of a row of the result.
  package var outputs: Int
  /// Rows of the weights: elements of a row of the input.
  package var inputs: Int
  package var bits: Int
  package var name: String { "PackedMatMul" }

  /// Creates it.
  package init(outputs: Int, inputs: Int, bits: Int) {
    self.outputs = outputs
    self.inputs = inputs
    self.bits = bits
  }

  package func kind(for operands: Operands) -> KernelKind { .fullyConnected }
  package func constantRole(at index: Int) -> OperandRole {
    index == 0 ? .parameter : index == 5 ? .bias : .weight
  }

  /// Several weights share a stored byte.
  package func factors(for operands: Operands) -> [String] {
    [operands[0]?.type.factorName, "uint\(bits)"].compactMap { $0 }
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

/// Normalizes a sum of tensors, as transformers do after each block.
///
/// Operands: input, what is added to it, scale, shift, bias. Results: normalized, mean, deviation,
/// sum.
package struct SkipNormalization: Operator {
  package var function: Normalization.Function
  /// Whether the statistics are among the results.
  package var givesStatistics: Bool
  package var name: String { "Skip\(function.rawValue)" }

  /// Creates it.
  package init(_ function: Normalization.Function, givesStatistics: Bool = true) {
    self.function = function
    self.givesStatistics = givesStatistics
  }

  package func kind(for operands: Operands) -> KernelKind { .normalization }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = TensorType(try operands.type(0).elementType, try operands.shape(0))
    guard givesStatistics else { return [type, type] }
    var statistics = type
    if let last = type.shape?.rank, last > 0 { statistics.shape?[last - 1] = 1 }
    return [type, statistics, statistics, type]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let elements = outputs.first?.elementCount ?? .unknown
    let additions: SymbolicInt = operands[4] == nil ? 1 : 2
    return Work((function.operationsPerElement + .adds(additions)) * elements)
  }
}
