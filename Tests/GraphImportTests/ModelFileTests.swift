import Quantities
import Foundation
import OpGraph
import TestSupport
import Testing

@testable import GraphImport

@Suite struct ModelFileTests {
  @Test(arguments: [
    ([] as [UInt8], "is empty, expected a model"),
    (
      [0, 0, 0, 0],
      "is neither an ONNX nor a TFLite model, nor a ZIP archive of them (by its first bytes)"
    ),
    (
      Array("{\"json\": true}".utf8),
      "is neither an ONNX nor a TFLite model, nor a ZIP archive of them (by its first bytes)"
    ),
    (
      Array("PK\u{3}\u{4}zip".utf8),
      "is neither an ONNX nor a TFLite model, nor a ZIP archive of them (by its first bytes)"
    ),
    (
      [28, 0, 0, 0] + Array("TFL3".utf8),
      "has the TFLite identifier but an offset in it is out of bounds: it is cut short or damaged"
    ),
    ([0x08, 0x08], "is a protobuf message without a graph, expected an ONNX model"),
  ])
  func recognisesByContent(bytes: [UInt8], reason: String) throws {
    let folder = try TemporaryFolder()
    // The name does not matter.
    let path = try folder.file("model.bin", bytes)
    #expect(throws: Problem(file: path, reason)) { try Model(contentsOf: path) }
  }

  /// How files begin, and what the error advises.
  private static let others: [([UInt8], String, String)] = [
    ([], "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    ([0x18, 0, 0, 0], "ORTM", "ORT format"),
    // The offset's first byte is a tag of ONNX too.
    ([0x08, 1, 0, 0], "ORTM", "ORT format"),
    ([], "LITERTLM....", "LiteRT-LM container of 12 bytes"),
    ([], "LITERTLM" + String(repeating: "\u{1}", count: 40), "whose header ends at byte"),
    ([0x89], "HDF\r\n\u{1A}\n", "Keras"),
    ([0x80, 2], "q", "torch.onnx.export"),
    ([], "GGUF", "without a graph"),
    ([0x12, 2, 0, 0, 0, 0, 0, 0], "{\"a\"", "safetensors"),
  ]

  @Test(arguments: others.indices) func namesWhatUsersTakeForModels(index: Int) throws {
    let (bytes, text, advice) = Self.others[index]
    let folder = try TemporaryFolder()
    let path = try folder.file("model.onnx", bytes + Array(text.utf8))
    let error = try #require(throws: Problem.self) { try Model(contentsOf: path) }
    #expect(error.file == path && error.fact.contains(advice), "\(error)")
  }

  @Test func refusesWhatIsNoFile() throws {
    let folder = try TemporaryFolder()
    let directory = folder.url.path
    #expect(throws: Problem(file: directory, "is a directory, expected a model file")) {
      try Model(contentsOf: directory)
    }
    let missing = directory + "/missing"
    #expect(throws: Problem(file: missing, "cannot be opened: No such file or directory")) {
      try Model(contentsOf: missing)
    }
  }

  /// What happens to a file while it is read.
  private static let changes:
    [(name: String, isError: Bool, change: @Sendable (String) throws -> Void)] = [
      ("nothing", false, { _ in }),
      ("another length", true, { truncate($0, off_t(ModelFile.maximumCopiedBytes / 2)) }),
      (
        "other bytes", true,
        { path in
          let file = try FileHandle(forUpdating: URL(filePath: path))
          try file.write(contentsOf: Data([9]))
          try file.close()
        }
      ),
      // The contents that were opened stay, whoever else has the name.
      (
        "another file in its place", false,
        { path in
          try Data([1]).write(to: URL(filePath: path + ".new"))
          rename(path + ".new", path)
        }
      ),
      ("no name any more", false, { unlink($0) }),
      ("other rights", false, { chmod($0, 0o600) }),
    ]

  @Test(arguments: changes.indices) func aLargeFileThatChangesIsAnError(index: Int) throws {
    let (name, isError, change) = Self.changes[index]
    let folder = try TemporaryFolder()
    let path = try folder.file(
      "m.onnx", [UInt8](repeating: 1, count: ModelFile.maximumCopiedBytes + 1))
    // The time of a change has the resolution of the system's tick.
    Thread.sleep(forTimeInterval: 0.05)
    let file = try ModelFile(path: path)
    #expect(MappedFiles.changed() != path)
    let result = Result { () throws(Problem) in
      try file.unchanged { () throws(Problem) in
        do { try change(path) } catch { throw Problem("\(error)") }
        // An error of what was read is that of the change.
        if isError { throw Problem("is damaged") }
      }
    }
    switch result {
    case .success: #expect(!isError, "\(name)")
    case .failure(let problem):
      #expect(isError && problem.fact == "was changed while it was read", "\(name): \(problem)")
      #expect(MappedFiles.changed() == path)
    }
  }

  /// A small file is a copy, which no change reaches.
  @Test func aSmallFileIsCopied() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("m.onnx", [UInt8](repeating: 1, count: 100))
    let file = try ModelFile(path: path)
    truncate(path, 0)
    #expect(file.bytes.elementsEqual([UInt8](repeating: 1, count: 100)))
    try file.unchanged { () throws(Problem) in }
  }

  @Test(.enabled(if: Paths.hasSharedModels))
  func everyRealModelLoadsOrSaysWhyNot() throws {
    let folder = try #require(Paths.sharedModels)
    var loaded = 0
    let files = Paths.models(below: folder)
    for path in files {
      do throws(Problem) {
        _ = try Model(contentsOf: path)
        loaded += 1
      } catch {
        #expect(["/malformed/", "/faults/"].contains(where: path.contains), "\(error)")
        #expect(error.description.hasPrefix(path) && !error.description.contains("\n"))
      }
    }
    #expect(loaded > 200)
  }
}
