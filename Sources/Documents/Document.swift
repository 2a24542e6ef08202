package import Quantities

/// A file that a user wrote, in YAML or in JSON, which is YAML too.
///
/// Keys that the type does not ask for are errors, since a key that is misspelt would otherwise be
/// nothing at all. Anchors are refused: with them a few lines can expand to more than fits into memory.
package struct Document<Content: Decodable> {
  /// The decoded contents.
  package var content: Content

  /// Reads the file at a path.
  /// - Parameter check: Checks beyond the types; a `DocumentProblem` names its place.
  /// - Throws: `Problem` that names file, line and expectation.
  package init(
    contentsOf path: String, limits: DocumentLimits = .description,
    check: (Content) throws -> Void = { _ in }
  ) throws(Problem) {
    // No more is read than a file may have, so that a device without end has one.
    guard let bytes = firstBytes(of: path, atMost: limits.bytes + 1) else {
      let fact = isFolder(path) ? "is a folder" : "cannot be read"
      throw Problem("\(path): \(fact), expected a file in YAML or JSON")
    }
    try self.init(bytes, name: path, limits: limits, check: check)
  }

  /// Reads the bytes of a file of a name.
  /// - Parameter check: Checks beyond the types; a `DocumentProblem` names its place.
  /// - Throws: `Problem` that names file, line and expectation.
  package init(
    _ bytes: [UInt8], name: String, limits: DocumentLimits = .description,
    check: (Content) throws -> Void = { _ in }
  ) throws(Problem) {
    let root = try DocumentTree(bytes, name: name, limits: limits)
    do {
      let decoder = NodeDecoder(node: root.node)
      content = try decoder.value(Content.self)
      try decoder.checkAllWasRead()
      try check(content)
    } catch let problem as DocumentProblem {
      throw root.error(problem)
    } catch {
      throw Problem("\(name): \(error)")
    }
  }
}

/// The tree of a file, within the limits of its kind.
private struct DocumentTree {
  let node: Node
  private let name: String

  init(_ bytes: [UInt8], name: String, limits: DocumentLimits) throws(Problem) {
    self.name = name
    guard bytes.count <= limits.bytes else {
      throw Problem(
        "\(name): has more than \(limits.bytes >> 10) KiB, expected a description")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem("\(name): is not text in UTF-8")
    }
    do throws(CompositionError) {
      guard let root = try Composer.compose(text, limits: limits) else {
        throw CompositionError(line: nil, fact: "is empty")
      }
      node = root
    } catch {
      throw Problem("\(name)\(error.place): \(error.fact)")
    }
  }

  /// The problem with the file's name and its line in front.
  func error(_ problem: DocumentProblem) -> Problem {
    // The place is the innermost existing part of the file.
    var (node, line) = (self.node, self.node.line)
    for name in problem.path {
      if let list = node.sequence {
        guard let place = Int(name), list.indices.contains(place - 1) else { break }
        node = list[place - 1]
        line = node.line
      } else if let entry = node.mapping?.first(where: { $0.key.scalar?.text == name }) {
        node = entry.value
        line = entry.key.line
      } else {
        break
      }
    }
    return Problem("\(name):\(line): \(problem)")
  }
}
