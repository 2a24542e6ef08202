/// The table "Inference time per node" of `stedgeai validate --mode target`, and that of `stm32ai` before it.
enum STEdgeAIReport {
  static func read(_ text: ProfileText) -> RuntimeProfile? {
    var entries: [RuntimeProfile.Entry] = []
    var isInTable = false
    var whole: Timing?
    for line in text.lines where entries.count <= RuntimeProfile.mostEntries {
      let fields = line.fields
      guard let first = fields.first else { continue }
      if first == "c_id" || first == "Clayer" {
        isInTable = fields.contains("ms") || line.contains("dur (ms)")
      } else if first == "duration", let time = milliseconds(fields) {
        whole = Timing(time * 1e-3)
      } else if isInTable, let entry = entry(fields) {
        entries.append(entry)
      } else if !line.contains("---") {
        isInTable = false
      }
    }
    guard !entries.isEmpty else { return nil }
    var profile = RuntimeProfile(.stEdgeAI, entries: entries)
    profile.whole = whole
    profile.notes = ["means over runs"]
    return profile
  }

  /// `duration : 46.073ms by sample (45.9/46.2/0.1)`, or `duration : 46.073 ms (average)`.
  private static func milliseconds(_ fields: [Substring]) -> Double? {
    for (index, field) in fields.enumerated() {
      if field.hasSuffix("ms"), let time = Double(field.dropLast(2)) { return time }
      if let time = Double(field), index + 1 < fields.count, fields[index + 1] == "ms" {
        return time
      }
    }
    return nil
  }

  /// `0  1  Conv2D (0x103)  (1,24,24,8)/int8/4608B  0.284  3.6%`: two numbers, the kind, the time after it.
  private static func entry(_ fields: [Substring]) -> RuntimeProfile.Entry? {
    guard fields.count > 3, let kernel = Int(fields[0]), Int(fields[1]) != nil || fields[1] == "-",
      let time = (3..<fields.count).first(where: {
        fields[$0].contains(".") && Double(fields[$0]) != nil
      }),
      let milliseconds = Double(fields[time]), milliseconds >= 0
    else { return nil }
    // Old reports put the kind's number before it, and all put it or a shape behind it.
    let words = fields[2..<time].prefix {
      !$0.hasPrefix("(1,") && !$0.hasPrefix("(0x") && $0 != "["
    }
    let kind = words.joined(separator: " ")
    return RuntimeProfile.Entry(
      name: "\(kernel) \(kind)", operatorWord: kind, timing: Timing(milliseconds * 1e-3))
  }
}
