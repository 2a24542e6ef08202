import OpGraph

extension TFLiteModel {
  /// What a runtime that executes the file as it is stored sees of it.
  var storedProgram: StoredProgram {
    StoredProgram(
      subgraphs: subgraphs.map { subgraph in
        StoredProgram.Subgraph(
          tensors: subgraph.tensors.map(\.stored), operators: subgraph.operators.map(\.stored),
          inputs: subgraph.inputs, outputs: subgraph.outputs)
      }, plannedOffsets: plannedOffsets)
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

  fileprivate var stored: StoredProgram.Operator {
    var stored = StoredProgram.Operator(
      name, isCustom: isCustom, inputs: inputs, outputs: outputs)
    stored.subgraphs = (Self.callOptions[name] ?? []).map { options.integer($0) ?? 0 }
    for option in Self.kernelOptions[name] ?? [] {
      stored.options[option] = options.integer(option)
    }
    if name == "VAR_HANDLE" { stored.variable = options.text("shared_name") ?? "" }
    return stored
  }
}
