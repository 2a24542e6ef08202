import Quantities

/// Tables as GitHub writes them.
package enum Markdown {
  /// The lines of a table; a bar in a cell is escaped.
  static func table(
    _ titles: [String], alignments: [TextTable.Alignment], _ rows: [[String]]
  ) -> [String] {
    let rule = alignments.map { $0 == .left ? "---" : "---:" }
    return [row(titles), "|" + rule.joined(separator: "|") + "|"] + rows.map(row)
  }

  static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.escaped(["|": "\\|"]) }.joined(separator: " | ") + " |"
  }

  /// A list of what the numbers rest on, with the tool's version; nothing for an empty one.
  static func assumptions(_ items: [(name: String, value: String)]) -> [String] {
    guard !items.isEmpty else { return [] }
    return ["", "#### Assumptions", ""] + items.map { "- \($0.name): \(plain($0.value))" }
      + ["", Tool.citation + "."]
  }

  /// A text that Markdown does not read as its signs.
  static func plain(_ text: String) -> String { printable(text).escaped(signs) }

  private static let signs = Dictionary(
    uniqueKeysWithValues: "\\`*_<>[]#".unicodeScalars.map { ($0, "\\\($0)") })
}
