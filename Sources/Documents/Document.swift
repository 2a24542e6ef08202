package import Foundation
import Yams

/// Why a file that a user wrote cannot be read: the file, the place, the fact, what was expected.
package struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  /// Creates an error.
  package init(_ description: String) { self.description = description }
}

/// A file that a user wrote, in YAML or in JSON, which is YAML too.
///
/// Keys that the type does not know are errors, since a key that is misspelt would otherwise be
/// nothing at all. Anchors are refused: by them a few lines can stand for more than fits into memory,
/// and while such a file is read there is no place to stop.
package struct Document<Content: Codable> {
  /// What the file says.
  package var content: Content

  /// Larger files are no descriptions that a person wrote.
  static var largestSize: Int { 1 << 18 }
  /// More entries in one place than this are none either.
  static var mostEntries: Int { 2000 }
  /// Deeper nesting than this is none either.
  static var deepestLevel: Int { 32 }

  /// Reads the file at a path.
  /// - Throws: `DocumentError` that names file, line and expectation.
  package init(contentsOf path: String) throws(DocumentError) {
    let data: Data
    do {
      data = try Self.read(path)
    } catch let error as DocumentError {
      throw error
    } catch {
      throw DocumentError("\(path): cannot be read, expected a file in YAML or JSON")
    }
    try self.init(data, name: path)
  }

  /// Reads the bytes of a file of a name.
  /// - Throws: `DocumentError` that names file, line and expectation.
  package init(_ data: Data, name: String) throws(DocumentError) {
    guard data.count <= Self.largestSize else { throw Self.tooLarge(name) }
    guard let text = String(data: data, encoding: .utf8) else {
      throw DocumentError("\(name): is not text in UTF-8")
    }
    if let line = Self.lineOfAnchor(text) {
      throw DocumentError(
        "\(name):\(line): anchors (&name) are not read, expected a space behind '&'")
    }
    let root: Node
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw DocumentError("\(name): is empty")
      }
      root = node
    } catch let error as DocumentError {
      throw error
    } catch {
      throw DocumentError("\(name):\(Self.place(of: error)): is neither YAML nor JSON")
    }
    try Self.check(root, name: name, level: 0)
    do {
      content = try YAMLDecoder().decode(Content.self, from: root)
      let known = try Yams.compose(yaml: YAMLEncoder().encode(content))
      if let known { try Self.checkKeys(of: root, against: known, name: name) }
    } catch let error as DocumentError {
      throw error
    } catch let error as DecodingError {
      throw Self.explained(error, in: root, name: name)
    } catch {
      throw DocumentError("\(name): \(error)")
    }
  }

  private static func tooLarge(_ name: String) -> DocumentError {
    DocumentError("\(name): has more than \(largestSize >> 10) KiB, expected a description")
  }

  /// Reads no more of a file than a description may have, so that a device without end has one.
  private static func read(_ path: String) throws -> Data {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    let data = try file.read(upToCount: largestSize + 1) ?? Data()
    guard data.count <= largestSize else { throw tooLarge(path) }
    return data
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
  /// Texts and comments are not told apart, which is sure and hardly ever wrong.
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

  private static func check(_ node: Node, name: String, level: Int) throws(DocumentError) {
    let place = "\(name):\(node.mark?.line ?? 1)"
    guard level < deepestLevel else { throw DocumentError("\(place): is nested too deeply") }
    let children: [Node]
    switch node {
    case .mapping(let mapping): children = mapping.map(\.value)
    case .sequence(let sequence): children = Array(sequence)
    default: children = []
    }
    guard children.count <= mostEntries else {
      throw DocumentError(
        "\(place): has \(children.count) entries, expected at most \(mostEntries)")
    }
    for child in children { try check(child, name: name, level: level + 1) }
  }

  /// Every key must come back when what was decoded is written again; what does not was not read.
  private static func checkKeys(
    of given: Node, against known: Node, name: String
  ) throws(DocumentError) {
    if let given = given.mapping, let known = known.mapping {
      for (key, value) in given {
        guard value.null == nil else {
          throw DocumentError(
            "\(name):\(key.mark?.line ?? 1): key '\(key.string ?? "?")' has no value")
        }
        guard let written = known[key] else {
          throw DocumentError(
            "\(name):\(key.mark?.line ?? 1): key '\(key.string ?? "?")' is not known here")
        }
        try checkKeys(of: value, against: written, name: name)
      }
    } else if let given = given.sequence, let known = known.sequence {
      for (value, written) in zip(given, known) {
        try checkKeys(of: value, against: written, name: name)
      }
    }
  }

  private static func explained(
    _ error: DecodingError, in root: Node, name: String
  ) -> DocumentError {
    let (fact, path): (String, [any CodingKey])
    switch error {
    case .keyNotFound(let key, let context):
      (fact, path) = ("key '\(key.stringValue)' is missing", context.codingPath)
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      let expected = typeNames["\(type)"] ?? "another kind of value"
      (fact, path) = ("expected \(expected)", context.codingPath)
    case .dataCorrupted(let context):
      (fact, path) = (context.debugDescription, context.codingPath)
    @unknown default: return DocumentError("\(name): \(error)")
    }
    // The place is that of the innermost part that the file has.
    var node = root
    var names: [String] = []
    for key in path {
      names.append(key.intValue.map { "\($0 + 1)" } ?? key.stringValue)
      if let index = key.intValue, let list = node.sequence, list.indices.contains(index) {
        node = list[index]
      } else if let inner = node.mapping?[key.stringValue] {
        node = inner
      }
    }
    let field = names.isEmpty ? "" : "\(names.joined(separator: ".")): "
    let value = node.scalar.map { ", found '\($0.string.prefix(40))'" } ?? ""
    return DocumentError("\(name):\(node.mark?.line ?? 1): \(field)\(fact)\(value)")
  }

  private static var typeNames: [String: String] {
    [
      "Double": "a number", "Int": "a whole number", "String": "text", "Bool": "true or false",
      "Mapping": "keys with values", "Sequence": "a list", "Scalar": "a number or a text",
    ]
  }
}
