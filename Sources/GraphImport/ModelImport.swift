public import OpGraph

/// Tells the formats apart by their first bytes.
enum ModelFormat {
  static let unrecognized = "is neither an ONNX nor a TFLite model (by its first bytes)"

  /// The TFLite file identifier stands at byte 4 of a flatbuffer.
  static func isTFLite(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 8 && bytes[4..<8].elementsEqual("TFL3".utf8)
  }

  /// ONNX has no identifier: its first byte is the tag of one of ModelProto's fields (numbers
  /// 1 to 15 in the first byte; 20, 25 and 26 take two), and what follows a number is a tag again.
  static func isPlausibleONNX(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first else { return false }
    switch first {
    case 0x08, 0x28: return bytes.count < 3 || bytes[1] >= 0x80 || bytes[2] != 0
    case 0x12, 0x1a, 0x22, 0x32, 0x3a, 0x42, 0x72: return true
    case 0xa2, 0xca, 0xd2: return bytes.count > 1 && bytes[1] == 0x01
    default: return false
    }
  }

  static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count < 8 || isTFLite(bytes) || isPlausibleONNX(bytes)
  }
}

extension Model {
  /// Reads a model file and lowers it to graphs of canonical operators.
  ///
  /// The format is recognised by content. Weights are not read.
  /// - Parameter path: The file; `-` is standard input.
  /// - Throws: `ImportError` that names the file, the place and the fact.
  public init(contentsOf path: String) throws(ImportError) {
    do throws(ImportError) {
      let file = try ModelFile(path: path)
      // TFLite's options are read from the map while it is lowered.
      defer { withExtendedLifetime(file) {} }
      if ModelFormat.isTFLite(file.bytes) {
        self = try TFLiteModel(file).lowered()
      } else if ModelFormat.isPlausibleONNX(file.bytes) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        self = try ONNXModel(file).lowered(folder: folder)
      } else {
        throw ImportError(ModelFormat.unrecognized)
      }
    } catch {
      throw error.inFile(path == "-" ? "standard input" : path)
    }
  }
}
