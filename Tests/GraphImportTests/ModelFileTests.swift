import Quantities
import Foundation
import GraphImport
import OpGraph
import TestSupport
import Testing

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
