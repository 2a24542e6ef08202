import OpGraph
import Testing

/// The only output's shape, and the work, of an operator on operands of the given shapes.
private func run(
  _ operation: any Operator, _ shapes: [Shape], constants: [Int: [Int]] = [:]
) throws -> (shape: Shape, work: Work) {
  let operands = Operands(
    shapes.enumerated().map { index, shape in
      Operand(
        TensorType(.float32, shape),
        value: constants[index].map { .integers($0.map(SymbolicInt.fixed)) })
    })
  let types = try operation.outputTypes(for: operands)
  return (try #require(types.first?.shape), operation.work(for: operands, outputs: [types[0]]))
}

private func window(
  _ strides: [Int], dilations: [Int]? = nil, _ padding: Padding, roundsUp: Bool = false
) -> Window {
  Window(
    strides: strides, dilations: dilations ?? strides.map { _ in 1 }, padding: padding,
    roundsUp: roundsUp)
}

/// ONNX: image NCHW, weights output x input of a group x space.
private func convolution(_ window: Window, groups: Int = 1) -> Convolution {
  Convolution(
    window: window, groups: groups, layout: .channelsFirst, weightLayout: .outputInputSpace)
}

@Suite struct ContractionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var operation: any Operator
    var shapes: [Shape]
    var expected: Shape
    /// Multiply-accumulates as arithmetic that a reader can redo.
    var macs: Int
  }

  static let cases: [Case] = [
    Case(
      testDescription: "3x3, stride 2, one pixel of padding",
      operation: convolution(window([2, 2], .explicit(before: [1, 1], after: [1, 1]))),
      shapes: [[1, 3, 96, 96], [8, 3, 3, 3], [8]], expected: [1, 8, 48, 48],
      macs: 48 * 48 * 8 * 3 * 3 * 3),
    Case(
      testDescription: "grouped",
      operation: convolution(
        window([1, 1], .explicit(before: [1, 1], after: [1, 1])), groups: 4),
      shapes: [[1, 32, 16, 16], [64, 8, 3, 3]], expected: [1, 64, 16, 16],
      macs: 16 * 16 * 64 * 8 * 9),
    Case(
      testDescription: "dilated, asymmetric padding",
      operation: convolution(
        window([1, 1], dilations: [2, 2], .explicit(before: [0, 1], after: [1, 2]))),
      shapes: [[2, 4, 10, 10], [6, 4, 3, 3]], expected: [2, 6, 7, 9], macs: 2 * 6 * 7 * 9 * 4 * 9),
    Case(
      testDescription: "one-dimensional",
      operation: convolution(window([2], .explicit(before: [2], after: [2]))),
      shapes: [[1, 16, 100], [32, 16, 5]], expected: [1, 32, 50], macs: 50 * 32 * 16 * 5),
    Case(
      testDescription: "three-dimensional",
      operation: convolution(window([1, 1, 1], .valid)),
      shapes: [[1, 2, 8, 8, 8], [4, 2, 3, 3, 3]], expected: [1, 4, 6, 6, 6],
      macs: 6 * 6 * 6 * 4 * 2 * 27),
    Case(
      testDescription: "TFLite, same padding",
      operation: Convolution(
        window: window([2, 2], .sameUpper), groups: nil, layout: .channelsLast,
        weightLayout: .outputSpaceInput),
      shapes: [[1, 49, 10, 1], [64, 10, 4, 1], [64]], expected: [1, 25, 5, 64],
      macs: 25 * 5 * 64 * 10 * 4),
    Case(
      testDescription: "TFLite depthwise with multiplier 2",
      operation: Convolution(
        window: window([1, 1], .sameUpper), groups: nil, layout: .channelsLast,
        weightLayout: .depthwise),
      shapes: [[1, 8, 8, 4], [1, 3, 3, 8]], expected: [1, 8, 8, 8], macs: 8 * 8 * 8 * 9),
    Case(
      testDescription: "transposed, stride 2, 32 to 8 channels",
      operation: TransposedConvolution(
        window: window([2, 2], .explicit(before: [1, 1], after: [1, 1])), outputPadding: [1, 1],
        outputSizes: nil, groups: 1, layout: .channelsFirst, weightLayout: .inputOutputSpace),
      shapes: [[1, 32, 8, 8], [32, 8, 3, 3]], expected: [1, 8, 16, 16], macs: 8 * 8 * 32 * 8 * 9),
    Case(
      testDescription: "transposed in 4 groups, 32 to 16 channels",
      operation: TransposedConvolution(
        window: window([2, 2], .explicit(before: [0, 0], after: [0, 0])), outputPadding: [],
        outputSizes: nil, groups: 4, layout: .channelsFirst, weightLayout: .inputOutputSpace),
      shapes: [[1, 32, 16, 16], [32, 4, 2, 2]], expected: [1, 16, 32, 32],
      macs: 16 * 16 * 32 * 4 * 4),
    Case(
      testDescription: "matrix product, batch broadcast",
      operation: MatMul(), shapes: [[8, 1, 16, 32], [4, 32, 24]], expected: [8, 4, 16, 24],
      macs: 8 * 4 * 16 * 24 * 32),
    Case(
      testDescription: "matrix product, right transposed",
      operation: MatMul(transposesRight: true), shapes: [[2, 5, 7], [2, 3, 7]],
      expected: [2, 5, 3], macs: 2 * 5 * 3 * 7),
    Case(
      testDescription: "vector times matrix",
      operation: MatMul(), shapes: [[7], [7, 3]], expected: [3], macs: 7 * 3),
    Case(
      testDescription: "vector times vector",
      operation: MatMul(), shapes: [[7], [7]], expected: [], macs: 7),
    Case(
      testDescription: "Gemm, both transposed",
      operation: FullyConnected(.gemm(transposesInput: true, transposesWeights: true)),
      shapes: [[64, 4], [48, 64], [48]], expected: [4, 48], macs: 4 * 48 * 64),
    Case(
      testDescription: "fully connected flattens",
      operation: FullyConnected(.rows(keepsDimensions: false)),
      shapes: [[1, 1, 1, 64], [12, 64], [12]], expected: [1, 12], macs: 12 * 64),
    Case(
      testDescription: "fully connected keeps dimensions",
      operation: FullyConnected(.rows(keepsDimensions: true)),
      shapes: [[2, 9, 64], [12, 64]], expected: [2, 9, 12], macs: 2 * 9 * 12 * 64),
  ]

  @Test(arguments: cases) func countsMultiplyAccumulates(test: Case) throws {
    let result = try run(test.operation, test.shapes)
    #expect(result.shape == test.expected)
    #expect(result.work.macs == .fixed(test.macs))
    // A bias is one addition per output element, and no multiply-accumulate.
    let hasBias = test.shapes.count == 3
    #expect(result.work.otherOps == (hasBias ? test.expected.elementCount : 0))
  }

  @Test func keepsCountsAsExpressions() throws {
    let batch = Dimension.symbol("batch")
    let result = try run(
      convolution(window([1, 1], .valid)), [[batch, 3, 8, 8], [4, 3, 3, 3]])
    #expect(result.shape == [batch, 4, 6, 6])
    #expect(result.work.macs.description == "\(6 * 6 * 4 * 3 * 9)*batch")
  }

  @Test func refusesOperandsThatDoNotFit() {
    let operation = convolution(window([1, 1], .valid))
    #expect(throws: ShapeError.self) { try run(operation, [[1, 5, 8, 8], [4, 3, 3, 3]]) }
    #expect(throws: ShapeError.self) { try run(operation, [[1, 3, 2, 2], [4, 3, 3, 3]]) }
    #expect(throws: ShapeError.self) { try run(operation, [[1, 3, 8], [4, 3, 3, 3]]) }
    #expect(throws: ShapeError.self) { try run(MatMul(), [[2, 3], [4, 5]]) }
    #expect(throws: ShapeError.self) { try run(operation, [[1, 3, 8, 8]]) }
  }

  @Test(
    arguments: [
      ([64, 64, 1, 1], 1, .pointwiseConvolution), ([64, 1, 3, 3], 64, .depthwiseConvolution),
      ([64, 64, 3, 3], 1, .convolution), ([64, 32, 1, 1], 2, .pointwiseConvolution),
      ([64, 1, 3, 3], 1, .convolution),
    ] as [(Shape, Int, KernelKind)])
  func tellsKernelKindsApart(weights: Shape, groups: Int, expected: KernelKind) {
    let channels = Dimension.fixed(groups) * weights[1]
    let operands = Operands([
      Operand(TensorType(.float32, [1, channels, 8, 8])), Operand(TensorType(.float32, weights)),
    ])
    let operation = convolution(window([1, 1], .valid), groups: groups)
    #expect(operation.kind(for: operands) == expected)
  }
}

