import Quantities

/// A line of Markdown, which is made of text by escaping it.
///
/// A literal is markup; what is put into it is text, unless it is Markdown itself. So a name from a file
/// can never be read as markup by accident.
struct Markdown: ExpressibleByStringInterpolation {
  private(set) var markup: String

  init(stringLiteral literal: String) { markup = literal }

  init(stringInterpolation interpolation: Interpolation) { markup = interpolation.markup }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ text: String) { markup += Markdown.escaped(text) }
    mutating func appendInterpolation(_ line: Markdown) { markup += line.markup }
    /// A name in the letters of a program.
    mutating func appendInterpolation(code name: String) { markup += Markdown.code(name) }
  }

  private static func escaped(_ text: String) -> String { printable(text).escaped(signs) }

  private static let signs = Dictionary(
    uniqueKeysWithValues: "\\`*_<>[]#|".unicodeScalars.map { ($0, "\\\($0)") })

  /// A code span ends at as many backticks as it begins with, so it begins with more than it holds.
  private static func code(_ name: String) -> String {
    let name = printable(name)
    guard name.contains("`") else { return "`\(name)`" }
    let longest = name.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence) \(name) \(fence)"
  }

  // MARK: Lines

  /// A table as GitHub writes it.
  static func table(
    _ titles: [String], alignments: [TextTable.Alignment], _ rows: [[String]]
  ) -> [Markdown] {
    let rule = alignments.map { $0 == .left ? "---" : "---:" }
    // Titles are this module's own.
    return [
      Markdown(stringLiteral: "| " + titles.joined(separator: " | ") + " |"),
      Markdown(stringLiteral: "|" + rule.joined(separator: "|") + "|"),
    ] + rows.map(row)
  }

  static func row(_ cells: [String]) -> Markdown {
    Markdown(stringLiteral: "| " + cells.map(escaped).joined(separator: " | ") + " |")
  }

  /// A list of what the numbers rest on, with the tool's version; nothing for an empty one.
  static func assumptions(_ items: [(name: String, value: String)]) -> [Markdown] {
    guard !items.isEmpty else { return [] }
    return ["", "#### Assumptions", ""] + items.map { "- \($0.name): \($0.value)" }
      + ["", "\(Tool.citation)."]
  }

  static func document(_ lines: [Markdown]) -> String {
    lines.map(\.markup).joined(separator: "\n") + "\n"
  }
}
