package import Quantities

/// A table of texts with named columns, as RFC 4180 writes it; spaces around a text are not kept.
package struct CSVTable: Sendable {
  package let columns: [String]
  package let rows: Rows
  /// By row, the number that a spreadsheet shows it under: the first line is 1, and blank lines count.
  package let numbers: [Int]

  /// The widest table that is known, our own of layers, has some forty of them.
  private static let mostColumns = 256

  /// The rows, as a view of the fields of all: a row takes no memory besides its fields.
  package struct Rows: RandomAccessCollection, Sendable {
    fileprivate var fields: [String] = []
    /// Where each column is.
    fileprivate let places: [String: Int]

    package typealias Indices = Range<Int>

    package var startIndex: Int { 0 }
    package var endIndex: Int { fields.count / places.count }

    package subscript(index: Int) -> Row {
      let start = index * places.count
      return Row(values: fields[start..<start + places.count], places: places)
    }
  }

  /// The fields of one row.
  package struct Row: Sendable {
    /// In the order of the columns.
    package let values: ArraySlice<String>
    fileprivate let places: [String: Int]

    /// The field of a column; nil when there is no such column.
    package subscript(column: String) -> String? {
      places[column].map { values[values.startIndex + $0] }
    }
  }

  /// Reads a table whose first line names the columns.
  /// - Throws: `Problem` for too many columns, a column that is there twice, a row of another length, or a quote that is
  ///   not closed.
  package init(_ text: String, named name: String) throws(Problem) {
    var records = CSVRecords(text)
    guard let header = try records.next(in: name)?.fields else {
      throw Problem("\(name): is empty, expected a line with the names of columns")
    }
    guard header.count <= Self.mostColumns else {
      throw Problem(
        "\(name): has \(grouped(header.count)) columns, expected at most \(Self.mostColumns)")
    }
    var places: [String: Int] = [:]
    for (place, column) in header.enumerated() {
      guard places.updateValue(place, forKey: column) == nil else {
        throw Problem(
          "\(name): column '\(abridged(column, to: 40))' is there twice, expected once")
      }
    }
    var rows = Rows(places: places)
    var numbers: [Int] = []
    while let (number, record) = try records.next(in: name) {
      guard record.count == header.count else {
        throw Problem(
          "\(name): row \(number) has \(counted(record.count, "field")), expected \(header.count)")
      }
      rows.fields += record
      numbers.append(number)
    }
    (columns, self.rows, self.numbers) = (header, rows, numbers)
  }
}

/// The records of a text, one after the other.
private struct CSVRecords {
  private var characters: String.Iterator
  private var pending: Character?
  private var number = 1

  init(_ text: String) { characters = text.makeIterator() }

  /// The next record that is no blank line; nil at the end.
  /// - Throws: `Problem` for a quote that is not closed.
  mutating func next(in name: String) throws(Problem) -> (number: Int, fields: [String])? {
    var record: [String] = []
    var field = ""
    var isQuoted = false
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
        record.append(field.trimmingSpaces)
        field = ""
      } else if character.isNewline {
        number += 1
        if record.isEmpty && field.isEmpty { continue }
        return (number - 1, record + [field.trimmingSpaces])
      } else {
        field.append(character)
      }
    }
    guard !isQuoted else { throw Problem("\(name): a quote is not closed") }
    if record.isEmpty && field.isEmpty { return nil }
    return (number, record + [field.trimmingSpaces])
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