@Suite struct ShapeRuleTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var operation: any Operator
    var shapes: [Shape]
    var constants: [Int: [Int]] = [:]
    var expected: Shape
  }

  static let cases: [Case] = [
    Case(
      testDescription: "pooling that rounds up",
      operation: Pooling(
        .max, kernel: [3, 3],
        window: window([2, 2], .explicit(before: [0, 0], after: [0, 0]), roundsUp: true),
        layout: .channelsFirst), shapes: [[1, 4, 6, 6]], expected: [1, 4, 3, 3]),
    Case(
      testDescription: "pooling whose last window would start in the padding",
      operation: Pooling(
        .max, kernel: [2, 2],
        window: window([3, 3], .explicit(before: [1, 1], after: [1, 1]), roundsUp: true),
        layout: .channelsFirst), shapes: [[1, 1, 5, 5]], expected: [1, 1, 2, 2]),
    Case(
      testDescription: "global pooling",
      operation: Reduction(.globalAverage, axes: .spatial, keepsDimensions: true),
      shapes: [[2, 8, 7, 7]], expected: [2, 8, 1, 1]),
    Case(
      testDescription: "reduction along negative axes",
      operation: Reduction(.mean, axes: .fixed([-1, -2]), keepsDimensions: false),
      shapes: [[2, 8, 7, 5]], expected: [2, 8]),
    Case(
      testDescription: "reshape with -1 and 0",
      operation: Reshape(.operand(zeroIsLiteral: false)), shapes: [[2, 3, 4], [3]],
      constants: [1: [0, -1, 2]], expected: [2, 6, 2]),
    Case(
      testDescription: "flatten", operation: Reshape(.flattened(axis: 2)),
      shapes: [[2, 3, 4, 5]], expected: [6, 20]),
    Case(
      testDescription: "squeeze of named axes", operation: Squeeze(axes: [0, -1]),
      shapes: [[1, 3, 1, 1]], expected: [3, 1]),
    Case(
      testDescription: "unsqueeze", operation: Unsqueeze(axes: [0, -1]),
      shapes: [[3, 4]], expected: [1, 3, 4, 1]),
    Case(
      testDescription: "slice with clamped ends and a step", operation: Slice(.operands),
      shapes: [[10, 20], [2], [2], [2], [2]],
      constants: [1: [1, -5], 2: [1000, Int.max], 3: [0, 1], 4: [3, 2]], expected: [3, 3]),
    Case(
      testDescription: "slice backwards", operation: Slice(.operands),
      shapes: [[10], [1], [1], [1], [1]],
      constants: [1: [-1], 2: [Int.min + 1], 3: [0], 4: [-1]], expected: [10]),
    Case(
      testDescription: "strided slice that shrinks an axis and adds one",
      operation: Slice(
        .strided(
          Slice.StridedMasks(
            begin: 0b100, end: 0b100, ellipsis: 0, newAxis: 0b10, shrinkAxis: 0b1,
            endIsOffset: false))),
      shapes: [[4, 6, 8], [3], [3], [3]],
      constants: [1: [-1, 0, 0], 2: [0, 0, 0], 3: [1, 1, 2]], expected: [1, 3, 8]),
    Case(
      testDescription: "pad, ONNX order", operation: Pad(.beforesThenAfters),
      shapes: [[1, 3, 8], [6]], constants: [1: [0, 0, 1, 0, 0, 2]], expected: [1, 3, 11]),
    Case(
      testDescription: "pad, TFLite order", operation: Pad(.pairs),
      shapes: [[1, 8, 8, 3], [4, 2]],
      constants: [1: [0, 0, 1, 2, 3, 4, 0, 0]], expected: [1, 11, 15, 3]),
    Case(
      testDescription: "concat", operation: Concat(axis: -1), shapes: [[2, 3], [2, 5]],
      expected: [2, 8]),
    Case(
      testDescription: "split in uneven parts",
      operation: Split(axis: 0, sizes: .equal(3, lastMayBeSmaller: true)),
      shapes: [[7, 2]], expected: [3, 2]),
    Case(
      testDescription: "gather with batch dimensions",
      operation: Gather(axis: 1, batchDimensions: 1),
      shapes: [[2, 9, 4], [2, 3]], expected: [2, 3, 4]),
    Case(
      testDescription: "gather of index tuples", operation: GatherND(),
      shapes: [[5, 6, 7], [3, 2]], expected: [3, 7]),
    Case(
      testDescription: "depth to space",
      operation: DepthToSpace(blockSize: 2, layout: .channelsFirst),
      shapes: [[1, 16, 4, 5]], expected: [1, 4, 8, 10]),
    Case(
      testDescription: "space to batch with margins",
      operation: SpaceToBatch(layout: .channelsLast),
      shapes: [[1, 7, 8, 3], [2], [2, 2]], constants: [1: [2, 2], 2: [0, 1, 0, 0]],
      expected: [4, 4, 4, 3]),
    Case(
      testDescription: "resize to spatial sizes", operation: Resize(.linear, target: .spatialSizes),
      shapes: [[1, 4, 4, 3], [2]], constants: [1: [9, 7]], expected: [1, 9, 7, 3]),
    Case(
      testDescription: "resize by factors",
      operation: Resize(.nearest, target: .factors([1, 1, 2, 0.5])),
      shapes: [[1, 3, 5, 5]], expected: [1, 3, 10, 2]),
    Case(
      testDescription: "expand both ways", operation: Expand(isMutual: true),
      shapes: [[3, 1], [3]], constants: [1: [2, 1, 4]], expected: [2, 3, 4]),
    Case(
      testDescription: "range downwards", operation: SequenceRange(), shapes: [[], [], []],
      constants: [0: [10], 1: [0], 2: [-3]], expected: [4]),
    Case(
      testDescription: "pack", operation: Pack(axis: -1), shapes: [[2, 3], [2, 3]],
      expected: [2, 3, 2]),
    Case(
      testDescription: "transpose",
      operation: Transpose(permutation: [0, 2, 3, 1], reversesByDefault: true),
      shapes: [[1, 3, 8, 9]], expected: [1, 8, 9, 3]),
  ]

  @Test(arguments: cases) func infersShapes(test: Case) throws {
    // Range and the like read integers.
    let operands = Operands(
      test.shapes.enumerated().map { index, shape in
        Operand(
          TensorType(test.constants[index] == nil ? .float32 : .int64, shape),
          value: test.constants[index].map { .integers($0.map(SymbolicInt.fixed)) })
      })
    #expect(try test.operation.outputTypes(for: operands).first?.shape == test.expected)
  }

  @Test(
    arguments: [
      (Reshape(.operand(zeroIsLiteral: false)), [[2, 3], [1]], [4]),
      (Split(axis: 0, sizes: .operand(1)), [[7], [2]], [3, 3]),
      (Pad(.pairs), [[2, 2], [2]], [1, 1]),
      (Tile(), [[2, 2], [1]], [3]),
      (Split(axis: 0, sizes: .operand(1)), [[2], [2]], [3, -1000]),
      (Split(axis: 0, sizes: .equal(3, lastMayBeSmaller: false)), [[7], [1]], [0]),
    ] as [(any Operator, [Shape], [Int])])
  func refusesContradictions(operation: any Operator, shapes: [Shape], operand: [Int]) {
    #expect(throws: ShapeError.self) { try run(operation, shapes, constants: [1: operand]) }
  }
}

