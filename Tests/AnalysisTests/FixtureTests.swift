import Quantities
import Analysis
import Foundation
import GraphImport
import OpGraph
import TestSupport
import Testing

private func workload(_ path: String, _ bindings: [String] = []) throws -> Workload {
  var resolved = Bindings()
  for binding in bindings { try resolved.add(binding) }
  return try Workload(InferredGraph(Model(contentsOf: path), bindings: resolved))
}

/// Each network exists in several exports; `expected.py` computed its counts from its layers.
@Suite struct FixtureTests {
  struct Expected: Decodable {
    var macs: Int
    var parameters: Int
  }

  static let expected: [String: Expected] = {
    let json = FileManager.default.contents(atPath: Paths.fixture("expected.json")) ?? Data()
    return (try? JSONDecoder().decode([String: Expected].self, from: json)) ?? [:]
  }()

  @Test(arguments: Paths.fixtures)
  func everyExportOfANetworkCountsTheSame(path: String) throws {
    let file = URL(filePath: path).deletingPathExtension().lastPathComponent
    let network = try #require(Self.expected.keys.first { file.hasPrefix($0) })
    let expected = try #require(Self.expected[network])
    let workload = try workload(path, file.hasSuffix("_dynamic") ? ["batch=1"] : [])
    #expect(workload.totals.macs == .fixed(expected.macs))
    #expect(workload.totals.parameters == .fixed(expected.parameters))
    #expect(workload.coverage.isComplete)
    #expect(workload.coverage.tensors == workload.coverage.tensorsWithShape)
    #expect(!workload.diagnostics.contains { $0.severity != .note }, "\(workload.diagnostics)")
  }

  @Test func isNotEmpty() {
    #expect(Self.expected.count == 5)
    #expect(Paths.fixtures.count >= 17)
  }

  @Test func theTotalsAreTheSumsOfTheLayers() throws {
    let workload = try workload(Paths.fixture("onnx/mobilenet_like.onnx"))
    #expect(workload.layers.map(\.work.macs).sum == workload.totals.macs)
    #expect(workload.layers.map(\.work.otherOps).sum == workload.totals.otherOps)
    #expect(workload.layers.map(\.parameters).sum == workload.totals.parameters)
    #expect(workload.layers.map(\.traffic.total).sum == workload.totals.traffic.total)
  }

  @Test func aBatchMultipliesWorkAndActivationsButNotWeights() throws {
    let path = Paths.fixture("onnx/ds_cnn_dynamic.onnx")
    let one = try workload(path, ["batch=1"])
    let three = try workload(path, ["input=3x1x49x10"])
    #expect(three.totals.macs == one.totals.macs * 3)
    #expect(three.totals.traffic.activationsRead == one.totals.traffic.activationsRead * 3)
    #expect(three.totals.traffic.weights == one.totals.traffic.weights)
    #expect(three.totals.parameters == one.totals.parameters)
  }

  @Test func anUnboundBatchLeavesAnExpressionAndNamesIt() throws {
    let workload = try workload(Paths.fixture("onnx/ds_cnn_dynamic.onnx"))
    #expect(workload.totals.macs.description == "2656768*batch")
    #expect(!workload.coverage.isComplete)
    let note = try #require(workload.diagnostics.first { $0.code == "open-dimension" })
    #expect(note.message.hasSuffix("bind them with --bind NAME=SIZE: 'batch'"))
  }

  /// The coverage has all of them; a sentence has the first.
  @Test func manyUnboundSizesAreNamedInPart() throws {
    var test = TestGraph()
    let inputs = (10..<22).map { test.input("x\($0)", [.symbol("s\($0)")]) }
    let y = test.node(Activation(.relu), [inputs[0]], name: "y")
    let workload = try test.workload(outputs: [y])
    let note = try #require(workload.diagnostics.first { $0.code == "open-dimension" })
    let first = (10..<18).map { "'s\($0)'" }.joined(separator: ", ")
    #expect(note.message.hasSuffix("NAME=SIZE: \(first) and 4 others"))
    #expect(workload.coverage.dynamicDimensions.count == 12)
  }

