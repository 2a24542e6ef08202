import Documents
package import Quantities

/// A user's own table of grid intensities, in place of the one that is built in.
package struct GridTable: Sendable {
  /// A row: the intensity of a region, the year that it is of, and which kind of mean it is.
  package struct Row: Sendable {
    package var code, name: String
    /// In gCO2e/kWh.
    package var intensity: UserInput
    package var year: Int?
    /// Nil where the table does not say.
    package var kind: IntensityKind?
  }

  package var rows: [Row]
  /// The file.
  package var path: String

  /// Reads a table of `code` and `gCO2e_per_kWh`, and, if wanted, `name`, `year`, `low`, `high` and `kind`.
  /// - Throws: `Problem` that names file, row and column.
  package init(contentsOf path: String) throws(Problem) {
    let table = try CSVTable(contentsOf: path, atMost: 1 << 20)
    let value = "gCO2e_per_kWh"
    try table.check(
      required: ["code", value], optional: ["name", "year", "low", "high", "kind"], named: path)
    rows = []
    rows.reserveCapacity(table.rows.count)
    self.path = path
    var codes: Set<String> = []
    for (index, row) in table.rows.enumerated() {
      func wrong(_ column: String, _ expectation: String) -> Problem {
        let text = abridged(row[column] ?? "", to: 40)
        return table.problem(column, row: index, "'\(text)', expected \(expectation)", named: path)
      }
      let code = row["code"] ?? ""
      guard !code.isEmpty else { throw wrong("code", "the code of a region") }
      guard codes.insert(code).inserted else { throw wrong("code", "each code once") }
      let grams = try table.requiredNumber(value, row: index, in: 0...5000, named: path)
      let low = try table.number("low", row: index, in: 0...5000, named: path)
      let high = try table.number("high", row: index, in: 0...5000, named: path)
      if let low, low > grams { throw wrong("low", "at most \(shortest(grams))") }
      if let high, high < grams { throw wrong("high", "at least \(shortest(grams))") }
      let year = try table.number("year", row: index, in: 1990...2100, named: path)
      if let year, year != year.rounded() { throw wrong("year", "a whole number") }
      var kind: IntensityKind?
      if let word = row["kind"], !word.isEmpty {
        guard let stated = IntensityKind(rawValue: word) else {
          throw wrong("kind", "average or marginal")
        }
        kind = stated
      }
      let name = row["name"].flatMap { $0.isEmpty ? nil : $0 } ?? code
      rows.append(
        Row(
          code: code, name: name,
          // As of the built-in table, which states no errors either.
          intensity: UserInput(
            grams, low: low ?? 0.9 * grams, high: high ?? 1.1 * grams, provenance: .literature,
            source: path),
          year: year.map { Int($0) }, kind: kind))
    }
  }

  /// Whether it has a row of a region.
  package func has(_ code: String) -> Bool { rows.contains { $0.code == code } }

  /// The row of a region.
  /// - Throws: `Problem` with the nearest codes.
  package func row(_ code: String) throws(Problem) -> Row {
    if let row = rows.first(where: { $0.code == code }) { return row }
    let codes = rows.map(\.code)
    throw Problem(
      "region '\(abridged(code, to: 40))' is not in \(path)", expected: "one of its codes",
      suggestions: Suggestion.nearest(to: code, among: codes))
  }
}