@Suite struct FoldingTests {
  private func constant(_ values: [Int], _ shape: Shape) -> Operand {
    Operand(
      TensorType(.int64, shape), value: .integers(values.map(SymbolicInt.fixed)), isConstant: true)
  }

  private func fold(_ operation: any Operator, _ operands: [Operand]) throws -> [Int]? {
    let operands = Operands(operands)
    let types = try operation.outputTypes(for: operands)
    return operation.fold(operands, outputs: types).first??.integers?.compactMap(\.fixedValue)
  }

  @Test func followsThePadsOfATorchScriptExport() throws {
    // [a, b, c, d] as pairs, reversed pair by pair, then transposed: befores, then afters.
    let pairs = constant([1, 2, 3, 4], [2, 2])
    let slice = Slice(.operands)
    let reversed = try fold(
      slice,
      [
        pairs, constant([-1], [1]), constant([Int.min + 1], [1]), constant([0], [1]),
        constant([-1], [1]),
      ])
    #expect(reversed == [3, 4, 1, 2])
    let transposed = try fold(
      Transpose(permutation: [1, 0], reversesByDefault: true), [constant([3, 4, 1, 2], [2, 2])])
    #expect(transposed == [3, 1, 4, 2])
  }

  @Test func computesOnShapes() throws {
    let shape = Operand(TensorType(.float32, [2, 3, 8]))
    #expect(try fold(ShapeOf(elementType: .int64, start: 1), [shape]) == [3, 8])
    #expect(
      try fold(Gather(axis: 0), [constant([2, 3, 8], [3]), constant([-1], [1])]) == [8])
    #expect(
      try fold(Elementwise(.multiply), [constant([2, 3], [2]), constant([4], [])]) == [8, 12])
    #expect(
      try fold(Elementwise(.add), [constant([1, 2], [2, 1]), constant([10, 20], [2])])
        == [11, 21, 12, 22])
    #expect(
      try fold(
        Elementwise(.select),
        [constant([1, 0], [2]), constant([5, 6], [2]), constant([7, 8], [2])]) == [5, 8])
    #expect(
      try fold(
        Reduction(.product, axes: .all, keepsDimensions: false),
        [constant([2, 3, 8], [3])]) == [48])
  }

  @Test func followsTheRulesForNegativeNumbers() throws {
    // Integer division drops the fraction; a cast to bool asks for zero.
    #expect(try fold(Elementwise(.divide), [constant([-7], [1]), constant([2], [1])]) == [-3])
    #expect(try fold(Elementwise(.floorDivide), [constant([-7], [1]), constant([2], [1])]) == [-4])
    #expect(try fold(Elementwise(.cast, resultType: .bool), [constant([5, 0], [2])]) == [1, 0])
    // Backwards from far before the start is from the first element.
    #expect(
      try fold(
        Slice(.operands),
        [
          constant([7, 8, 9], [3]), constant([-100], [1]), constant([Int.min + 1], [1]),
          constant([0], [1]), constant([-1], [1]),
        ]) == [7])
  }

  @Test func keepsSymbolsInComputedShapes() {
    let seq = Dimension.symbol("seq")
    let operands = Operands([Operand(TensorType(.float32, [1, seq]))])
    let shape = ShapeOf(elementType: .int64).fold(operands, outputs: [TensorType(.int64, [2])])
    #expect(shape == [.integers([1, seq])])
  }
}

