import OpGraph
import Testing

/// Contractions of sequence models: counts as arithmetic that a reader can redo.
@Suite struct SequenceOperatorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var operation: any Operator
    /// Nil where an optional operand is left out.
    var shapes: [Shape?]
    var expected: [Shape]
    var macs: Int
  }

  private static func einsum(
    _ equation: String, _ shapes: [Shape], _ expected: Shape, macs: Int
  ) -> Case {
    Case(
      testDescription: equation, operation: Einsum(equation) ?? Opaque(equation), shapes: shapes,
      expected: [expected], macs: macs)
  }

  static let cases: [Case] = [
    einsum("bij,bjk->bik", [[4, 16, 32], [4, 32, 24]], [4, 16, 24], macs: 4 * 16 * 32 * 24),
    einsum("bij, bjk", [[4, 16, 32], [4, 32, 24]], [16, 24], macs: 4 * 16 * 32 * 24),
    einsum(
      "...ij,...jk->...ik", [[2, 1, 5, 6], [3, 6, 7]], [2, 3, 5, 7], macs: 2 * 3 * 5 * 6 * 7),
    einsum("bhwc,hkc->bhwk", [[2, 3, 4, 5], [3, 6, 5]], [2, 3, 4, 6], macs: 2 * 3 * 4 * 5 * 6),
    einsum("i,j->ij", [[3], [4]], [3, 4], macs: 3 * 4),
    // From the left: i j k, then i k l, since j is summed away by then.
    einsum("ij,jk,kl->il", [[2, 3], [3, 4], [4, 5]], [2, 5], macs: 2 * 3 * 4 + 2 * 4 * 5),
    einsum("ii->i", [[3, 3]], [3], macs: 0),
    Case(
      testDescription: "LSTM, one direction: 4 gates",
      operation: Recurrent(.longShortTerm, isBatchFirst: false),
      shapes: [[5, 2, 16], [1, 128, 16], [1, 128, 32]],
      expected: [[5, 1, 2, 32], [1, 2, 32], [1, 2, 32]],
      macs: 5 * 2 * 4 * 32 * (16 + 32)),
    Case(
      testDescription: "GRU, both directions: 3 gates",
      operation: Recurrent(.gated, isBatchFirst: false),
      shapes: [[5, 2, 16], [2, 96, 16], [2, 96, 32]], expected: [[5, 2, 2, 32], [2, 2, 32]],
      macs: 2 * 5 * 2 * 3 * 32 * (16 + 32)),
    Case(
      testDescription: "RNN, batch first",
      operation: Recurrent(.plain, isBatchFirst: true),
      shapes: [[2, 5, 16], [1, 32, 16], [1, 32, 32]], expected: [[2, 5, 1, 32], [2, 1, 32]],
      macs: 5 * 2 * 32 * (16 + 32)),
    Case(
      testDescription: "LSTM of TFLite: weights of each gate, two steps of a batch of three",
      operation: UnidirectionalSequence(
        .lstm, weights: Array(1...8) + [16], biases: [], outputRows: 6,
        operationsPerElement: Recurrent.Cell.longShortTerm.operationsPerElement),
      shapes: [[3, 2, 10]] + [Shape?](repeating: [20, 10], count: 4)
        + [Shape?](repeating: [20, 20], count: 4),
      expected: [[3, 2, 20]], macs: 3 * 2 * (4 * 20 * 10 + 4 * 20 * 20)),
    Case(
      testDescription: "SVDF of rank 2: 8 filters over 40 features and 10 steps",
      operation: UnidirectionalSequence(
        .svdf, weights: [1, 2], biases: [3], outputRows: 1, rowsPerElement: 2,
        operationsPerElement: .adds(2)),
      shapes: [[1, 40], [8, 40], [8, 10]], expected: [[1, 4]], macs: 8 * 40 + 8 * 10),
    Case(
      testDescription: "attention, heads on an axis",
      operation: Attention(queryHeads: nil, keyHeads: nil),
      shapes: [[2, 8, 16, 64], [2, 8, 24, 64], [2, 8, 24, 32]],
      expected: [[2, 8, 16, 32], [2, 8, 24, 64], [2, 8, 24, 32], [2, 8, 16, 24]],
      macs: 2 * 8 * 16 * 24 * (64 + 32)),
    Case(
      testDescription: "attention with past, grouped heads folded into the width",
      operation: Attention(queryHeads: 8, keyHeads: 2),
      shapes: [[1, 4, 512], [1, 4, 128], [1, 4, 128], nil, [1, 2, 12, 64], [1, 2, 12, 64]],
      expected: [[1, 4, 512], [1, 2, 16, 64], [1, 2, 16, 64], [1, 8, 4, 16]],
      macs: 8 * 4 * 16 * (64 + 64)),
    Case(
      testDescription: "self-attention projects its input",
      operation: SelfAttention(heads: 4, widths: nil),
      shapes: [[2, 10, 32], [32, 96]], expected: [[2, 10, 32], [2, 2, 4, 10, 8]],
      macs: 2 * 10 * 32 * 96 + 2 * 10 * 10 * (32 + 32)),
    Case(
      testDescription: "weights packed in blocks of 4 bits",
      operation: PackedMatMul(outputs: 64, inputs: 32, bits: 4),
      shapes: [[2, 8, 32], [64, 1, 16]], expected: [[2, 8, 64]], macs: 2 * 8 * 32 * 64),
  ]

  @Test(arguments: cases) func countsMultiplyAccumulates(test: Case) throws {
    let operands = Operands(
      test.shapes.map { $0.map { Operand(TensorType(.float32, $0)) } })
    let types = try test.operation.outputTypes(for: operands)
    #expect(Array(types.compactMap(\.shape).prefix(test.expected.count)) == test.expected)
    #expect(test.operation.work(for: operands, outputs: types).macs == .fixed(test.macs))
  }

  @Test(arguments: ["ij,jk->i-k", "i1->i", "ij->k", "......ii,jj->ij", "ii,->i,j", "ij->>i"])
  func refusesWhatIsNoEquation(text: String) {
    #expect(Einsum(text) == nil)
  }

  @Test func sizesThatDependOnDataAreSymbols() throws {
    let nonZero = NonZero(rows: .axes, symbol: "n")
    let open = Operands([Operand(TensorType(.float32, [2, 3]))])
    #expect(try nonZero.outputTypes(for: open)[0].shape == [2, .symbol("n")])
    // Of known elements the places are known: (0, 1) and (1, 0).
    let known = Operands([
      Operand(TensorType(.int64, [2, 2]), value: .integers([0, 7, 8, 0]), isConstant: true)
    ])
    let type = try nonZero.outputTypes(for: known)[0]
    #expect(type.shape == [2, 2])
    #expect(nonZero.fold(known, outputs: [type]) == [.integers([0, 1, 1, 0])])
  }

  @Test func aTransformOfHalfASpectrum() throws {
    let signal = Operands([
      Operand(TensorType(.float32, [1, 128, 1])),
      Operand(TensorType(.int64, []), value: .integers([8])),
      Operand(TensorType(.float32, [16])),
    ])
    let frames = FourierTransform(.frames, isOneSided: true)
    let types = try frames.outputTypes(for: signal)
    // (128 - 16) / 8 + 1 frames of 16 / 2 + 1 frequencies, real and imaginary.
    #expect(types[0].shape == [1, 15, 9, 2])
    // 5 n log2 n for n = 16, for each of 15 frames.
    #expect(frames.work(for: signal, outputs: types).otherOps == .fixed(15 * 5 * 16 * 4))
  }
}
