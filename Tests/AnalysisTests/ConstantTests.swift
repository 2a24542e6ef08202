import OpGraph
import TestSupport
import Testing

@testable import Analysis

/// What constants are stored, trained, and held.
@Suite struct ConstantTests {
  @Test func tensorsOfOnePlaceAreStoredOnce() throws {
    var graph = TestGraph()
    let x = graph.input("x", [2, 16])
    let first = graph.weights("first", [16, 16])
    let second = graph.weights("second", [16, 16])
    for id in [first, second] { graph.graph[id].storage = 7 }
    let h = graph.node(MatMul(), [x, first], name: "h")
    let y = graph.node(MatMul(), [h, second], name: "y")
    let totals = try graph.workload(outputs: [y]).totals
    #expect(totals.parameters == 256)
    #expect(totals.weightBytes == 1024)
    #expect(totals.constantBytes == 1024)
  }

  @Test func packedWeightsCountAsWhatTheyStandFor() throws {
    var graph = TestGraph()
    let x = graph.input("x", [1, 100])
    // 64 columns of 100 rows in 4 bits: four blocks of 32, 16 bytes and a scale each.
    let packed = graph.weights("packed", [64, 4, 16], .uint8)
    let scales = graph.weights("scales", [64, 4])
    let product = PackedMatMul(outputs: 64, inputs: 100, bits: 4, computesInFloat: true)
    let y = graph.node(product, [x, packed, scales], name: "y")
    let workload = try graph.workload(outputs: [y])
    #expect(workload.totals.parameters == 6400)
    #expect(workload.totals.weightBytes == .fixed(64 * 4 * 16 + 4 * 64 * 4))
    #expect(workload.layers[0].precision == .float32)
  }

  /// Three matrices of four experts in 4 bits, two in a byte: 16 to 32 twice, and back.
  ///
  /// Biases are trained, a scale for each row of a matrix is not.
  @Test func packedExpertsCountAsWhatTheyStandFor() throws {
    var graph = TestGraph()
    let rows = [graph.input("x", [1, 16]), graph.input("router", [1, 4])]
    let matrices = [
      graph.weights("up", [4, 32, 8], .uint8), graph.weights("down", [4, 16, 16], .uint8),
      graph.weights("gate", [4, 32, 8], .uint8),
    ]
    var vectors: [ValueID] = []
    for kind in ["bias", "scale"] {
      vectors.append(graph.weights("up.\(kind)", [4, 32]))
      vectors.append(graph.weights("down.\(kind)", [4, 16]))
      vectors.append(graph.weights("gate.\(kind)", [4, 32]))
    }
    let y = graph.node(
      MixtureOfExperts(active: 1, packing: 2), rows + matrices + vectors, name: "y")
    let workload = try graph.workload(outputs: [y])
    let weights = 3 * 32 * 16
    let vector = 32 + 16 + 32
    #expect(workload.totals.parameters == .fixed(4 * (weights + vector)))
    // Half a byte for each weight, 4 bytes for each bias and scale.
    #expect(workload.totals.weightBytes == .fixed(4 * (weights / 2 + 4 * 2 * vector)))
    // One expert of four is read.
    #expect(workload.layers[0].traffic.weights == .fixed(weights / 2 + 4 * vector))
    #expect(workload.layers[0].traffic.bias == .fixed(4 * vector))
  }

  /// Cosines and sines of 16 positions, of which 4 are read.
  ///
  /// Width 32: two heads of queries, one of keys and one of values.
  @Test func tablesOfAnglesAreNotTrained() throws {
    var graph = TestGraph()
    let x = graph.input("x", [1, 4, 32])
    let cosines = graph.weights("cosines", [16, 4])
    let sines = graph.weights("sines", [16, 4])
    let y = graph.node(
      Attention(queryHeads: 2, keyHeads: 1, pastIsBuffer: true, rotates: true), [x], name: "y")
    graph.graph.nodes[0].inputs += [nil, nil, nil, nil, nil, cosines, sines]
    let workload = try graph.workload(outputs: [y])
    #expect(workload.totals.parameters == 0)
    #expect(workload.totals.constantBytes == .fixed(2 * 16 * 4 * 4))
    #expect(workload.layers[0].traffic.parameters == .fixed(2 * 4 * 4 * 4))
  }

  @Test func viewsOfPackedWeightsStandForAsMany() throws {
    var graph = TestGraph()
    let x = graph.input("x", [1, 32])
    let packed = graph.weights("packed", [64, 16], .uint8)
    let shape = graph.weights("shape", [3], .int64, .integers([64, 1, 16]))
    let scales = graph.weights("scales", [64, 1])
    let blocks = graph.node(
      Reshape(.operand(zeroIsLiteral: false)), [packed, shape], name: "blocks")
    let product = PackedMatMul(outputs: 64, inputs: 32, bits: 4, computesInFloat: false)
    let y = graph.node(product, [x, blocks, scales], name: "y")
    let workload = try graph.workload(outputs: [y])
    #expect(workload.totals.parameters == 2048)
    #expect(workload.memory.preparedBytes == 0)
    #expect(workload.layers[1].precision == .hybrid8)
  }

