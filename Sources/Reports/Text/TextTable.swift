import Quantities

/// A table of text with aligned columns that fits a width.
package struct TextTable {
  package enum Alignment { case left, right }

  package enum Flexibility { case losesStart, losesEnd }

  struct Column {
    var title: String
    var alignment: Alignment
    /// Whether the column shrinks when the table is too wide, and at which end.
    var flexibility: Flexibility?
  }

  var columns: [Column]
  var rows: [[String]] = []

  /// The columns that the cells take.
  private var widths: [Int] {
    columns.indices.map { column in
      max(columns[column].title.count, rows.map { $0[column].count }.max() ?? 0)
    }
  }

  private var gaps: Int { 2 * (columns.count - 1) }

  /// The width of the table with flexible columns as narrow as can still be read.
  var leastWidth: Int {
    zip(widths, columns).reduce(gaps) { sum, pair in
      sum + (pair.1.flexibility == nil ? pair.0 : min(pair.0, 20))
    }
  }

  mutating func remove(_ column: Int) {
    columns.remove(at: column)
    for row in rows.indices { rows[row].remove(at: column) }
  }

  /// The lines of the table, title line first.
  func lines(width: Int) -> [String] {
    var widths = widths
    let excess = widths.reduce(gaps, +) - width
    if excess > 0, let flexible = columns.firstIndex(where: { $0.flexibility != nil }) {
      widths[flexible] = max(8, widths[flexible] - excess)
    }
    return ([columns.map(\.title)] + rows).map { cells in
      let fields = columns.indices.map { column in
        Self.fitted(cells[column], to: widths[column], columns[column])
      }
      var line = fields.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The lines as a report on a terminal shows them: behind a margin, with a dim title line.
  func lines(in layout: TextLayout, margin: Int = 2) -> [String] {
    lines(width: layout.width - margin).enumerated().map { index, line in
      String(repeating: " ", count: margin) + (index == 0 ? layout.dim(line) : line)
    }
  }

  /// A text of just a column's width.
  static func fitted(_ text: String, to width: Int, _ column: Column) -> String {
    guard text.count > width else {
      let fill = String(repeating: " ", count: width - text.count)
      return column.alignment == .left ? text + fill : fill + text
    }
    return column.flexibility == .losesEnd
      ? text.prefix(width - 1) + "…" : "…" + text.suffix(width - 1)
  }
}

/// A number with an SI prefix, or as it is where it has three digits at most.
package func short(_ count: Int) -> String {
  count < 1000 ? String(count) : engineering(Double(count), unit: "")
}

/// Text broken into lines of a width; the first has a margin of `margin`, the others of `indent`.
package func wrapped(
  _ text: String, width: Int, margin: Int = 0, indent: Int, cutsWords: Bool = true
) -> [String] {
  var lines: [String] = []
  var line = String(repeating: " ", count: margin)
  var isStart = true
  for word in text.split(separator: " ", omittingEmptySubsequences: true) {
    // A word that does not fit a line, such as a layer's name, loses its start.
    let room = width - indent
    let isCut = cutsWords && word.count > room
    let word = isCut ? "…" + word.suffix(max(1, room - 1)) : String(word)
    if !isStart, line.count + 1 + word.count > width {
      lines.append(line)
      line = String(repeating: " ", count: indent)
      isStart = true
    }
    line += isStart ? word : " \(word)"
    isStart = false
  }
  return isStart ? lines : lines + [line]
}
