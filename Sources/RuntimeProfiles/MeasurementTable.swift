import Documents
import Calibration
import Quantities

/// A measurement table: a row for each measured layer, and rows without a layer for whole models.
package struct MeasurementTable: Sendable {
  /// What a row is of, where the table states it.
  private struct Subject: Sendable {
    var model: String
    var device: String
    var runtime: String
  }

  private var subjects: [Subject] = []
  private var rows: [(entry: RuntimeProfile.Entry, isWhole: Bool, energy: Double?)] = []

  /// Bytes of a table: a row is some hundred.
  private static let limit = 1 << 22

  /// Nil when it is no measurement table.
  /// - Throws: `Problem` that names the row and the column.
  static func read(_ text: ProfileText) throws(Problem) -> MeasurementTable? {
    let header = text.lines.first { _ in true }?.lowercased() ?? ""
    guard header.split(separator: ",").contains(where: { $0.bare == "latency_ms" }) else {
      return nil
    }
    guard text.text.utf8.count <= limit else {
      throw Problem("has more than \(limit >> 20) MiB", expected: "a table of measurements")
    }
    return try MeasurementTable(CSVTable(text.text, named: text.name))
  }

  private init(_ table: CSVTable) throws(Problem) {
    for (index, cells) in table.rows.enumerated() {
      // Titles are matched without case.
      let row = Dictionary(cells.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
      func number(_ column: String) throws(Problem) -> Double? {
        guard let text = row[column], !text.isEmpty else { return nil }
        guard let value = Double(text), value > 0, value.isFinite else {
          throw Problem(
            "row \(index + 2): \(column) is '\(text)'", expected: "a number above 0")
        }
        return value
      }
      guard let latency = try number("latency_ms") else { continue }
      let layer = row["layer"] ?? ""
      let energy = try number("energy_uj").map { $0 * 1e-6 }
      let timing = Timing(
        latency * 1e-3, low: try number("latency_low_ms").map { $0 * 1e-3 },
        high: try number("latency_high_ms").map { $0 * 1e-3 })
      let parts = layer.isEmpty ? [] : layer.split(separator: " + ").map(String.init)
      var entry = RuntimeProfile.Entry(name: layer, operatorWord: "", parts: parts, timing: timing)
      entry.index = Int(layer)
      rows.append((entry, layer.isEmpty, energy))
      subjects.append(
        Subject(
          model: row["model"] ?? "", device: row["device"] ?? "", runtime: row["runtime"] ?? ""))
    }
  }

  /// All rows as a profile: those of a model when its table is of one model only.
  var profile: RuntimeProfile { profile(of: Array(rows.indices)) }

  private func profile(of places: [Int]) -> RuntimeProfile {
    var profile = RuntimeProfile(
      .table, entries: places.filter { !rows[$0].isWhole }.map { rows[$0].entry })
    if let whole = places.first(where: { rows[$0].isWhole }) {
      profile.whole = rows[whole].entry.timing
      profile.energy = rows[whole].energy
    }
    return profile
  }

  /// The rows of a model on a device; rows that state neither are of each.
  func profile(of model: String, device: String?, runtime: String?) -> RuntimeProfile? {
    func agrees(_ stated: String, _ own: String?) -> Bool {
      stated.isEmpty || own == nil || stated == own
    }
    let places = subjects.indices.filter { place in
      let subject = subjects[place]
      return agrees(fileName(subject.model), fileName(model)) && agrees(subject.device, device)
        && agrees(subject.runtime, runtime)
    }
    return places.isEmpty ? nil : profile(of: places)
  }
}
