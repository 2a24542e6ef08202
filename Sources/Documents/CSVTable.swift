package import Quantities

/// A table of texts with named columns, as RFC 4180 writes it; spaces around a text are not kept.
package struct CSVTable: Sendable {
  package var columns: [String]
  package var rows: [[String: String]]
  /// By row, the number that a spreadsheet shows it under: the first line is 1, and blank lines count.
  package private(set) var numbers: [Int]

  /// Reads a table whose first line names the columns.
  /// - Throws: `Problem` for a row of another length, a column that is there twice, or a quote that is not closed.
  package init(_ text: String, named name: String) throws(Problem) {
    let records = try Self.records(text, named: name)
      .map { (number: $0.number, fields: $0.fields.map(\.trimmingSpaces)) }
    guard let header = records.first?.fields else {
      throw Problem("\(name): is empty, expected a line with the names of columns")
    }
    if let twice = header.indices.first(where: { header[..<$0].contains(header[$0]) }) {
      throw Problem(
        "\(name): column '\(abridged(header[twice], to: 40))' is there twice, expected once")
    }
    columns = header
    (rows, numbers) = ([], [])
    for (number, record) in records.dropFirst() {
      guard record.count == header.count else {
        throw Problem(
          "\(name): row \(number) has \(counted(record.count, "field")), expected \(header.count)")
      }
      rows.append(Dictionary(zip(header, record)) { first, _ in first })
      numbers.append(number)
    }
  }

  private static func records(
    _ text: String, named name: String
  ) throws(Problem) -> [(number: Int, fields: [String])] {
    var records: [(number: Int, fields: [String])] = []
    var number = 1
    var record: [String] = []
    var field = ""
    var isQuoted = false
    var characters = text.makeIterator()
    var pending: Character?
    while let character = pending ?? characters.next() {
      pending = nil
      if isQuoted {
        guard character == "\"" else {
          field.append(character)
          continue
        }
        // A doubled quote stands for one.
        let next = characters.next()
        if next == "\"" {
          field.append("\"")
        } else {
          isQuoted = false
          pending = next
        }
      } else if character == "\"" && field.isEmpty {
        isQuoted = true
      } else if character == "," {
        record.append(field)
        field = ""
      } else if character.isNewline {
        record.append(field)
        field = ""
        if record != [""] { records.append((number, record)) }
        number += 1
        record = []
      } else {
        field.append(character)
      }
    }
    guard !isQuoted else { throw Problem("\(name): a quote is not closed") }
    if !field.isEmpty || !record.isEmpty { records.append((number, record + [field])) }
    return records
  }
}

extension String {
  /// Without spaces at both ends, and without the mark of its encoding that some programs put before a file.
  package var trimmingSpaces: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace || first == "\u{FEFF}" { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
