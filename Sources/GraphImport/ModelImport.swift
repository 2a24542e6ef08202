package import Quantities
package import OpGraph

/// Distinguishes the formats by their first bytes.
enum ModelFormat {
  /// Why bytes are no model, as the predicate of a sentence about the file.
  static func objection(to bytes: UnsafeRawBufferPointer) -> String {
    OtherFormat(bytes)?.message ?? unknown
  }

  private static let unknown =
    "is neither an ONNX nor a TFLite model, nor a ZIP archive of them (by its first bytes)"

  /// What is wrong with a file, by its suffix where its bytes do not tell.
  static func explained(_ problem: Problem, path: String) -> Problem {
    guard problem.fact == unknown, let advice = OtherFormat.advice(onPath: path) else {
      return problem
    }
    return Problem(advice)
  }

  /// The TFLite file identifier stands at byte 4 of a flatbuffer.
  static func isTFLite(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 8 && bytes[4..<8].elementsEqual("TFL3".utf8)
  }

  /// ONNX has no identifier: its first byte is the tag of one of ModelProto's fields (numbers
  /// 1 to 15 in the first byte; 20, 25 and 26 take two), and what follows a number is a tag again.
  static func isPlausibleONNX(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first, OtherFormat(bytes) == nil else { return false }
    switch first {
    case 0x08, 0x28: return bytes.count < 3 || bytes[1] >= 0x80 || bytes[2] != 0
    case 0x12, 0x1a, 0x22, 0x32, 0x3a, 0x42, 0x72: return true
    case 0xa2, 0xca, 0xd2: return bytes.count > 1 && bytes[1] == 0x01
    default: return false
    }
  }

  static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count < 8 || isTFLite(bytes) || isPlausibleONNX(bytes) || ZipArchive.isArchive(bytes)
      || LiteRTLMContainer.isContainer(bytes)
  }
}

/// The user's options of reading a model file.
package struct ImportOptions: Sendable {
  /// The signature whose graph runs; nil for the file's first graph.
  package var signature: String?
  /// The file of the model before a compiler for an accelerator made the file that is read: what
  /// the compiled part does is taken from it.
  package var original: String?
  /// Whether the elements of stored tensors can be read later; the file then stays open.
  package var keepsElements: Bool

  package init(signature: String? = nil, original: String? = nil, keepsElements: Bool = false) {
    self.signature = signature
    self.original = original
    self.keepsElements = keepsElements
  }
}

extension Model {
  /// Reads a model file and lowers it to graphs of canonical operators.
  ///
  /// The format is recognised by content. Weights are not read.
  /// - Parameter path: The file; `-` is standard input. `archive#member` is a model in a ZIP
  ///   archive, whose member need not be named when it holds one model.
  /// - Throws: `Problem` that names the file, the place and the fact.
  package init(contentsOf path: String, _ options: ImportOptions = ImportOptions())
    throws(Problem)
  {
    do throws(Problem) {
      let (file, folder) = try ModelFile.model(at: path)
      self = try file.unchanged { () throws(Problem) in
        try Self.read(file, folder: folder, options)
      }
    } catch {
      throw ModelFormat.explained(error, path: path)
        .inFile(path == "-" ? "standard input" : path)
    }
  }

  /// Reads a model that is in memory; the bytes are copied.
  ///
  /// Data that an ONNX model keeps in other files is looked for in the current folder.
  /// - Parameter name: What errors call it.
  /// - Throws: `Problem` that names the model, the place and the fact.
  package init(
    bytes: UnsafeRawBufferPointer, named name: String, _ options: ImportOptions = ImportOptions()
  ) throws(Problem) {
    do throws(Problem) {
      let file = try ModelFile(copying: bytes).model(named: nil)
      self = try Self.read(file, folder: "", options)
    } catch {
      throw error.inFile(name)
    }
  }

  /// Reads a model whose bytes are an array.
  /// - Throws: `Problem` that names the model, the place and the fact.
  package init(bytes: [UInt8], named name: String) throws(Problem) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(Problem) in try Model(bytes: bytes, named: name) }
    }
    self = try result.get()
  }

  private static func read(
    _ file: ModelFile, folder: String, _ options: ImportOptions
  ) throws(Problem) -> Model {
    // TFLite's options are read from the map while it is lowered.
    defer { withExtendedLifetime(file) {} }
    if ModelFormat.isTFLite(file.bytes) { return try tflite(file, options) }
    guard options.signature == nil, options.original == nil else {
      throw Problem("is an ONNX model; signatures and compiled parts are TFLite's")
    }
    let model = try ONNXModel(file, locates: options.keepsElements)
    return try model.lowered(folder: folder, from: file, options)
  }

  private static func tflite(
    _ file: ModelFile, _ options: ImportOptions
  ) throws(Problem) -> Model {
    guard let path = options.original else {
      return try TFLiteModel(file).lowered(from: file, options, original: nil)
    }
    let originalFile: ModelFile
    let original: TFLiteModel
    do throws(Problem) {
      originalFile = try ModelFile.model(at: path).file
      guard ModelFormat.isTFLite(originalFile.bytes) else {
        throw Problem("is not a TFLite model, expected the model before it was compiled")
      }
      original = try originalFile.unchanged { () throws(Problem) in try TFLiteModel(originalFile) }
    } catch {
      throw error.inFile(path)
    }
    defer { withExtendedLifetime(originalFile) {} }
    return try TFLiteModel(file).lowered(from: file, options, original: original)
  }
}