  @Test func whatIsComputedBeforeIsHeld() throws {
    var graph = TestGraph()
    let x = graph.input("x", [2, 8])
    let half = graph.weights("half", [8, 8], .float16)
    let w = graph.node(Elementwise(.cast, resultType: .float32), [half], name: "w")
    let y = graph.node(MatMul(), [x, w], name: "y")
    let workload = try graph.workload(outputs: [y])
    #expect(workload.totals.constantBytes == 128)
    #expect(workload.memory.preparedBytes == 256)
  }

  @Test func indicesAndMasksAreNotTrained() throws {
    var graph = TestGraph()
    let x = graph.input("x", [2, 8])
    let mask = graph.weights("mask", [2, 8], .bool)
    let fill = graph.weights("fill", [8])
    let y = graph.node(Elementwise(.select), [mask, x, fill], name: "y")
    let workload = try graph.workload(outputs: [y])
    #expect(workload.totals.parameters == 0)
    #expect(workload.totals.constantBytes == .fixed(16 + 32))
    #expect(workload.layers[0].precision == .float32)
  }

  /// Integers, less their zero points, times their scales: one tensor of weights.
  @Test func whatUnpacksWeightsIsNotTrained() throws {
    var graph = TestGraph()
    let x = graph.input("x", [1, 8])
    let stored = graph.weights("stored", [8, 4], .int8)
    let zeros = graph.weights("zeros", [8, 4])
    let scales = graph.weights("scales", [8, 4])
    let cast = graph.node(Elementwise(.cast, resultType: .float32), [stored], name: "cast")
    let centred = graph.node(Elementwise(.subtract), [cast, zeros], name: "centred")
    let w = graph.node(Elementwise(.multiply), [centred, scales], name: "w")
    let y = graph.node(MatMul(), [x, w], name: "y")
    let totals = try graph.workload(outputs: [y]).totals
    #expect(totals.parameters == 32)
    #expect(totals.weightBytes == .fixed(32 + 2 * 128))
  }

  /// As onnxruntime quantizes at run time: the scale of the activations times those of the weights, one for
  /// each output channel.
  @Test func whatMultipliesADynamicScaleIsNotTrained() throws {
    var graph = TestGraph()
    func computed(_ name: String) -> Value {
      Value(name: name, type: TensorType(.undefined, nil), origin: .computed)
    }
    let x = graph.input("x", [1, 8])
    let integers = graph.node(DynamicQuantize(), [x], name: "integers")
    let scale = graph.value(computed("scale"))
    graph.graph.nodes[0].outputs = [integers, scale, graph.value(computed("zero"))]
    let w = graph.weights("w", [8, 4], .int8)
    let scales = graph.weights("scales", [4])
    let product = graph.node(MatMul(resultType: .int32), [integers, w], name: "product")
    let sums = graph.node(Elementwise(.cast, resultType: .float32), [product], name: "sums")
    let both = graph.node(Elementwise(.multiply), [scale, scales], name: "both")
    let y = graph.node(Elementwise(.multiply), [sums, both], name: "y")
    let totals = try graph.workload(outputs: [y]).totals
    #expect(totals.parameters == 32)
    #expect(totals.weightBytes == .fixed(32 + 16))
  }

  @Test func whatNothingReadsIsTold() throws {
    var graph = TestGraph()
    let x = graph.input("x", [2, 8])
    _ = graph.weights("left", [100])
    let y = graph.node(Activation(.relu), [x], name: "y")
    let workload = try graph.workload(outputs: [y])
    #expect(workload.totals.constantBytes == 0)
    let note = try #require(workload.diagnostics.first { $0.code == "unused-constants" })
    #expect(note.message.hasPrefix("400 bytes of 1 stored tensor, the first 'left',"))
  }

  @Test func aCastToTheSameTypeIsNothing() throws {
    var graph = TestGraph()
    let x = graph.input("x", [2, 8])
    let same = graph.node(Elementwise(.cast, resultType: .float32), [x], name: "same")
    let y = graph.node(Activation(.relu), [same], name: "y")
    let workload = try graph.workload(outputs: [y])
    #expect(workload.layers.map(\.fold) == [.identity, nil])
    #expect(workload.totals.otherOps == 16)
    #expect(workload.memory.peak?.bytes == 128)
  }

  /// Dequantize, reshape, product, quantize: the product runs on integers.
  @Test func movingElementsDoesNotStopTheFolding() throws {
    var graph = TestGraph()
    let x = graph.input("x", [4, 2, 8])
    let q = graph.quantize(x, name: "q")
    let d = graph.dequantize(q, name: "d")
    let shape = graph.weights("shape", [2], .int64, .integers([4, 16]))
    let flat = graph.node(Reshape(.operand(zeroIsLiteral: false)), [d, shape], name: "flat")
    let stored = graph.weights("stored", [16, 8], .int8)
    let w = graph.dequantize(stored, name: "w")
    let product = graph.node(MatMul(), [flat, w], name: "product")
    let r = graph.quantize(product, name: "r")
    let y = graph.dequantize(r, name: "y")
    let workload = try graph.workload(outputs: [y])
    let layer = try #require(workload.layers.first { $0.name == "product" })
    #expect(layer.precision == .int8)
    #expect(workload.layers.first { $0.name == "d" }?.fold == .quantization)
  }
}
