/// Files that users take for exported models, with the way to a model that can be read.
enum OtherFormat: CaseIterable {
  case gitLFSPointer, onnxRuntime, keras, pickle, gguf, safetensors

  /// What a file is, by its first bytes; nil for what is none of these.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let format = Self.allCases.first(where: { $0.matches(bytes) }) else { return nil }
    self = format
  }

  private func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .gitLFSPointer: bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8)
    // A FlatBuffers identifier, as TFLite's.
    case .onnxRuntime: bytes.count >= 8 && bytes[4..<8].elementsEqual("ORTM".utf8)
    case .keras: bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
    // Protocols 2 to 5 begin with an opcode and their number.
    case .pickle: bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
    case .gguf: bytes.starts(with: "GGUF".utf8)
    // The length of a JSON header in 8 bytes, of which real ones fill three, then the header.
    case .safetensors:
      bytes.count > 9 && bytes[3..<8].allSatisfy { $0 == 0 } && bytes[8] == UInt8(ascii: "{")
    }
  }

  /// What the file is and what to do, as the predicate of a sentence about it.
  var message: String {
    switch self {
    case .gitLFSPointer: "is a Git LFS pointer, expected the model; 'git lfs pull' fetches it"
    case .onnxRuntime:
      "is in onnxruntime's ORT format, expected ONNX; name the ONNX file that it was converted from"
    case .keras:
      "is an HDF5 file, as Keras saves weights and models; " + Self.kerasExport
    case .pickle: "is a Python pickle, as PyTorch saves checkpoints; " + Self.torchExport
    case .gguf:
      "is a GGUF file of llama.cpp, which holds weights without a graph, expected ONNX or TFLite"
    case .safetensors:
      "is a safetensors file, which holds weights without a graph; "
        + "export the model that they belong to (optimum-cli export onnx)"
    }
  }

  /// What to do with a file whose suffix is that of another format; nil for other suffixes.
  static func advice(onPath path: String) -> String? {
    switch path.lowercased().split(separator: ".").last {
    case "pt", "pth", "ckpt": "has the suffix of a PyTorch checkpoint; " + torchExport
    case "h5", "hdf5", "keras": "has the suffix of a Keras model; " + kerasExport
    default: nil
    }
  }

  /// What to do with a model of Keras.
  private static let kerasExport =
    "export it to TFLite (tf.lite.TFLiteConverter) or ONNX (model.export(…, format=\"onnx\"))"

  /// What to do with a checkpoint of PyTorch.
  static let torchExport =
    "export it with torch.onnx.export(model, inputs, \"model.onnx\"), as docs/tutorial.md does"
}