@Suite struct TrafficTests {
  @Test func readsEveryOperandOnceByRole() {
    let convolution = convolution(window([1, 1], .valid))
    let operands = Operands([
      Operand(TensorType(.int8, [1, 3, 8, 8])),
      Operand(TensorType(.int8, [4, 3, 3, 3]), isConstant: true),
      Operand(TensorType(.int32, [4]), isConstant: true),
    ])
    let traffic = convolution.traffic(for: operands, outputs: [TensorType(.int8, [1, 4, 6, 6])])
    #expect(traffic.activationsRead == .fixed(3 * 8 * 8))
    #expect(traffic.weights == .fixed(4 * 3 * 3 * 3))
    #expect(traffic.bias == .fixed(4 * 4))
    #expect(traffic.activationsWritten == .fixed(4 * 6 * 6))
  }

  @Test func movesNothingForViewsAndOnlyRowsForTables() {
    let table = Operand(TensorType(.float32, [1000, 16]), isConstant: true)
    let indices = Operand(TensorType(.int32, [3]))
    let traffic = Gather(axis: 0).traffic(
      for: Operands([table, indices]), outputs: [TensorType(.float32, [3, 16])])
    #expect(traffic.parameters == .fixed(3 * 16 * 4))
    #expect(traffic.activationsRead == .fixed(3 * 4))
    let view = Reshape(.fixed([-1], zeroIsLiteral: true))
    #expect(view.traffic(for: Operands([table]), outputs: []) == .none)
  }

  @Test func anOpaqueOperatorIsUnknownNotFree() {
    let work = Opaque("X").work(for: Operands([]), outputs: [])
    #expect(work.macs == .unknown && work.otherOps == .unknown)
  }
}
