/// What TFLite Micro's `MicroProfiler` prints: `Log`, a line for each operator, and `LogCsv`; its variants of vendors too.
///
/// Operators have no names, only their kinds in the order in which they ran; a block of lines is a run.
enum MicroProfilerLog {
  private struct Event {
    var tag: String
    var amount: Double
    var isCycles: Bool
  }

  static func read(_ text: ProfileText) -> RuntimeProfile? {
    var blocks = blocks(text.lines.lazy.map(sentence), of: text)
    var columns: Columns?
    if blocks.isEmpty {
      let rows = text.lines.lazy.map { line -> Event? in
        if let header = Columns(line) {
          columns = header
          return nil
        }
        return columns?.event(line)
      }
      blocks = Self.blocks(rows, of: text)
    }
    guard let first = blocks.first else { return nil }
    // A log may have been cut off in its last run.
    let runs = blocks.filter { block in
      block.count == first.count && zip(block, first).allSatisfy { $0.tag == $1.tag }
    }
    var profile = RuntimeProfile(
      .microProfiler,
      entries: first.indices.prefix(RuntimeProfile.mostEntries + 1).map { place in
        RuntimeProfile.Entry(
          name: "\(place) \(first[place].tag)", operatorWord: first[place].tag,
          timing: Timing(runs: runs.map { $0[place].amount }))
      })
    profile.isInCycles = first[0].isCycles
    return profile
  }

  /// Events in a row, without lines of another kind between them.
  private static func blocks(_ lines: some Sequence<Event?>, of text: ProfileText) -> [[Event]] {
    var blocks: [[Event]] = []
    var isOpen = false
    for event in lines {
      guard let event else {
        isOpen = false
        continue
      }
      if !isOpen || blocks[blocks.count - 1][0].isCycles != event.isCycles { blocks.append([]) }
      blocks[blocks.count - 1].append(event)
      isOpen = true
    }
    return blocks
  }

  /// `CONV_2D took 26441 ticks (2 ms).`, with whatever a logger writes before it.
  private static func sentence(_ line: Substring) -> Event? {
    let fields = line.fields
    guard let took = fields.firstIndex(of: "took"), took > 0 else { return nil }
    let numbers = fields[(took + 1)...].map { $0.filter { !"(),".contains($0) } }
    var time: Event?
    for (number, unit) in zip(numbers, numbers.dropFirst()) {
      guard let amount = Double(number), amount >= 0 else { continue }
      let tag = String(fields[took - 1])
      switch unit.hasSuffix(".") ? unit.dropLast() : unit[...] {
      // Of a time and its ticks, the ticks have all digits.
      case "ticks", "cycles": return Event(tag: tag, amount: amount, isCycles: true)
      case "microseconds", "us": time = Event(tag: tag, amount: amount * 1e-6, isCycles: false)
      case "ms": time = Event(tag: tag, amount: amount * 1e-3, isCycles: false)
      default: continue
      }
    }
    return time
  }

  /// The columns of `LogCsv`: `"Event","Tag","Ticks"`, or with milliseconds or microseconds.
  private struct Columns {
    private var tag: Int
    private var amount: Int
    private var isCycles: Bool
    private var scale: Double

    init?(_ line: Substring) {
      let titles = line.split(separator: ",").map { $0.bare.lowercased() }
      guard titles.first?.hasSuffix("event") ?? false, let tag = titles.firstIndex(of: "tag") else {
        return nil
      }
      self.tag = tag
      let kinds: [(title: String, isCycles: Bool, scale: Double)] = [
        ("microseconds", false, 1e-6), ("useconds", false, 1e-6), ("ticks", true, 1),
        ("cycles", true, 1), ("ms", false, 1e-3),
      ]
      let found = kinds.lazy.compactMap { kind in
        titles.firstIndex(of: kind.title).map { (kind, $0) }
      }.first
      guard let (kind, amount) = found else { return nil }
      (self.amount, isCycles, scale) = (amount, kind.isCycles, kind.scale)
    }

    func event(_ line: Substring) -> Event? {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(\.bare)
      guard fields.count > max(tag, amount), Int(fields[0]) != nil,
        let number = Double(fields[amount]), number >= 0
      else { return nil }
      return Event(tag: fields[tag], amount: number * scale, isCycles: isCycles)
    }
  }
}
