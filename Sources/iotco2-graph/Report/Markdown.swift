/// Tables as GitHub writes them.
enum Markdown {
  /// The lines of a table; a bar in a cell is escaped.
  static func table(
    _ titles: [String], alignments: [TextTable.Alignment], _ rows: [[String]]
  ) -> [String] {
    let rule = alignments.map { $0 == .left ? "---" : "---:" }
    return [row(titles), "|" + rule.joined(separator: "|") + "|"] + rows.map(row)
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.escaped(["|": "\\|"]) }.joined(separator: " | ") + " |"
  }
}