extension ZipArchive {
  /// Whether a member is a model, by its name or, where it is stored as it is, by its first bytes.
  fileprivate func isModel(_ member: Member) -> Bool {
    if member.name.hasSuffix(".tflite") || member.name.hasSuffix(".onnx") { return true }
    guard member.isStored, case .part(let range)? = try? contents(of: member) else { return false }
    return ModelFormat.isTFLite(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }
}

extension ModelFile {
  /// Opens a model, which may be a member of an archive, and finds the folder of its other files.
  fileprivate static func model(
    at path: String
  ) throws(Problem) -> (file: ModelFile, folder: String) {
    var path = path
    var member: String?
    if fileSize(at: path) == nil, let mark = path.lastIndex(of: "#") {
      member = String(path[path.index(after: mark)...])
      path = String(path[..<mark])
    }
    let file = try ModelFile(path: path)
    let model = try file.unchanged { () throws(Problem) in try file.model(named: member) }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    // What comes out of an archive has no other files beside it.
    return (model, model === file ? folder : "")
  }

  /// The file itself when it is a model, or else the model in the archive that it is.
  fileprivate func model(named member: String?) throws(Problem) -> ModelFile {
    if member == nil, ModelFormat.isTFLite(bytes) || ModelFormat.isPlausibleONNX(bytes) {
      return self
    }
    if LiteRTLMContainer.isContainer(bytes) {
      return try model(in: try LiteRTLMContainer(bytes), named: member)
    }
    guard ZipArchive.isArchive(bytes), let archive = ZipArchive(bytes) else {
      throw Problem(
        member == nil
          ? ModelFormat.objection(to: bytes) : "is not a ZIP archive, expected one before '#'")
    }
    return try model(in: archive, named: member)
  }

  /// The named model, or else the only one in the container.
  private func model(
    in container: LiteRTLMContainer, named name: String?
  ) throws(Problem) -> ModelFile {
    let names = container.members.map(\.name)
    if let name {
      guard let member = container.members.first(where: { $0.name == name }) else {
        throw Problem("is a LiteRT-LM container without '\(name)'; it holds \(Self.list(names))")
      }
      return ModelFile(member.range, of: self)
    }
    guard let only = container.members.first, names.count == 1 else {
      throw Problem(
        names.isEmpty
          ? "is a LiteRT-LM container without a TFLite model"
          : "is a LiteRT-LM container of \(names.count) models; " + Self.choice(names))
    }
    return ModelFile(only.range, of: self)
  }

  /// The named member, or else the only model in the archive.
  private func model(
    in archive: ZipArchive, named name: String?
  ) throws(Problem) -> ModelFile {
    let members = archive.members.filter { !$0.name.hasSuffix("/") }
    if let name {
      guard let member = members.first(where: { $0.name == name }) else {
        throw Problem(
          "is an archive without '\(name)'; it holds \(Self.list(members.map(\.name)))")
      }
      let file = try ModelFile(member, of: archive, in: self)
      guard ModelFormat.isTFLite(file.bytes) || ModelFormat.isPlausibleONNX(file.bytes) else {
        throw Problem(place: "member '\(name)'", ModelFormat.objection(to: file.bytes))
      }
      return file
    }
    if members.contains(where: { $0.name.hasSuffix("/data.pkl") }) {
      throw Problem("is an archive of PyTorch; " + OtherFormat.torchExport)
    }
    let models = members.filter { archive.isModel($0) }
    guard let only = models.first, models.count == 1 else {
      throw Problem(
        models.isEmpty
          ? "is an archive without a model; it holds "
            + Self.list(members.map(\.name))
          : "is an archive of \(models.count) models; " + Self.choice(models.map(\.name)))
    }
    return try ModelFile(only, of: archive, in: self)
  }

  private static func choice(_ names: [String]) -> String {
    "choose one by adding " + names.prefix(8).map { "'#\($0)'" }.joined(separator: " or ")
  }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "nothing" }
    let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
