package import Quantities
package import Foundation
import Yams

/// Limits of the size of files of a kind.
package struct DocumentLimits: Hashable, Sendable {
  /// Bytes of the file.
  package var bytes: Int
  /// Entries of one list or mapping.
  package var entries: Int
  /// Lists and mappings within each other.
  package var levels: Int

  package init(bytes: Int, entries: Int, levels: Int) {
    self.bytes = bytes
    self.entries = entries
    self.levels = levels
  }

  /// Limits of files written by hand.
  package static let description = DocumentLimits(bytes: 1 << 18, entries: 2000, levels: 32)

  /// Of a device's profile, which holds fitted rates as well.
  package static let deviceProfile = DocumentLimits(bytes: 1 << 22, entries: 20_000, levels: 32)
}

/// A file that a user wrote, in YAML or in JSON, which is YAML too.
///
/// Keys that the type does not ask for are errors, since a key that is misspelt would otherwise be
/// nothing at all. Anchors are refused: with them a few lines can expand to more than fits into memory,
/// and while such a file is read there is no place to stop.
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
    let data: Data
    do {
      // No more is read than a file may have, so that a device without end has one.
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      data = try file.read(upToCount: limits.bytes + 1) ?? Data()
    } catch {
      throw Problem("\(path): cannot be read, expected a file in YAML or JSON")
    }
    try self.init(data, name: path, limits: limits, check: check)
  }

  /// Reads the bytes of a file of a name.
  /// - Parameter check: Checks beyond the types; a `DocumentProblem` names its place.
  /// - Throws: `Problem` that names file, line and expectation.
  package init(
    _ data: Data, name: String, limits: DocumentLimits = .description,
    check: (Content) throws -> Void = { _ in }
  ) throws(Problem) {
    let root = try DocumentTree(data, name: name, limits: limits)
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

  init(_ data: Data, name: String, limits: DocumentLimits) throws(Problem) {
    self.name = name
    guard data.count <= limits.bytes else {
      throw Problem(
        "\(name): has more than \(limits.bytes >> 10) KiB, expected a description")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw Problem("\(name): is not text in UTF-8")
    }
    if let line = Self.lineOfAnchor(text) {
      throw Problem(
        "\(name):\(line): anchors (&name) are not read, expected a space behind '&'")
    }
    do {
      guard let root = try Yams.compose(yaml: text) else {
        throw Problem("\(name): is empty")
      }
      node = root
    } catch let error as Problem {
      throw error
    } catch {
      throw Problem("\(name):\(Self.place(of: error)): is neither YAML nor JSON")
    }
    try check(node, limits, level: 0)
  }

  /// The problem with the file's name and its line in front.
  func error(_ problem: DocumentProblem) -> Problem {
    // The place is the innermost existing part of the file.
    var (node, mark) = (self.node, self.node.mark)
    for name in problem.path {
      if let list = node.sequence {
        guard let place = Int(name), list.indices.contains(place - 1) else { break }
        node = list[place - 1]
        mark = node.mark
      } else if let entry = node.mapping?.first(where: { $0.key.scalar?.string == name }) {
        node = entry.value
        mark = entry.key.mark
      } else {
        break
      }
    }
    return Problem("\(name):\(mark?.line ?? 1): \(problem)")
  }

  private static func place(of error: any Error) -> String {
    guard let error = error as? YamlError else { return "1" }
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      return "\(mark.line)"
    case .duplicatedKeysInMapping(let keys, let context):
      return "\(context.mark.line): key '\(keys.first ?? "")' twice"
    default: return "1"
    }
  }

  /// The first line with an ampersand behind a space or a bracket and before a name: an anchor.
  ///
  /// Texts and comments are not distinguished, which is sure and hardly ever wrong.
  private static func lineOfAnchor(_ text: String) -> Int? {
    var line = 1
    var before: UInt8 = 0x0A
    var isBehindAmpersand = false
    for byte in text.utf8 {
      let isSpace = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
      if isBehindAmpersand, !isSpace { return line }
      isBehindAmpersand = byte == 0x26 && " \n\r\t[{,:-?".utf8.contains(before)
      if byte == 0x0A { line += 1 }
      before = byte
    }
    return nil
  }

  private func check(_ node: Node, _ limits: DocumentLimits, level: Int) throws(Problem) {
    let place = "\(name):\(node.mark?.line ?? 1)"
    guard level < limits.levels else { throw Problem("\(place): is nested too deeply") }
    let children: [Node]
    switch node {
    case .mapping(let mapping): children = mapping.map(\.value)
    case .sequence(let sequence): children = Array(sequence)
    default: children = []
    }
    guard children.count <= limits.entries else {
      throw Problem(
        "\(place): has \(children.count) entries, expected at most \(limits.entries)")
    }
    for child in children { try check(child, limits, level: level + 1) }
  }
}
