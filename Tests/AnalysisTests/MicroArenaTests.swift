import Analysis
import Foundation
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

/// Files of `Tests/Arena/cases.py`, with the arena that the `tflite-micro` package made for them.
@Suite struct MicroArenaFixtureTests {
  struct Expected: Decodable {
    var head: Int
    var total: Int
  }

  static let expected: [String: Expected] = {
    let json = FileManager.default.contents(atPath: Paths.fixture("arena/expected.json")) ?? Data()
    return (try? JSONDecoder().decode([String: Expected].self, from: json)) ?? [:]
  }()

  @Test(arguments: expected.keys.sorted()) func equalsTFLiteMicro(name: String) throws {
    let expected = try #require(Self.expected[name])
    let model = try Model(contentsOf: Paths.fixture("arena/\(name).tflite"))
    let workload = try Workload(InferredGraph(model))
    #expect(workload.memory.arenaBytes == expected.head)
    #expect(workload.memory.micro?.usedBytes == expected.total)
    #expect(workload.memory.micro?.unknownOperators == [])
  }

  @Test func areThere() { #expect(Self.expected.count >= 50) }

  /// Files of others, with the heads that the package made for them, or the plan in the file states.
  private static let collected: [(file: String, head: Int)] = [
    ("offline_plan", 2064), ("vela_u55_128_ds_cnn_int8", 22_208), ("keras_lstm_stack", 5600),
    ("transpose_conv_int8", 7936), ("svdf_int8", 96), ("if_dense", 560), ("two_signatures", 3072),
    ("kstensorflow_int4", 98_560), ("lt0.10_rope", 19_008), ("pt2.15_gru_float32", 5648),
    ("weight_only_int8", 33_536), ("two_vela_u55", 10_240),
  ]

  @Test(.enabled(if: Paths.hasSharedModels), arguments: collected)
  func hasTheHead(of file: String, _ head: Int) throws {
    let folder = try #require(Paths.sharedModels).appending(path: "faults")
    let model = try Model(contentsOf: folder.appending(path: "\(file).tflite").path)
    let workload = try Workload(InferredGraph(model))
    #expect(workload.memory.arenaBytes == head)
    #expect(workload.memory.peak != nil)
  }
}

/// Arenas that a reader can compute.
@Suite struct MicroArenaTests {
  private typealias Tensor = StoredProgram.Tensor

  private static func chain(_ sizes: [Int], plan: [Int]? = nil) -> StoredProgram {
    StoredProgram(
      subgraphs: [
        StoredProgram.Subgraph(
          tensors: sizes.map { Tensor(.int8, [$0]) },
          operators: (1..<sizes.count).map {
            StoredProgram.Operator("RELU", inputs: [$0 - 1], outputs: [$0])
          }, inputs: [0], outputs: [sizes.count - 1])
      ], plannedOffsets: plan)
  }

  /// Sizes of a chain of tensors, the file's own plan, and the head.
  private static let chains: [(sizes: [Int], plan: [Int]?, head: Int)] = [
    // Two neighbours are live at once: 32 and 64 bytes, 64 and 48.
    ([32, 64, 48], nil, 64 + 48),
    // Each takes a multiple of 16.
    ([1, 1], nil, 32),
    // The last one ends at 1000 + 16, whatever is between.
    ([16, 16, 16], [0, 16, 1000], 1016),
    // What the plan leaves open goes into the gap before what it places, or behind it.
    ([16, 48, 16], [48, -1, 48], 64), ([16, 64, 16], [48, -1, 48], 64 + 64),
  ]

  @Test(arguments: chains) func plansTheHead(sizes: [Int], plan: [Int]?, head: Int) throws {
    let arena = try #require(MicroArena(Self.chain(sizes, plan: plan), on: .recording))
    #expect(arena.headBytes == head)
  }

