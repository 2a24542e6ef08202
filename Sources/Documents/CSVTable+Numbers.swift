package import Quantities

extension CSVTable {
  /// Reads the table of a file.
  /// - Parameter limit: Bytes that it may have.
  /// - Throws: `Problem` that names file, row and column.
  package init(contentsOf path: String, atMost limit: Int) throws(Problem) {
    guard !isFolder(path), let bytes = firstBytes(of: path, atMost: limit + 1) else {
      throw Problem("\(path): cannot be read, expected a table in CSV")
    }
    guard bytes.count <= limit else {
      throw Problem("\(path): has more than \(limit >> 20) MiB, expected less")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem("\(path): is not text in UTF-8")
    }
    try self.init(text, named: path)
  }

  /// Checks that columns are there, and no others than known ones.
  /// - Throws: `Problem` with the nearest known column.
  package func check(
    required: [String], optional: [String] = [], named name: String
  ) throws(Problem) {
    let known = required + optional
    if let wrong = columns.first(where: { !known.contains($0) }) {
      throw Problem(
        "\(name): column '\(abridged(wrong, to: 40))' is not known",
        expected: known.joined(separator: ", "),
        suggestions: Suggestion.nearest(to: wrong, among: known))
    }
    if let missing = required.first(where: { !columns.contains($0) }) {
      throw Problem("\(name): column '\(missing)' is missing")
    }
  }

  /// The number of a row in a column; nil where it is empty.
  /// - Throws: `Problem` with row and column.
  package func number(
    _ column: String, row: Int, in range: ClosedRange<Double>, named name: String
  ) throws(Problem) -> Double? {
    guard let text = rows[row][column], !text.isEmpty else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw problem(
        column, row: row,
        "'\(abridged(text, to: 40))', expected a number from \(shortest(range.lowerBound)) to "
          + shortest(range.upperBound), named: name)
    }
    return number
  }

  /// The number of a row in a column that must not be empty.
  /// - Throws: `Problem` with row and column.
  package func requiredNumber(
    _ column: String, row: Int, in range: ClosedRange<Double>, named name: String
  ) throws(Problem) -> Double {
    guard let number = try number(column, row: row, in: range, named: name) else {
      throw problem(column, row: row, "is empty, expected a number", named: name)
    }
    return number
  }

  /// What is wrong with a field.
  package func problem(
    _ column: String, row: Int, _ fact: String, named name: String
  ) -> Problem {
    Problem("\(name): row \(numbers[row]), column '\(column)': \(fact)")
  }
}
