import Quantities

/// A list whose rows are all alike, in every form.
package struct TableReport<Content: Encodable>: Report {
  /// A column: its title for people, its name in CSV, and how text lays it out.
  package struct Column {
    var title: String
    var name: String
    var layout: TextTable.Column
    /// Whether text leaves it out where the table is too wide, the last such column first.
    var isOptional: Bool

    package init(
      _ title: String, name: String, _ alignment: TextTable.Alignment = .left,
      flexibility: TextTable.Flexibility? = nil, isOptional: Bool = false
    ) {
      self.title = title
      self.name = name
      self.isOptional = isOptional
      layout = TextTable.Column(title: title, alignment: alignment, flexibility: flexibility)
    }
  }

  /// A cell: what people read, and all digits of it.
  package struct Cell: ExpressibleByStringInterpolation {
    var text: String
    var exact: String

    package init(stringLiteral text: String) { self.init(text) }

    package init(_ text: String, exactly exact: String? = nil) {
      self.text = printable(text)
      self.exact = exact ?? text
    }
  }

  /// Rows of one title, such as the devices of a class; text sets them off.
  package struct Group {
    var title: String?
    var rows: [[Cell]]

    package init(_ title: String? = nil, rows: [[Cell]]) {
      self.title = title
      self.rows = rows
    }
  }

  /// What JSON holds.
  private let content: Content
  private let columns: [Column]
  private let groups: [Group]
  /// What stands below the table, a paragraph each.
  private let notes: [String]

  package init(_ content: Content, columns: [Column], groups: [Group], notes: [String] = []) {
    self.content = content
    self.columns = columns
    self.groups = groups
    self.notes = notes
  }

  package func encode(to encoder: any Encoder) throws { try content.encode(to: encoder) }

  package func text(in layout: TextLayout) -> String {
    var table = TextTable(columns: columns.map(\.layout))
    for group in groups {
      if let title = group.title {
        table.rows.append(["\(title):"] + columns.dropFirst().map { _ in "" })
      }
      let margin = group.title == nil ? "" : "  "
      table.rows += group.rows.map { row in
        row.enumerated().map { $0.offset == 0 ? margin + $0.element.text : $0.element.text }
      }
    }
    while table.leastWidth > layout.width,
      let column = columns.prefix(table.columns.count).lastIndex(where: \.isOptional)
    {
      table.remove(column)
    }
    var lines = table.lines(in: layout, margin: 0)
    if !notes.isEmpty { lines.append("") }
    for note in notes { lines += wrapped(note, width: layout.width, indent: 2) }
    return lines.joined(separator: "\n") + "\n"
  }

  package var csv: String {
    CSV.document(
      [columns.map(\.name)] + groups.flatMap { $0.rows.map { row in row.map(\.exact) } })
  }

  package var markdown: String {
    var lines = Markdown.table(
      columns.map(\.title), alignments: columns.map(\.layout.alignment),
      groups.flatMap { $0.rows.map { row in row.map(\.text) } })
    for note in notes { lines += ["", "\(note)"] }
    return Markdown.document(lines)
  }
}