  /// Allocators 104 + 72 + 272 + 16; one subgraph 24; two tensors 48; one node 64; a kernel's 28 bytes from the
  /// next multiple of 16; two ends of 8 bytes, each at a multiple of 16, with 64 for its tensor.
  @Test func addsUpTheTail() throws {
    let arena = try #require(MicroArena(Self.chain([16, 16]), on: .recording))
    // 464 + 24 + 48 + 64 = 600; 600 + 28 -> 640; 640 + 8 -> 656; + 64; 720 + 8 -> 736; + 64.
    #expect(arena.usedBytes - arena.headBytes == 800)
    #expect(arena.kernelDataBytes == 40)
    #expect(arena.structureBytes == 760)
  }

  /// With pointers of 4 bytes and the usual allocator, the structures are about half as large.
  @Test func isSmallerOnAMicrocontroller() throws {
    let arena = try #require(MicroArena(Self.chain([16, 16]), on: .reference))
    // 40 + 48 + 40 + 8 + 12 + 24 + 32 = 204; + 28 -> 240; + 4 -> 256; + 40; + 4 -> 304; + 40.
    #expect(arena.usedBytes - arena.headBytes == 344)
  }

  @Test func subgraphsThatCallEachOtherHaveNoArena() {
    let call = StoredProgram.Operator("CALL_ONCE", inputs: [], outputs: [], subgraphs: [0])
    let subgraph = StoredProgram.Subgraph(tensors: [], operators: [call], inputs: [], outputs: [])
    #expect(MicroArena(StoredProgram(subgraphs: [subgraph]), on: .recording) == nil)
  }

  /// Subgraphs that each run the next one twice: 2^40 steps are not taken.
  @Test func manyCallsEnd() {
    let count = 40
    let subgraphs = (0..<count).map { index in
      let next = [index + 1, index + 1].filter { $0 < count }
      return StoredProgram.Subgraph(
        tensors: [],
        operators: [StoredProgram.Operator("IF", inputs: [], outputs: [], subgraphs: next)],
        inputs: [], outputs: [])
    }
    #expect(MicroArena(StoredProgram(subgraphs: subgraphs), on: .recording) == nil)
  }

  @Test func hugeSizesDoNotTrap() throws {
    let program = StoredProgram(subgraphs: [
      StoredProgram.Subgraph(
        tensors: [Tensor(.float32, [.max, .max]), Tensor(.float32, [.max, -3])],
        operators: [StoredProgram.Operator("SOFTMAX", inputs: [0], outputs: [1])], inputs: [0],
        outputs: [1])
    ])
    let arena = try #require(MicroArena(program, on: .recording))
    #expect(arena.headBytes > 1 << 40)
  }

  /// Operators whose options kernels compute with.
  private static let counted: [(name: String, options: [String])] = [
    ("SignalRfft", ["fft_length"]), ("SignalFilterBank", ["num_channels"]),
    ("SignalFilterBankSpectralSubtraction", ["num_channels"]), ("SVDF", ["rank"]),
    ("TFLite_Detection_PostProcess", ["max_detections", "num_classes"]),
    ("CONV_2D", ["stride_w", "stride_h", "dilation_w_factor", "dilation_h_factor"]),
    ("DEPTHWISE_CONV_2D", ["stride_w", "stride_h", "depth_multiplier"]),
    ("TRANSPOSE_CONV", ["stride_w", "stride_h"]),
  ]

  private static let targets: [MicroTarget] =
    [.recording, .reference]
    + MicroTarget.Kernels.Core.allCases.map { MicroTarget(.cmsisNN($0)) }
    + MicroTarget.Kernels.Chip.allCases.map { MicroTarget(.espNN($0)) }

  @Test(arguments: counted.indices, [Int.min, -1, 0, 1, 1 << 31, .max])
  func hugeOptionsDoNotTrap(index: Int, value: Int) throws {
    let (name, options) = Self.counted[index]
    let sizes = [[1, 1 << 23, 1 << 23, 1], [1, 1, 1 << 23, 1 << 22], [1, 1 << 23, 1 << 23, 8]]
    for shapes in [sizes, sizes.reversed(), [sizes[1], [4, 1, 3, 1 << 22], sizes[1]]] {
      let program = Self.convolution(
        name, shapes[0], shapes[1], shapes[2],
        Dictionary(uniqueKeysWithValues: options.map { ($0, value) }))
      for target in Self.targets {
        let arena = try #require(MicroArena(program, on: target))
        #expect(arena.scratchBytes >= 0 && arena.kernelDataBytes >= 0)
      }
    }
  }

