package import Analysis
package import Documents
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A column of a table of measurements.
package enum MeasurementColumn: String, CaseIterable, Sendable {
  case model, layer, device, runtime, version, core, network, architecture, source, note, role,
    form,
    family
  case latency = "latency_ms"
  case lowLatency = "latency_low_ms"
  case highLatency = "latency_high_ms"
  case energy = "energy_uJ"
  case power = "power_mW"
  case clock = "clock_mhz"
  case nominalMACsPerCycle = "nominal_macs_per_cycle"
  case prompt, tokens
  case tokensPerSecond = "tokens_per_second"

  /// SI units in one of the column's, for those with a unit.
  var unit: Double? {
    switch self {
    case .latency, .lowLatency, .highLatency, .power: 1e-3
    case .energy: 1e-6
    case .clock: 1e6
    case .nominalMACsPerCycle, .tokensPerSecond: 1
    default: nil
    }
  }

  /// Finds a column by its name, whatever the case of its letters.
  init?(named name: String) {
    let name = name.lowercased()
    guard let column = Self.allCases.first(where: { $0.rawValue.lowercased() == name }) else {
      return nil
    }
    self = column
  }
}

/// A table of measurements, whose columns and numbers are checked: a user's own, or what the tool ships.
///
/// `docs/method/calibration.md` describes the columns. Every row is kept with its place, so that nothing is left out
/// without a word.
package struct MeasurementTable: Sendable {
  /// How fast a decoder was measured to make a text: its tokens after the first, in a second.
  package struct Text: Sendable {
    package var request: GenerationRequest
    package var tokensPerSecond: Double
  }

  /// One measured inference or text, in SI units.
  package struct Row: Sendable {
    /// The row that a spreadsheet shows it in; the names of columns are mostly in row 1.
    package var number: Int
    package var model: String
    /// The layer that alone was measured; nil where the whole model was.
    package var layer: String?
    /// Nil where the cell is empty.
    package var seconds, lowSeconds, highSeconds: Double?
    package var joules: Double?
    package var device, runtime, version, core, network, architecture: String?
    package var clock, nominalMACsPerCycle: Double?
    package var source, note: String?
    /// The class of processor, whose runtimes are fitted together.
    package var family: String?
    package var form: CostForm?
    /// Whether it is measured only to be looked at.
    package var isCheck: Bool
    /// The text that was measured instead of an inference; nil where it was one.
    package var text: Text?
  }

  /// The file, for errors.
  package var name: String
  package var rows: [Row]

  /// Bytes of a file, of which a row takes some hundred.
  package static let limit = 1 << 22

  /// Reads a file.
  /// - Throws: `Problem` that names the file, the row and the column.
  package init(contentsOf path: String) throws(Problem) {
    try self.init(CSVTable(contentsOf: path, atMost: Self.limit), named: path)
  }

  /// - Throws: `Problem` that names the row and the column.
  package init(_ table: CSVTable, named name: String) throws(Problem) {
    self.name = name
    let columns = try Self.columns(of: table, named: name)
    rows = []
    for (index, cells) in table.rows.enumerated()
    where cells.values.contains(where: { !$0.isEmpty }) {
      let cells = Cells(
        place: "\(name): row \(table.numbers[index])",
        texts: Dictionary(
          uniqueKeysWithValues: columns.map { ($1, cells[$0] ?? "") }))
      rows.append(try cells.row(number: table.numbers[index]))
    }
  }

  /// What the names of columns stand for.
  private static func columns(
    of table: CSVTable, named name: String
  ) throws(Problem) -> [String: MeasurementColumn] {
    var columns: [String: MeasurementColumn] = [:]
    let known = MeasurementColumn.allCases.map(\.rawValue)
    if table.columns.count == 1, let only = table.columns.first,
      let separator = [";", "\t"].first(where: only.contains)
    {
      throw Problem(
        "\(name): its columns are separated by \(separator == ";" ? "semicolons" : "tabs"), expected commas"
      )
    }
    for title in table.columns {
      guard let column = MeasurementColumn(named: title) else {
        throw Problem(
          "\(name): column '\(abridged(title, to: 40))' is not known",
          expected: "any of \(known.joined(separator: ", "))",
          suggestions: Suggestion.nearest(to: title, among: known))
      }
      guard !columns.values.contains(column) else {
        throw Problem("\(name): column '\(column.rawValue)' is there twice, expected once")
      }
      columns[title] = column
    }
    let isMissing = { (column: MeasurementColumn) in !columns.values.contains(column) }
    if isMissing(.model) { throw Problem("\(name): has no column 'model'") }
    if isMissing(.latency) && isMissing(.tokensPerSecond) {
      throw Problem("\(name): has no column 'latency_ms'")
    }
    return columns
  }

  /// The cells of a row, with the place for errors.
  private struct Cells {
    var place: String
    var texts: [MeasurementColumn: String]

    func text(_ column: MeasurementColumn) -> String? {
      texts[column].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// In SI units.
    func number(_ column: MeasurementColumn) throws(Problem) -> Double? {
      guard let text = text(column), let unit = column.unit else { return nil }
      guard let value = Double(text), value > 0, value.isFinite else {
        var hint = ""
        let point = text.split(separator: ",", omittingEmptySubsequences: false)
        if point.count == 2, let value = Double(point.joined(separator: ".")), value > 0 {
          hint = "; with a decimal point: \(shortest(value))"
        } else if let value = Double(text.prefix { $0.isNumber || $0 == "." }), value > 0 {
          hint = "; the unit is in the name of the column: \(shortest(value))"
        }
        throw Problem(
          "\(place): \(column.rawValue) is '\(abridged(text, to: 40))', expected a number above 0\(hint)"
        )
      }
      return value * unit
    }

    func row(number: Int) throws(Problem) -> Row {
      guard let model = text(.model) else { throw Problem("\(place): has no model") }
      let seconds = try self.number(.latency)
      let (low, high) = (try self.number(.lowLatency), try self.number(.highLatency))
      if let seconds, let low, low > seconds {
        throw Problem(
          "\(place): latency_low_ms is \(tidy(low * 1e3)), above latency_ms \(tidy(seconds * 1e3))")
      }
      if let seconds, let high, high < seconds {
        throw Problem(
          "\(place): latency_high_ms is \(tidy(high * 1e3)), below latency_ms \(tidy(seconds * 1e3))"
        )
      }
      return Row(
        number: number, model: model, layer: text(.layer), seconds: seconds, lowSeconds: low,
        highSeconds: high, joules: try joules(seconds), device: text(.device),
        runtime: text(.runtime), version: text(.version), core: text(.core),
        network: text(.network), architecture: text(.architecture),
        clock: try self.number(.clock),
        nominalMACsPerCycle: try self.number(.nominalMACsPerCycle), source: text(.source),
        note: text(.note), family: text(.family), form: try form(), isCheck: text(.role) == "check",
        text: try measuredText())
    }

    /// Which columns say something of an inference, and nothing of a text.
    private static let ofInference: [MeasurementColumn] = [
      .latency, .lowLatency, .highLatency, .energy, .power, .layer,
    ]

    private func measuredText() throws(Problem) -> Text? {
      let columns = [MeasurementColumn.tokensPerSecond, .prompt, .tokens]
      guard let stated = columns.first(where: { text($0) != nil }) else { return nil }
      for column in columns where text(column) == nil {
        throw Problem(
          "\(place): has \(stated.rawValue) and no \(column.rawValue)",
          expected: "the lengths of a text and the speed of its tokens")
      }
      if let other = Self.ofInference.first(where: { text($0) != nil }) {
        throw Problem(
          "\(place): has \(other.rawValue) beside tokens_per_second",
          expected: "a row of its own, since that is of an inference")
      }
      guard let speed = try number(.tokensPerSecond) else { return nil }
      let request: GenerationRequest
      do throws(Problem) {
        func count(_ column: MeasurementColumn) throws(Problem) -> Int {
          guard let count = Int(text(column) ?? "") else {
            throw Problem(
              "\(column.rawValue) is '\(abridged(text(column) ?? "", to: 40))'",
              expected: "a whole number")
          }
          return count
        }
        request = try GenerationRequest("prompt=\(count(.prompt)),tokens=\(count(.tokens))")
      } catch {
        throw error.placed(at: place)
      }
      guard request.tokens > 1 else {
        throw Problem("\(place): tokens is 1", expected: "more, since the prompt gives the first")
      }
      return Text(request: request, tokensPerSecond: speed)
    }

    private func form() throws(Problem) -> CostForm? {
      guard let text = text(.form) else { return nil }
      guard let form = CostForm(rawValue: text) else {
        throw Problem(
          "\(place): form is '\(abridged(text, to: 40))', expected one of "
            + CostForm.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return form
    }

    /// Energy and power times time differ by no more where both are stated.
    private static let tolerance = 0.05

    /// The energy, or that of a power.
    private func joules(_ seconds: Double?) throws(Problem) -> Double? {
      let energy = try number(.energy)
      guard let power = try number(.power), let seconds else { return energy }
      guard let energy else { return power * seconds }
      guard abs(energy / (power * seconds) - 1) <= Self.tolerance else {
        throw Problem(
          "\(place): power_mW \(tidy(power * 1e3)) for latency_ms \(tidy(seconds * 1e3)) is "
            + "\(tidy(power * seconds * 1e6)) uJ, but energy_uJ is \(tidy(energy * 1e6)): leave one out"
        )
      }
      return energy
    }
  }
}

/// A number with six digits at most.
func tidy(_ number: Double) -> String {
  guard number != 0, number.isFinite else { return shortest(number) }
  let scale = pow(10, 5 - floor(log10(abs(number))))
  return shortest((number * scale).rounded() / scale)
}
