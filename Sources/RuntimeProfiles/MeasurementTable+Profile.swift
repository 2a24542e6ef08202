import Calibration
import Documents
import Quantities

extension MeasurementTable {
  /// Nil when it is no measurement table.
  /// - Throws: `Problem` that names the row and the column.
  static func read(_ text: ProfileText) throws(Problem) -> MeasurementTable? {
    let header = text.lines.first { _ in true }?.lowercased() ?? ""
    guard header.split(separator: ",").contains(where: { $0.bare == "latency_ms" }) else {
      return nil
    }
    guard text.text.utf8.count <= limit else {
      throw Problem(
        "has more than \(limit >> 20) MiB", at: text.name, expected: "a table of measurements")
    }
    let table = try CSVTable(text.text, named: text.name)
    guard table.rows.count <= mostRows else {
      throw Problem(
        "has \(grouped(table.rows.count)) rows", at: text.name,
        expected: "at most \(grouped(mostRows))")
    }
    return try MeasurementTable(table, named: text.name)
  }

  /// The layers of hundreds of models: a row takes much more memory than its shortest text.
  private static let mostRows = 50_000

  /// All rows as a profile: those of a model when its table is of one model only.
  var profile: RuntimeProfile { Self.profile(of: rows) }

  /// The rows of a model on a device; rows that state no device or runtime are of each.
  func profile(of model: String, device: String?, runtime: String?) -> RuntimeProfile? {
    func agrees(_ stated: String?, _ own: String?) -> Bool {
      stated == nil || own == nil || stated == own
    }
    let own = rows.filter {
      fileName($0.model) == fileName(model) && agrees($0.device, device)
        && agrees($0.runtime, runtime)
    }
    return own.isEmpty ? nil : Self.profile(of: own)
  }

  private static func profile(of rows: [Row]) -> RuntimeProfile {
    var entries: [RuntimeProfile.Entry] = []
    var whole: Row?
    for row in rows {
      guard let layer = row.layer else {
        whole = whole ?? row
        continue
      }
      guard let timing = row.timing else { continue }
      var entry = RuntimeProfile.Entry(
        name: layer, operatorWord: "", parts: ModelTerms.parts(of: layer), timing: timing)
      entry.index = Int(layer)
      entries.append(entry)
    }
    var profile = RuntimeProfile(.table, entries: entries)
    profile.whole = whole?.timing
    profile.energy = whole?.joules
    return profile
  }
}

extension MeasurementTable.Row {
  /// Nil for a row of energy alone.
  fileprivate var timing: Timing? {
    seconds.map { Timing($0, low: lowSeconds, high: highSeconds) }
  }
}