  @Test func manyHugeVariablesDoNotTrap() {
    let program = StoredProgram(subgraphs: [
      StoredProgram.Subgraph(
        tensors: [Tensor](
          repeating: Tensor(.int64, [1 << 24, 1 << 24], isVariable: true), count: 300_000),
        operators: [], inputs: [], outputs: [])
    ])
    #expect(program.variableBytes == .overflow)
    #expect(MicroArena(program, on: .recording)?.stateBytes ?? 0 <= 1 << 48)
  }

  private static func convolution(
    _ name: String, _ input: [Int], _ filter: [Int], _ output: [Int], _ options: [String: Int] = [:]
  ) -> StoredProgram {
    let stored = StoredProgram.Stored(place: 1, bytes: 1)
    return StoredProgram(subgraphs: [
      StoredProgram.Subgraph(
        tensors: [
          Tensor(.int8, input), Tensor(.int8, filter, stored: stored), Tensor(.int8, output),
        ],
        operators: [
          StoredProgram.Operator(
            name, inputs: name == "TRANSPOSE_CONV" ? [1, 1, 0] : [0, 1], outputs: [2],
            options: options)
        ], inputs: [0], outputs: [2])
    ])
  }

  /// Scratch of a library beside input and output, which are live with it.
  private static let scratch: [(kernels: MicroTarget.Kernels, StoredProgram, bytes: Int)] = {
    let image = convolution("CONV_2D", [1, 8, 8, 3], [4, 3, 3, 3], [1, 8, 8, 4])
    let pointwise = convolution("CONV_2D", [1, 8, 8, 16], [4, 1, 1, 16], [1, 8, 8, 4])
    let depthwise = convolution("DEPTHWISE_CONV_2D", [1, 8, 8, 16], [1, 5, 5, 16], [1, 8, 8, 16])
    let small = convolution("DEPTHWISE_CONV_2D", [1, 8, 8, 16], [1, 3, 3, 16], [1, 8, 8, 16])
    let transposed = convolution(
      "TRANSPOSE_CONV", [1, 4, 4, 8], [4, 3, 3, 8], [1, 8, 8, 4], ["stride_w": 2, "stride_h": 2])
    return [
      (.reference, image, 0),
      // Two columns of 27 elements, padded to 28, in 16 bits.
      (.cmsisNN(.dsp), image, 2 * 28 * 2),
      // Four of 32 bytes.
      (.cmsisNN(.mve), image, 4 * 32),
      // Sums and columns of each result, one more column, and 64 bytes to align them.
      (.espNN(.esp32s3), image, 4 * (4 + 32) + 32 + 64),
      (.espNN(.any), image, 0),
      (.cmsisNN(.dsp), pointwise, 0), (.cmsisNN(.mve), pointwise, 0),
      // Weights, eight pixels twice, and 32 bytes to align them.
      (.espNN(.esp32s3), pointwise, 16 * 4 + 16 * 16 + 32),
      (.cmsisNN(.scalar), depthwise, 0), (.cmsisNN(.dsp), depthwise, 16 * 25 * 2),
      (.cmsisNN(.mve), depthwise, 4 * 124 * 25), (.cmsisNN(.dsp), small, 0),
      // Weights, and the padded image of 10 by 10.
      (.espNN(.esp32s3), small, 9 * 16 + 100 * 16 + 16),
      // Sums of 32 bits of all results, or of three rows of 9.
      (.reference, transposed, 4 * 8 * 8 * 4), (.cmsisNN(.dsp), transposed, 4 * 9 * 4 * 3),
    ]
  }()

  @Test(arguments: scratch.indices) func librariesAskForScratch(index: Int) throws {
    let (kernels, program, bytes) = Self.scratch[index]
    let arena = try #require(MicroArena(program, on: MicroTarget(kernels)))
    #expect(arena.scratchBytes == (bytes + 15) / 16 * 16, "\(index)")
  }

