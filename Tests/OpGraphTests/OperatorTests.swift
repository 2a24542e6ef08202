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
) -> SlidingWindow {
  SlidingWindow(
    strides: strides, dilations: dilations ?? strides.map { _ in 1 }, padding: padding,
    roundsUp: roundsUp)
}

/// ONNX: image NCHW, weights output x input of a group x space.
private func convolution(_ window: SlidingWindow, groups: Int = 1) -> Convolution {
  Convolution(
    window: window, groups: groups, layout: .channelsFirst, weightLayout: .outputInputSpace)
}

@Suite struct ContractionTests {
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

  @Test(arguments: [(8, true), (64, false), (1, false)])
  func aBiasHasAnElementForEachOutputChannel(size: Int, isRight: Bool) throws {
    let bias: Shape = [.fixed(size)]
    let operation = convolution(window([1, 1], .valid))
    let transposed = TransposedConvolution(
      window: window([1, 1], .valid), outputPadding: [0, 0], outputSizes: nil, groups: 2,
      layout: .channelsFirst, weightLayout: .inputOutputSpace)
    if isRight {
      #expect(try run(operation, [[1, 3, 8, 8], [8, 3, 3, 3], bias]).shape == [1, 8, 6, 6])
      #expect(try run(transposed, [[1, 6, 8, 8], [6, 4, 3, 3], bias]).shape == [1, 8, 10, 10])
    } else {
      let problem = ShapeError.invalid("the bias has \(size) elements for 8 output channels")
      #expect(throws: problem) { try run(operation, [[1, 3, 8, 8], [8, 3, 3, 3], bias]) }
      #expect(throws: problem) { try run(transposed, [[1, 6, 8, 8], [6, 4, 3, 3], bias]) }
    }
  }

  /// What onnxruntime gives: (size - kernel) / stride + 1, divided towards zero.
  @Test(arguments: [(1, 2, 2, 1), (2, 4, 3, 1), (2, 2, 2, 1), (5, 2, 2, 2)])
  func aPoolBeyondItsInputHasOnePlace(size: Int, kernel: Int, stride: Int, places: Int) throws {
    var window = window([stride], .valid)
    window.hasPlaceBeyondInput = true
    let pool = Pooling(.max, kernel: [kernel], window: window, layout: .channelsFirst)
    #expect(try run(pool, [[1, 2, .fixed(size)]]).shape == [1, 2, .fixed(places)])
  }

  @Test(arguments: [(1, 3, 2, true), (2, 3, 1, true), (1, 2, 2, false)])
  func aPoolFarBeyondItsInputHasNone(
    size: Int, kernel: Int, stride: Int, hasPlace: Bool
  ) throws {
    var window = window([stride], .valid)
    window.hasPlaceBeyondInput = hasPlace
    let pool = Pooling(.max, kernel: [kernel], window: window, layout: .channelsFirst)
    #expect(throws: ShapeError.self) { try run(pool, [[1, 2, .fixed(size)]]) }
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

  /// 4097 is 4096 in half precision, and half of that is 2048.
  @Test func computesInTheTypeOfTheElements() throws {
    let half = Operand(
      TensorType(.float16, []), value: .floats([0.5]), isConstant: true)
    func run(_ operation: Elementwise, _ operands: [Operand]) throws -> Operand {
      let operands = Operands(operands)
      let types = try operation.outputTypes(for: operands)
      return Operand(types[0], value: operation.fold(operands, outputs: types)[0], isConstant: true)
    }
    let cast = try run(Elementwise(.cast, resultType: .float16), [constant([4097], [])])
    let product = try run(Elementwise(.multiply), [cast, half])
    #expect(product.value == .floats([2048]))
    #expect(
      try fold(Elementwise(.cast, resultType: .int64), [product]) == [2048])
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
  @Test func anOpaqueOperatorIsUnknownNotFree() {
    let work = Opaque("X").work(for: Operands([]), outputs: [])
    #expect(work.macs == .unknown && work.otherOps == .unknown)
  }
}
