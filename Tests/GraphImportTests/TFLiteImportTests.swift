import Quantities
import Foundation
import GraphImport
import OpGraph
import TestSupport
import Testing

@Suite struct TFLiteImportTests {
  @Test func readsAFullyQuantizedModel() throws {
    let model = try Model(contentsOf: Paths.fixture("tflite/ds_cnn_int8.tflite"))
    let graph = model.graph
    #expect(model.format == .tflite)
    #expect(graph.inputs.map { graph[$0].type.elementType } == [.int8])
    #expect(graph.nodes.first?.sourceOperator == "CONV_2D")
    #expect(graph.nodes.first?.fusedActivation == .relu)
    let convolution = try #require(graph.nodes.first?.operation as? Convolution)
    #expect(convolution.window.strides == [2, 2])
    #expect(convolution.window.padding == .sameUpper)
    // An absent option has the schema's default: no dilation is a dilation of 1, not 0.
    #expect(convolution.window.dilations == [1, 1])
    let weights = try #require(graph.nodes.first?.inputs[1]).index
    #expect(graph.values[weights].type.shape == [64, 10, 4, 1])
    let quantization = try #require(graph.values[weights].type.quantization)
    #expect(quantization.granularity == .perAxis(0))
    #expect(quantization.scales.count == 64)
    #expect(quantization.isSymmetric)
    #expect(graph.values[weights].origin == .stored)
    #expect(graph.values[weights].constant == nil)
  }

  @Test func keepsMetadataAndDescription() throws {
    let model = try Model(contentsOf: Paths.fixture("tflite/ds_cnn_float32.tflite"))
    #expect(model.metadata["min_runtime_version"] != nil)
    #expect(model.operatorSets == ["tflite": 3])
  }

  /// A file of 2.5 GiB, of which almost all is a hole: weights lie behind the flatbuffer.
  @Test func understandsFilesBeyondTwoGigabytes() throws {
    let folder = try TemporaryFolder()
    let bytes = try Data(contentsOf: URL(filePath: Paths.fixture("tflite/features.tflite")))
    let path = try folder.file("large.tflite", bytes)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.truncate(atOffset: 2_684_354_560 + 16)
    try file.seek(toOffset: 2_684_354_560 + 15)
    try file.write(contentsOf: [7])
    let model = try Model(contentsOf: path, ImportOptions(keepsElements: true))
    let graph = model.graph
    #expect(model.subgraphs.map(\.name) == ["main", "other"])
    #expect(model.metadata == ["min_runtime_version": "1.2.3"])
    #expect(graph.nodes.map(\.fusedActivation) == [nil, .relu6])
    let values = Dictionary(uniqueKeysWithValues: graph.values.map { ($0.name, $0) })
    let blockwise = try #require(values["blockwise"])
    #expect(blockwise.origin == .stored)
    #expect(blockwise.type.elementType == .int4)
    #expect(blockwise.type.storageBytes == 16)
    #expect(blockwise.type.quantization?.granularity == .perBlock(axis: 1, size: 4))
    // Three floats, and the 5 + 3 bytes that say where they stand.
    #expect(
      values["sparse"]?.type.sparsity == Sparsity(storedBytes: 12 + 8, compressedAxes: [1]))
    #expect(values["x"]?.dynamicAxes == [0])
    // Elements are read where they lie.
    let elements = try #require(model.elements)
    for (name, count, last) in [("blockwise", 16, UInt8(7)), ("sparse", 12, nil)] {
      let place = try #require(graph.values.firstIndex { $0.name == name })
      var read: [UInt8] = []
      try elements.read(ValueID(place)) { read += Array($0) }
      #expect(read.count == count && (last == nil || read.last == last), "\(name)")
    }

    try file.truncate(atOffset: 2_684_354_560)
    let error = #expect(throws: Problem.self) { try Model(contentsOf: path) }
    #expect(
      error?.fact == "16 bytes at 2684354560 of the file, which has 2684354560")
  }

  /// Every cut and every damage ends in a model or in one error, never in a crash.
  @Test func survivesCutsAndDamage() throws {
    let bytes = [UInt8](
      try Data(contentsOf: URL(filePath: Paths.fixture("tflite/conv_variety_int8.tflite"))))
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 20_261_123)
    for round in 0..<300 {
      var mutant = bytes
      if round % 3 == 0 { mutant.removeLast(Int.random(in: 1..<mutant.count, using: &generator)) }
      for _ in 0..<8 where !mutant.isEmpty {
        mutant[Int.random(in: 0..<mutant.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      let path = try folder.file("mutant.tflite", mutant)
      do throws(Problem) {
        _ = try Model(contentsOf: path)
      } catch {
        #expect(error.description.hasPrefix(path))
      }
    }
  }
}
