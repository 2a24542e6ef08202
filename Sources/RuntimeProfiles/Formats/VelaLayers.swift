import Documents
import Calibration
import Quantities

/// The table `*_per-layer.csv` that Vela writes with `--verbose-performance`: cycles that it expects of each operator.
///
/// Vela divides some operators into several, each with a row; what stays on the host has no cycles.
enum VelaLayers {
  /// Bytes of a table: a row is 150.
  private static let limit = 1 << 22

  static func read(_ text: ProfileText) throws(Problem) -> RuntimeProfile? {
    guard let header = text.lines.first(where: { _ in true }), header.contains("NNG Operator"),
      header.contains("Op Cycles")
    else { return nil }
    guard text.text.utf8.count <= limit else {
      throw Problem("has more than \(limit >> 20) MiB", expected: "the rows of one network")
    }
    let table = try CSVTable(text.text, named: "")
    var entries: [RuntimeProfile.Entry] = []
    var hostRows = 0
    for (index, row) in table.rows.enumerated() {
      let name = row["Name"] ?? ""
      if row["Target"] == "CPU" {
        hostRows += 1
        continue
      }
      guard let cycles = row["Op Cycles"].flatMap(Double.init), cycles >= 0, cycles.isFinite else {
        throw Problem(
          "row \(table.numbers[index]): Op Cycles is '\(row["Op Cycles"] ?? "")'",
          expected: "a number from 0")
      }
      entries.append(
        RuntimeProfile.Entry(
          name: name, operatorWord: row["Original Operator"] ?? row["TFLite_operator"] ?? "",
          parts: [name], timing: Timing(cycles)))
    }
    var profile = RuntimeProfile(.vela, entries: entries)
    profile.isInCycles = true
    profile.splitsOperators = true
    profile.notes = ["cycles that Vela expects, not measured"]
    if hostRows > 0 {
      profile.notes.append("\(counted(hostRows, "operator")) on the host, without cycles")
    }
    return profile
  }
}
