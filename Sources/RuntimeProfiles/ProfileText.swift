package import Documents
package import Quantities

/// A file of measured times: its text, line by line, or its JSON value.
package struct ProfileText {
  /// The file, as the user named it.
  package let name: String
  package let text: String
  /// The value of a file in JSON; nil for other files.
  package let json: JSONText?
  /// The slices of a trace, which several formats are; nil for other files.
  let slices: [TraceEvents.Slice]?

  /// Bytes of a file in JSON: 100 runs of a network of 500 operators are 35 MB of onnxruntime's.
  private static let mostJSON = 1 << 26
  /// Bytes of a log.
  private static let mostText = 1 << 24
  /// Lines of a log, of 16 bytes where it is as long as it can be.
  private static let mostLines = 1_000_000

  /// - Throws: `Problem` when the file cannot be read or is too long.
  package init(contentsOf path: String) throws(Problem) {
    guard let bytes = firstBytes(of: path, atMost: Self.mostJSON + 1) else {
      throw Problem("cannot be read", at: path, expected: "a profile of a runtime")
    }
    try self.init(bytes, named: path)
  }

  package init(_ bytes: [UInt8], named name: String) throws(Problem) {
    self.name = name
    let isJSON = bytes.first { $0 > 0x20 && $0 < 0x80 }.map { [0x7B, 0x5B].contains($0) } ?? false
    let limit = isJSON ? Self.mostJSON : Self.mostText
    guard bytes.count <= limit else {
      throw Problem("has more than \(limit >> 20) MiB", at: name, expected: "fewer runs")
    }
    // Each may end lines, and both together one.
    let (feeds, returns) = (bytes.count { $0 == 0x0A }, bytes.count { $0 == 0x0D })
    guard isJSON || max(feeds, returns) <= Self.mostLines else {
      throw Problem(
        "has more than \(grouped(Self.mostLines)) lines", at: name, expected: "fewer runs")
    }
    json = isJSON ? JSONText(bytes) : nil
    if isJSON, json == nil {
      throw Problem("begins like JSON and is none", at: name, expected: "a file that was closed")
    }
    text = isJSON ? "" : String(decoding: bytes, as: UTF8.self)
    do throws(Problem) {
      slices = try json.flatMap(TraceEvents.slices)
    } catch {
      throw error.placed(at: name)
    }
  }

  /// The lines that are not empty, one after the other.
  package var lines: Lines { Lines(rest: text[...]) }

  package struct Lines: Sequence, IteratorProtocol {
    fileprivate var rest: Substring

    package mutating func next() -> Substring? {
      // By bytes: characters take ten times as long, and each format looks at all lines.
      while !rest.utf8.isEmpty {
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let line = rest[..<(end ?? rest.endIndex)]
        rest = end.map { rest[rest.utf8.index(after: $0)...] } ?? ""
        if !line.utf8.isEmpty { return isASCII(line) ? line : Substring(searchable(String(line))) }
      }
      return nil
    }
  }
}

/// A text in which words can be searched in time: finding them among characters of several scalars takes the square of
/// their number, so of a text that is not plain ASCII the first 4,096 scalars count.
func searchable(_ text: String) -> String {
  isASCII(text) ? text : abridged(text, to: 4096)
}

private func isASCII(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

extension Substring {
  /// The words of a line, between spaces and tabs.
  var fields: [Substring] { split { $0 == " " || $0 == "\t" } }

  /// The text without spaces and quotes around it.
  var bare: String {
    // Going back over characters can take the square of their number.
    func isMargin(_ byte: UInt8) -> Bool { " \t\"".utf8.contains(byte) }
    let start = utf8.drop(while: isMargin).startIndex
    let end = utf8[start...].reversed().drop(while: isMargin).startIndex.base
    return String(self[start..<end])
  }
}
