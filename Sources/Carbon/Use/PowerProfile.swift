package import DeviceProfiles
import Documents
import Quantities

/// The power of a device as it was measured over a time that repeats: a duty cycle with all that the
/// device does in it.
package struct PowerProfile: Codable, Sendable {
  /// A table of the columns `time_s` and `power_W`, which gives `periodS` and `meanW`.
  package var file: String?
  /// Seconds that it lasts.
  package var periodS: Double?
  /// The mean power over it.
  package var meanW: Double?
  /// Inferences in it; 1 when left out, 0 for none.
  package var inferences: Double?
  /// Where the power was measured; at the input of the board when left out.
  package var measuredAt: EnergyBoundary?

  /// Where the power was measured.
  package var boundary: EnergyBoundary { measuredAt ?? .board }

  /// How many such times a day has.
  var periodsPerDay: Double { periodS.map { 86_400 / $0 } ?? 0 }

  /// Reads the table, if one is named.
  /// - Parameter folder: Where a relative name begins.
  /// - Throws: `Problem` that names row and column.
  mutating func read(in folder: String) throws(Problem) {
    guard let file else { return }
    guard periodS == nil, meanW == nil else {
      throw Problem("powerProfile: 'file' gives periodS and meanW; expected only one of both")
    }
    let path = file.hasPrefix("/") ? file : folder + file
    let table = try CSVTable(contentsOf: path, atMost: Self.mostBytes)
    try table.check(required: ["time_s", "power_W"], named: path)
    var joules = 0.0
    var first: Double?
    var last: (time: Double, power: Double)?
    for row in table.rows.indices {
      let time = try table.requiredNumber("time_s", row: row, in: 0...1e9, named: path)
      let power = try table.requiredNumber("power_W", row: row, in: 0...1e6, named: path)
      if let last {
        guard time > last.time else {
          throw table.problem(
            "time_s", row: row,
            "\(shortest(time)), expected more than \(shortest(last.time)), the time before it",
            named: path)
        }
        joules += (time - last.time) * (power + last.power) / 2
      }
      first = first ?? time
      last = (time, power)
    }
    guard let first, let last, last.time > first else {
      throw Problem("\(path): has fewer than two rows, expected a power over time")
    }
    periodS = last.time - first
    meanW = joules / (last.time - first)
  }

  /// Of a table: some hundred thousand rows.
  private static let mostBytes = 4 << 20

  func check() throws(Problem) {
    guard let periodS, let meanW else {
      throw Problem("powerProfile: expected 'file', or both 'periodS' and 'meanW'")
    }
    guard (1e-6...1e9).contains(periodS) else {
      throw Problem("powerProfile.periodS of \(periodS), expected 1e-6 to 1e9 seconds")
    }
    guard (0...1e6).contains(meanW) else {
      throw Problem("powerProfile.meanW of \(meanW), expected 0 to 1e6 watts")
    }
    if let inferences, inferences != 0, !(1e-6...1e9).contains(inferences) {
      throw Problem("powerProfile.inferences of \(inferences), expected 0 or 1e-6 to 1e9")
    }
    guard periodsPerDay * (inferences ?? 1) <= 1e12 else {
      throw Problem("powerProfile: more than 1e12 inferences a day, expected fewer")
    }
  }
}
