/// The summary of operators that TFLite's `benchmark_model --enable_op_profiling=true` prints, and LiteRT's
/// `LiteRtGetProfileSummary`: a section "Run Order" with a row for each node, as text or as CSV.
enum LiteRTSummary {
  private static let section = "= Run Order ="
  /// What stands before the section of the runs that are measured; others are of the initialization.
  private static let measured = "for Regular Benchmark Runs"

  private struct Row {
    var type: String
    var name: String
    var milliseconds: Double
    var calls: Double
  }

  static func read(_ text: ProfileText) -> RuntimeProfile? {
    guard text.lines.contains(where: { $0.contains(section) }) else { return nil }
    var rows: [Row] = []
    var isInSection = false
    var columns = 0
    var isCSV = false
    var hasMeasured = false
    var isDone = false
    var whole: Timing?
    for line in text.lines where rows.count <= RuntimeProfile.mostEntries {
      if line.contains(measured) {
        (rows, hasMeasured) = ([], true)
      } else if line.contains(section) {
        // Later sections are of other subgraphs, or of the same rows in another order.
        isInSection = !isDone
        if isInSection { rows = [] }
        columns = 0
      } else if line.contains("=====") {
        if isInSection, hasMeasured { isDone = true }
        isInSection = false
      } else if let average = wholeMicroseconds(line) {
        whole = Timing(average * 1e-6)
      } else if isInSection, columns == 0 {
        isCSV = line.contains(",")
        columns = line.contains("start") ? 7 : 6
      } else if isInSection, let row = row(line, columns, isCSV: isCSV) {
        rows.append(row)
      }
    }
    guard !rows.isEmpty else { return nil }
    // LiteRT counts the calls of all runs, benchmark_model those of one; a loop's body has more than the others.
    let runs = max(1, rows.map(\.calls).min() ?? 1)
    var profile = RuntimeProfile(
      .liteRT,
      entries: rows.map { row in
        let (parts, index) = names(row)
        return RuntimeProfile.Entry(
          name: row.name, operatorWord: row.type, parts: parts, index: index,
          timing: Timing(row.milliseconds * 1e-3 * max(1, row.calls / runs)))
      })
    profile.whole = whole
    profile.notes = ["means over runs"]
    return profile
  }

  /// The mean of an inference in a line such as `Inference timings in us: Init: 16772, ..., Inference (avg): 7454.97`.
  private static func wholeMicroseconds(_ line: Substring) -> Double? {
    let mark = "Inference (avg): "
    guard line.contains(mark), let start = line.ranges(of: mark).last?.upperBound else {
      return nil
    }
    return Double(line[start...].prefix { $0.isNumber || $0 == "." })
  }

  /// A type, six or seven numbers, and a name; type and name may have spaces and commas in them.
  private static func row(_ line: Substring, _ columns: Int, isCSV: Bool) -> Row? {
    let fields = isCSV ? line.split(separator: ",").map { Substring($0.bare) } : line.fields
    func number(_ field: Substring) -> Double? {
      Double(field.hasSuffix("%") ? field.dropLast() : field)
    }
    guard fields.count > columns + 1 else { return nil }
    let start = (1..<fields.count - columns).first { start in
      fields[start..<start + columns].allSatisfy { number($0) != nil }
    }
    guard let start, let average = number(fields[start + columns - 5]), average >= 0,
      let calls = number(fields[start + columns - 1])
    else { return nil }
    let separator = isCSV ? ", " : " "
    return Row(
      type: fields[..<start].joined(separator: separator),
      name: fields[(start + columns)...].joined(separator: separator), milliseconds: average,
      calls: calls)
  }

  /// The tensors of a name such as `[conv/Relu6, pool]:4`, and the operator's place in the file.
  ///
  /// A delegate numbers its own operators, each of its partitions from zero.
  private static func names(_ row: Row) -> (parts: [String], index: Int?) {
    guard let close = row.name.utf8.lastIndex(of: UInt8(ascii: ":")) else {
      return ([row.name], nil)
    }
    let tensors = row.name[..<close].drop { $0 == "[" }
    let inner = String(tensors.utf8.last == UInt8(ascii: "]") ? tensors.dropLast() : tensors)
    if row.type.hasPrefix("Delegate/") || inner.hasPrefix("Delegate") { return ([], nil) }
    let index = Int(row.name[row.name.index(after: close)...])
    if inner == "Builtin" { return ([], index) }
    return (inner.contains(", ") ? inner.split(separator: ", ").map(String.init) : [inner], index)
  }
}
