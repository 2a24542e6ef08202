import Analysis
import Foundation
import GraphImport
import OpGraph
import TestSupport
import Testing

/// Files of public situations in ../shared/models/faults, with the right values of their manifest.
///
/// The kinds have tests of their own with graphs made here; these hold the real files.
@Suite struct FaultFileTests {
  struct Fault: CustomTestStringConvertible, Sendable {
    var file: String
    var bindings: [String] = []
    var macs: Int?
    var parameters: Int?
    var constantBytes: Int?
    var weightBytes: Int?
    var otherOps: Int?
    var arenaBytes: Int?
    var stateBytes: Int?
    var preparedBytes: Int?
    /// A model before it was compiled, from the same folder.
    var original: String?
    /// The file itself is refused, with these words.
    var refusal: String?
    var precision: Precision?
    /// Modules that its layers lie in.
    var modules: Set<String> = []
    /// Codes of the diagnostics that must, and must not, be there.
    var says: [String] = []
    var isSilentOn: [String] = []
    var result: Shape?

    var testDescription: String { file }
  }

  private static func path(_ file: String) -> String? {
    guard let path = Paths.sharedModels?.appending(path: "faults/\(file)").path else { return nil }
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  static let faults = [
    Fault(file: "constant_weights.onnx", macs: 2048, parameters: 2048, constantBytes: 8192),
    Fault(file: "tied_4bit.onnx", macs: 24576, parameters: 8192, result: [1, 3, 64]),
    Fault(file: "gather4_zp0_direct0_default.onnx", macs: 1920),
    Fault(file: "gather4_zp0_direct1_default.onnx", macs: 1920),
    Fault(file: "conv_noshape_cast_fp16.onnx", macs: 55296),
    Fault(file: "conv_computed_weights.onnx", macs: 262_144),
    Fault(file: "matmulnbits_same.onnx", parameters: 512),
    Fault(file: "dequantize_int4_blocks.onnx", parameters: 512),
    Fault(file: "offline_plan.tflite", arenaBytes: 2064),
    Fault(file: "vela_u55_128_ds_cnn_int8.tflite", arenaBytes: 22208, says: ["compiled-part"]),
    Fault(file: "keras_lstm_stack.tflite", macs: 42240, arenaBytes: 5600),
    Fault(file: "transpose_conv_int8.tflite", arenaBytes: 7936),
    Fault(file: "svdf_int8.tflite", arenaBytes: 96),
    Fault(file: "if_dense.tflite", arenaBytes: 560),
    Fault(file: "two_signatures.tflite", arenaBytes: 3072),
    Fault(file: "ring_buffer.tflite", stateBytes: 48),
    Fault(file: "tile_big_constant.onnx", preparedBytes: 64 << 20),
    Fault(file: "kstensorflow_int4.tflite", arenaBytes: 98560),
    Fault(file: "lt0.10_rope.tflite", arenaBytes: 19008),
    Fault(file: "pt2.15_gru_float32.tflite", arenaBytes: 5648),
    Fault(file: "weight_only_int8.tflite", arenaBytes: 33536),
    Fault(file: "aeq_kv_s88.tflite"),
    Fault(file: "aeq_kv_s88_vela.tflite", says: ["compiled-part"]),
    Fault(file: "aeq_kv_s88_vela.tflite", macs: 9984, original: "aeq_kv_s88.tflite"),
    Fault(file: "two.tflite", macs: 294_912, parameters: 1168),
    Fault(file: "two_vela_u55.tflite", constantBytes: 528 + 1504, arenaBytes: 10240),
    Fault(
      file: "two_vela_u55.tflite", macs: 294_912, parameters: 1168, constantBytes: 528 + 1504,
      arenaBytes: 10240, original: "two.tflite"),
    Fault(file: "two_vela_u85_512.tflite", arenaBytes: 10240),
    Fault(file: "pt2.15_cnn.onnx", modules: ["stem", "stage1/dw", "stage1/pw", "stage2/dw"]),
    Fault(file: "lt0.10_cnn.tflite", modules: ["stem", "stage1/dw", "stage1/pw", "stage2/dw"]),
    Fault(file: "kstensorflow_gru.onnx", bindings: ["batch"], macs: 92480),
    Fault(file: "qdq_none.onnx", precision: .int8),
    Fault(file: "qdq_Reshape.onnx", precision: .int8),
    Fault(file: "where.onnx", precision: .float32),
    Fault(file: "postprocess_inline.tflite", otherOps: 10900),
    Fault(file: "bundle.litertlm", refusal: "'#tf_lite_embedder' or '#tf_lite_prefill_decode'"),
    // Without the model that it was made of its operators stay unknown.
    Fault(file: "xmos_aeq_cnn_s88.tflite", says: ["unknown-operator"]),
    Fault(file: "shared_buffer.tflite", parameters: 800, weightBytes: 3200),
    Fault(file: "if_results_open.onnx", bindings: ["If(z)=1"], result: [1, 8]),
    Fault(
      file: "if_branch_cannot_run.onnx", bindings: ["n=64"], macs: 512, says: ["only-branch"],
      isSilentOn: ["invalid-operands", "assumed-branch"], result: [1, 8]),
    Fault(file: "if_chosen_branch.onnx", bindings: ["If(y)=1"], result: [1, 4]),
    Fault(file: "pool_window_beyond_input.onnx", result: [1, 2, 1, 4]),
    Fault(file: "name_defined_twice.onnx", says: ["defined-twice"]),
    Fault(
      file: "two_axes_question_mark.onnx", bindings: ["x=1x3x48x192"], result: [1, 3, 48, 192]),
    Fault(file: "scalar_input.onnx", bindings: ["x=4", "s=1"], result: [4]),
    Fault(file: "image_of_any_size.tflite", bindings: ["x=1x224x224x3"], macs: 21_676_032),
    Fault(file: "image_of_any_size.tflite", says: ["open-dimension"]),
    Fault(file: "reshape_stated_wrong.tflite", macs: 882, result: [6, 7]),
    Fault(file: "loop_stops_iter3.onnx", macs: 48, isSilentOn: ["data-dependent-size"]),
    Fault(file: "loop_cast0_and0.onnx", macs: 640),
    Fault(file: "external_shape_operands.onnx", macs: 576, isSilentOn: ["external-data"]),
    Fault(file: "finn_lowered_conv.onnx", macs: 13824),
    Fault(
      file: "postprocess_large_options.tflite", otherOps: 10900,
      isSilentOn: ["shape-disagreement"]),
    Fault(file: "dqmatmul_bias_yes.onnx", parameters: 136, otherOps: 8),
    Fault(file: "dqmatmul_bias_no.onnx", parameters: 128),
    Fault(file: "bias_wrong_size.onnx", says: ["invalid-operands"]),
    Fault(file: "nbits_acc0.onnx", parameters: 8192, precision: .float32),
    Fault(file: "nbits_acc4.onnx", parameters: 8192, precision: .hybrid8),
    Fault(file: "aeq_tied_dwi4b32.tflite", constantBytes: 21008),
    Fault(file: "aeq_cnn_hadcustom.tflite", isSilentOn: ["unknown-operator"]),
    Fault(file: "larq_bnn.tflite", macs: 11_502_208),
    Fault(file: "mtq_FP8_DEFAULT_CFG.onnx", isSilentOn: ["unknown-operator"]),
    Fault(file: "ppq_cnn_TRT_INT8.onnx", says: ["newer-operator"]),
    Fault(
      file: "ndx.onnx", bindings: ["N=2"],
      isSilentOn: ["data-dependent-size", "open-dimension", "unknown-shape"]),
    Fault(file: "skl_svc.onnx", parameters: 1091, weightBytes: 4364),
    Fault(file: "skl_logistic.onnx", parameters: 33, weightBytes: 132),
    Fault(file: "cast_same_type.onnx", otherOps: 32),
    Fault(file: "cast_none.onnx", otherOps: 32),
    Fault(file: "nbits4_sym.onnx", parameters: 6400, constantBytes: 5120),
    Fault(file: "nbits4_qdq.onnx", parameters: 6400, constantBytes: 4224, weightBytes: 4224),
    Fault(file: "blockwise_int4.tflite", constantBytes: 4864),
    Fault(file: "ort_nchwc.onnx", macs: 175_104),
  ]

  @Test(.enabled(if: Paths.hasSharedModels), arguments: faults)
  func hasTheRightValues(fault: Fault) throws {
    // A collection of models need not have these.
    guard let path = Self.path(fault.file) else { return }
    if let words = fault.refusal {
      let error = try #require(throws: (any Error).self) { try Model(contentsOf: path) }
      #expect("\(error)".contains(words))
      return
    }
    var bindings = Bindings()
    for text in fault.bindings where text != "batch" { try bindings.add(text) }
    if fault.bindings == ["batch"] { bindings.batch = 1 }
    let original = fault.original.flatMap(Self.path)
    let model = try Model(contentsOf: path, ImportOptions(original: original))
    let workload = try Workload(InferredGraph(model, bindings: bindings))
    let totals = workload.totals
    for (found, right) in [
      (totals.macs, fault.macs), (totals.parameters, fault.parameters),
      (totals.constantBytes, fault.constantBytes), (totals.weightBytes, fault.weightBytes),
      (totals.otherOps, fault.otherOps), (workload.memory.stateBytes, fault.stateBytes),
      (workload.memory.preparedBytes, fault.preparedBytes),
    ] {
      if let right { #expect(found == .fixed(right)) }
    }
    if let right = fault.result {
      #expect(workload.graph.outputs.first.flatMap { workload.graph[$0].type.shape } == right)
    }
    if let right = fault.arenaBytes { #expect(workload.memory.arenaBytes == right) }
    if let right = fault.precision {
      let costliest = workload.layers.max {
        ($0.work.macs.fixedValue ?? 0, $0.work.otherOps.fixedValue ?? 0)
          < ($1.work.macs.fixedValue ?? 0, $1.work.otherOps.fixedValue ?? 0)
      }
      #expect(costliest?.precision == right)
    }
    let modules = Set(
      workload.graph.nodes.compactMap { $0.modules?.joined(separator: "/") })
    #expect(fault.modules.isSubset(of: modules), "\(modules)")
    let codes = workload.diagnostics.map(\.code)
    for code in fault.says { #expect(codes.contains(code)) }
    for code in fault.isSilentOn { #expect(!codes.contains(code)) }
  }

  @Test(.enabled(if: Paths.hasSharedModels)) func readsAModelOfAContainer() throws {
    guard let path = Self.path("bundle.litertlm") else { return }
    #expect(try Model(contentsOf: path + "#tf_lite_embedder").graph.nodes.count == 19)
  }

  /// A situation that is added has to be looked at.
  @Test(.enabled(if: Paths.hasSharedModels)) func everySituationHasARow() throws {
    guard let path = Self.path("manifest.csv") else { return }
    let rows = try String(contentsOf: URL(filePath: path), encoding: .utf8).split(separator: "\n")
    let files = Set(rows.dropFirst().map { String($0.prefix { $0 != "," }) })
    #expect(files.subtracting(Self.faults.map(\.file)) == [])
  }
}
