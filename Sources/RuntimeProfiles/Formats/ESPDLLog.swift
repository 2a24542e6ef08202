/// The module summary that ESP-DL's `model->profile_module()` logs: `| /conv/Conv | Conv | 1234us |`.
enum ESPDLLog {
  static func read(_ text: ProfileText) -> RuntimeProfile? {
    var profile = RuntimeProfile(.espDL, entries: [])
    var isInTable = false
    for line in text.lines where profile.entries.count <= RuntimeProfile.mostEntries {
      guard line.utf8.contains(UInt8(ascii: "|")) else { continue }
      // What a logger writes stands before the first bar.
      let row = Array(
        line.split(separator: "|").map(\.bare).drop { $0.hasSuffix(":") || $0.isEmpty })
      guard row.count >= 3 else { continue }
      if row[0] == "name", row[2] == "latency" {
        isInTable = true
      } else if isInTable, let (amount, isCycles) = latency(row[2]) {
        profile.isInCycles = isCycles
        if row[0] == "total" {
          profile.whole = Timing(amount)
        } else {
          profile.entries.append(
            RuntimeProfile.Entry(
              name: row[0], operatorWord: row[1], parts: [row[0]], timing: Timing(amount)))
        }
      }
    }
    return profile.entries.isEmpty ? nil : profile
  }

  private static func latency(_ text: String) -> (amount: Double, isCycles: Bool)? {
    for (unit, scale, isCycles) in [("us", 1e-6, false), ("cycle", 1, true)]
    where text.hasSuffix(unit) {
      return Double(text.dropLast(unit.count)).map { ($0 * scale, isCycles) }
    }
    return nil
  }
}
