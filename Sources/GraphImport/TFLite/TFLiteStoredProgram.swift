import Quantities
import OpGraph

extension TFLiteModel {
  /// What a runtime that executes the file as it is stored sees of it.
  func storedProgram() throws(Problem) -> StoredProgram {
    var program = StoredProgram(subgraphs: [], plannedOffsets: plannedOffsets)
    for subgraph in subgraphs {
      var operators: [StoredProgram.Operator] = []
      operators.reserveCapacity(subgraph.operators.count)
      for op in subgraph.operators { operators.append(try op.stored()) }
      program.subgraphs.append(
        StoredProgram.Subgraph(
          tensors: subgraph.tensors.map(\.stored), operators: operators,
          inputs: subgraph.inputs, outputs: subgraph.outputs))
    }
    return program
  }
}

extension TFLiteTensor {
  fileprivate var stored: StoredProgram.Tensor {
    let hasZeroPoints = quantization.map { !$0.zeroPoints.isEmpty } ?? false
    let stored = constantBytes.flatMap { bytes in
      bytes > 0 ? StoredProgram.Stored(place: buffer, bytes: bytes) : nil
    }
    return StoredProgram.Tensor(
      elementType, shape, stored: stored, isVariable: isVariable,
      scaleCount: hasZeroPoints ? quantization?.scales.count ?? 0 : 0)
  }
}

extension TFLiteOperator {
  /// By operator, the options that state which subgraphs it runs.
  private static let callOptions = [
    "IF": ["then_subgraph_index", "else_subgraph_index"],
    "WHILE": ["cond_subgraph_index", "body_subgraph_index"],
    "CALL_ONCE": ["init_subgraph_index"],
  ]

  /// By operator, the options that the memory of its kernel depends on.
  private static let kernelOptions: [String: [String]] = {
    let windows = ["stride_w", "stride_h", "padding"]
    let dilated = windows + ["dilation_w_factor", "dilation_h_factor"]
    return [
      "CONV_2D": dilated, "DEPTHWISE_CONV_2D": dilated + ["depth_multiplier"],
      "TRANSPOSE_CONV": windows, "AVERAGE_POOL_2D": windows, "BATCH_MATMUL": ["adj_x", "adj_y"],
      "SVDF": ["rank"], "UNIDIRECTIONAL_SEQUENCE_LSTM": ["time_major"],
      "TFLite_Detection_PostProcess": ["max_detections", "num_classes"],
      "SignalRfft": ["fft_length"], "SignalFilterBank": ["num_channels"],
      "SignalFilterBankSpectralSubtraction": ["num_channels"],
    ]
  }()

  fileprivate func stored() throws(Problem) -> StoredProgram.Operator {
    var stored = StoredProgram.Operator(
      name, isCustom: isCustom, inputs: inputs, outputs: outputs)
    stored.subgraphs = (Self.callOptions[name] ?? []).map { options.integer($0) ?? 0 }
    for option in Self.kernelOptions[name] ?? [] {
      stored.options[option] = options.integer(option)
    }
    if name == "VAR_HANDLE" {
      do throws(Problem) {
        stored.variable = try options.text("shared_name") ?? ""
      } catch {
        throw error.placed(at: "operator \(index) (VAR_HANDLE)")
      }
    }
    return stored
  }
}
