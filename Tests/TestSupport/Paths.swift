package import Foundation

/// Where tests find files: the project's own fixtures, and models that nobody here wrote.
package enum Paths {
  /// The project's root folder.
  package static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file of `Fixtures`.
  package static func fixture(_ name: String) -> String {
    root.appending(path: "Fixtures/\(name)").path
  }

  /// The exports of the networks of `Fixtures`, sorted.
  package static var fixtures: [String] {
    ["onnx", "tflite"].flatMap { models(below: root.appending(path: "Fixtures/\($0)")) }
      .filter { !$0.hasSuffix("/features.tflite") }
  }

  /// A folder of real models from elsewhere, when there is one beside the project.
  ///
  /// `IOTCO2_MODELS` names another place.
  package static var sharedModels: URL? {
    let environment = ProcessInfo.processInfo.environment["IOTCO2_MODELS"]
    let folder =
      environment.map { URL(filePath: $0) }
      ?? root.deletingLastPathComponent().appending(path: "shared/models")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }

  /// Whether there are such models; says so when there are none, since tests are then skipped.
  package static let hasSharedModels: Bool = {
    if sharedModels == nil {
      print("skipped: no folder of real models beside the project and no IOTCO2_MODELS")
    }
    return sharedModels != nil
  }()

  /// Model files below a folder, sorted.
  package static func models(below folder: URL) -> [String] {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let paths = files?.compactMap { ($0 as? URL)?.path } ?? []
    return paths.filter { $0.hasSuffix(".onnx") || $0.hasSuffix(".tflite") }.sorted()
  }
}

/// A folder that is removed when the test is over.
package final class TemporaryFolder {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "iotco2-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and gives its path.
  package func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = url.appending(path: name)
    try Data(bytes).write(to: path)
    return path.path
  }
}