  @Test func reservationsHaveAnInterval() throws {
    let model = try Model(contentsOf: Paths.fixture("tflite/ds_cnn_int8.tflite"))
    let program = try #require(model.program)
    let all = try #require(MicroReservation.all(program))
    let reference = all.libraries[0]
    #expect(reference.library == .reference)
    for reservation in all.libraries {
      #expect(reservation.low <= reservation.value && reservation.value <= reservation.high)
      #expect(reservation.low >= reference.low)
      #expect(reservation.value >= reference.value)
    }
    #expect(all.recording.headBytes == 16_000)
  }

  @Test func namesTheKernels() throws {
    let model = try Model(contentsOf: Paths.fixture("tflite/ds_cnn_int8.tflite"))
    let resolver = MicroResolver(try #require(model.program))
    #expect(
      resolver.methods == [
        "AddAveragePool2D", "AddConv2D", "AddDepthwiseConv2D", "AddFullyConnected", "AddSoftmax",
      ])
    #expect(resolver.customOperators.isEmpty && resolver.unknownOperators.isEmpty)
  }
}

/// Operators of TFLite files whose operands are constants.
@Suite struct TFLiteConstantTests {
  private func workload(_ name: String, keepsUnpacked: Bool = false) throws -> Workload {
    let model = try Model(contentsOf: Paths.fixture("arena/\(name).tflite"))
    return try Workload(InferredGraph(model, keepsUnpacked: keepsUnpacked))
  }

  /// Weights of 24 x 64 that are stored in 8 bits: TFLite Micro makes floats of them in each inference.
  @Test func areComputedEachTime() throws {
    let workload = try workload("weights_dequantized")
    #expect(workload.folds == [nil, nil])
    #expect(workload.memory.preparedBytes == 0)
    // Floats of the weights, operand and result.
    #expect(workload.memory.peak?.bytes == 4 * (24 * 64 + 64 + 24))
    #expect(workload.totals.parameters == .fixed(24 * 64))
    #expect(workload.layers[0].traffic.total == .fixed(24 * 64 * (1 + 4)))
  }

  /// LiteRT makes them once and keeps them.
  @Test func areKeptByLiteRT() throws {
    let workload = try workload("weights_dequantized", keepsUnpacked: true)
    #expect(workload.folds == [.constant, nil])
    #expect(workload.memory.preparedBytes == .fixed(4 * 24 * 64))
    #expect(workload.memory.peak?.bytes == 4 * (64 + 24))
    #expect(workload.memory.micro == nil)
    #expect(workload.totals.parameters == .fixed(24 * 64))
  }

  /// Other operators on constants run in each inference in both.
  @Test(arguments: [false, true]) func otherOperatorsRun(keepsUnpacked: Bool) throws {
    let workload = try workload("weights_computed", keepsUnpacked: keepsUnpacked)
    #expect(workload.folds == [nil, nil, nil])
    #expect(workload.memory.preparedBytes == 0)
    // The weights are counted once; the scales that make them of integers are none.
    #expect(workload.totals.parameters == .fixed(8 * 16))
  }

  /// A list of 10 rows of 4 floats: what is before the item and what is behind it are 9 rows together.
  @Test func piecesOfAListAddUp() throws {
    let workload = try workload("loop_over_a_list")
    #expect(workload.coverage.isComplete)
    #expect(workload.coverage.dynamicDimensions.isEmpty)
    let slices = workload.layers.filter { $0.sourceOperator == "SLICE" }
    #expect(
      slices.compactMap { $0.outputs.first.map { workload.graph[$0].type.shape } } == [
        [4, 1, 4], [5, 1, 4],
      ])
    let whole = try #require(
      workload.layers.first { $0.sourceOperator == "CONCATENATION" && $0.inputs.count == 3 })
    // Read and written in each of 10 runs.
    #expect(whole.traffic.total == .fixed(10 * 2 * 10 * 4 * 4))
    // Both parts are stored with one row, so less than those is in the arena, and live.
    #expect(try #require(workload.memory.peak?.bytes) <= 592)
  }

  /// 12 floats in a variable that operators read and assign to.
  @Test func variablesAreState() throws {
    let workload = try workload("resource_variable")
    #expect(workload.memory.stateBytes == .fixed(12 * 4))
  }
}
