/// The kinds of file that hold measured times of an inference.
///
/// A file is recognised by its contents, not by its name.
package enum ProfileFormat: String, CaseIterable, Sendable {
  case onnxruntime, liteRT, microProfiler, vela, tensorRT, stEdgeAI, espDL, trace, table

  /// The kind in words.
  package var title: String {
    switch self {
    case .onnxruntime: "a profile of onnxruntime (JSON)"
    case .liteRT: "an operator profile of TFLite's benchmark_model or LiteRT (text or CSV)"
    case .microProfiler: "a log of TFLite Micro's MicroProfiler (text or CSV)"
    case .vela: "Vela's per-layer table (CSV)"
    case .tensorRT: "a profile of TensorRT's trtexec --exportProfile (JSON)"
    case .stEdgeAI: "a validation report of ST Edge AI or X-CUBE-AI (text)"
    case .espDL: "a module summary of ESP-DL (log)"
    case .trace: "a trace in Chrome's Trace Event Format, as Perfetto shows it (JSON)"
    case .table: "a measurement table (CSV with latency_ms and layer)"
    }
  }

  /// The runtime that writes it, as measurement tables name it; nil where many do.
  package var runtime: String? {
    switch self {
    case .onnxruntime: "onnxruntime"
    case .liteRT: "tflite"
    case .microProfiler: "tflite-micro"
    case .vela: "ethos-u"
    case .tensorRT: "tensorrt"
    case .stEdgeAI: "st-edge-ai"
    case .espDL: "esp-dl"
    case .trace, .table: nil
    }
  }
}