  @Test func aTFLiteFileIsResizedLikeAnInterpreterWould() throws {
    var bindings = Bindings()
    bindings.batch = 2
    let model = try Model(contentsOf: Paths.fixture("tflite/resnet8_int8.tflite"))
    let resized = try Workload(InferredGraph(model, bindings: bindings))
    #expect(resized.totals.macs == .fixed(2 * 12_501_632))
    #expect(resized.coverage.isComplete)
  }

  /// The integer weights of a quantized ONNX file in QDQ form count at their stored width.
  @Test func quantizationFoldsOntoTheTensorsItDescribes() throws {
    let quantized = try workload(Paths.fixture("onnx/resnet8_qdq.onnx"))
    let lite = try workload(Paths.fixture("tflite/resnet8_int8.tflite"))
    #expect(quantized.totals.weightBytes == lite.totals.weightBytes)
    #expect(quantized.totals.traffic.weights == lite.totals.traffic.weights)
    let convolutions = quantized.layers.filter { $0.sourceOperator == "Conv" }
    #expect(convolutions.count == 9)
    #expect(convolutions.allSatisfy { $0.precision == .int8 })
    // The input is quantized and the result dequantized at run time; all else is folded.
    let atRunTime = quantized.layers.filter { $0.kind == .quantization && $0.fold == nil }
    #expect(atRunTime.map(\.operatorName) == [.quantize, .dequantize])
  }
}

/// Reference counts of models that nobody here wrote.
@Suite(.enabled(if: Paths.hasSharedModels)) struct RealModelTests {
  @Test(arguments: [
    ("mlperf_tiny/keyword_spotting/kws_ref_model.tflite", 2_656_768, 16_000),
    ("mlperf_tiny/visual_wake_words/vww_96_int8.tflite", 7_489_664, 73_728),
    ("mlperf_tiny/image_classification/pretrainedResnet_quant.tflite", 12_501_632, 49_152),
    ("mlperf_tiny/anomaly_detection/ad01_int8.tflite", 264_192, 768),
    ("microgreen/ppd-s.tflite", 7_157_888, 55_296),
    ("microgreen/kws-s.tflite", 336_000, 5_968),
    ("coral_test_data/mobilenet_v2_1.0_224_quant.tflite", 300_775_552, 1_505_280),
  ])
  func countsAndPlansLikeTheReferences(name: String, macs: Int, arena: Int) throws {
    let folder = try #require(Paths.sharedModels)
    let workload = try workload(folder.appending(path: "measured/\(name)").path)
    #expect(workload.totals.macs == .fixed(macs))
    #expect(workload.memory.arenaBytes == arena)
  }

  /// Our rules recompute every shape that a TFLite file states.
  @Test func rulesAgreeWithTheShapesInFiles() throws {
    let folder = try #require(Paths.sharedModels).appending(path: "measured")
    for path in Paths.models(below: folder) where path.hasSuffix(".tflite") {
      let workload = try workload(path)
      let disagreements = workload.diagnostics.filter {
        $0.code == "shape-disagreement" || $0.code == "invalid-operands"
      }
      #expect(disagreements.isEmpty, "\(path): \(disagreements)")
    }
  }

  @Test func everyRealModelIsAnalysedOrSaysWhyNot() throws {
    let folder = try #require(Paths.sharedModels)
    for path in Paths.models(below: folder) {
      guard let model = try? Model(contentsOf: path) else { continue }
      do throws(Problem) {
        let workload = try Workload(InferredGraph(model))
        let coverage = workload.coverage
        #expect(coverage.operatorsCosted <= coverage.operators)
        // What is not costed is reported: by name, by dynamic dimensions, or by a contradiction.
        #expect(coverage.isComplete || !workload.diagnostics.isEmpty, "\(path)")
      } catch {
        #expect(["/malformed/", "/faults/"].contains(where: path.contains), "\(path): \(error)")
      }
    }
  }
}
