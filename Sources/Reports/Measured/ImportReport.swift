import Analysis
package import Assessment
import Quantities
import RuntimeProfiles

/// The report of `import`: a measurement table of a profile, and what of it is no layer.
package struct ImportReport: Report {
  package static let formats: [ReportFormat] = [.csv, .text, .json, .markdown]

  /// What a table states besides the model and the times; without it the profile's default runtime is meant.
  package struct Subject {
    var device: String?
    var runtime: String?
    var release: String?
    var clockMHz: Double?

    package init(device: String?, runtime: String?, release: String?, clockMHz: Double?) {
      self.device = device
      self.runtime = runtime
      self.release = release
      self.clockMHz = clockMHz
    }
  }

  /// A row of the table.
  private struct Row: Encodable {
    /// The layers as a table names them, joined; nil for the whole inference.
    var layer: String?
    /// The same for people.
    var title: String
    var operators: String
    var latency: TimingPart
  }

  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  private let model: String
  private let rows: [Row]
  private let measured: MeasuredPart
  private let remarks: [String]
  private let subject: Subject

  private enum CodingKeys: CodingKey { case schemaVersion, tool, model, rows, measured }

  /// - Parameter model: The model's path, as the table names it.
  package init(
    _ comparison: MeasuredComparison, of assessment: ModelAssessment, model: String,
    _ subject: Subject
  ) {
    let layers = assessment.workload.layers
    let names = Dictionary(grouping: layers.map(\.name)) { $0 }.mapValues(\.count)
    /// The name, or the index where the name alone would not tell.
    func identifier(_ layer: Int) -> String {
      let name = layers[layer].name
      let isPlain = names[name] == 1 && Int(name) == nil && !name.contains(" + ")
      let isSafe = name == printable(name) && !(name.first.map { "=+-@".contains($0) } ?? true)
      return isPlain && isSafe ? name : String(layer)
    }
    self.model = model
    self.subject = subject
    measured = MeasuredPart(comparison)
    remarks = comparison.remarks
    var rows = comparison.rows.map {
      Row(
        layer: $0.layers.map(identifier).joined(separator: " + "), title: $0.name,
        operators: $0.operators, latency: TimingPart($0.measured))
    }
    if let whole = comparison.whole {
      rows.append(
        Row(layer: nil, title: "(whole inference)", operators: "", latency: TimingPart(whole)))
    }
    self.rows = rows
  }

  package var csv: String {
    let header = [
      "model", "latency_ms", "latency_low_ms", "latency_high_ms", "energy_uJ", "power_mW", "layer",
    ]
    let stated = [
      ("device", subject.device), ("runtime", subject.runtime), ("version", subject.release),
      ("clock_mhz", subject.clockMHz.map { "\($0)" }),
    ].compactMap { name, value in value.map { (name, $0) } }
    let note = measured.notes.joined(separator: "; ")
    return CSV.document(
      [header + stated.map(\.0) + ["note"]]
        // A time of zero is below what the profile resolves, and no table has it.
        + rows.filter { $0.latency.value > 0 }.map { row in
          let times = [row.latency.value, row.latency.low, row.latency.high].map {
            $0.map(Self.milliseconds) ?? ""
          }
          return [model] + times + ["", "", row.layer ?? ""] + stated.map(\.1) + [note]
        })
  }

  /// To a picosecond, without the digits that sums of binary numbers add.
  private static func milliseconds(_ seconds: Double) -> String {
    "\((seconds * 1e12).rounded() / 1e9)"
  }

  private var columns: [TextTable.Column] {
    [
      .init(title: "layer", alignment: .left, flexibility: .losesStart),
      .init(title: "operators", alignment: .left), .init(title: "latency", alignment: .right),
      .init(title: "5 to 95 %", alignment: .left),
    ]
  }

  private func cells(_ row: Row) -> [String] {
    let ends = [row.latency.low, row.latency.high].compactMap(\.self).map {
      engineering($0, unit: "s")
    }
    return [
      row.title, row.operators, engineering(row.latency.value, unit: "s"),
      ends.joined(separator: " to "),
    ]
  }

  package func text(in layout: TextLayout) -> String {
    var table = TextTable(columns: columns)
    table.rows = rows.map(cells)
    var lines = table.lines(in: layout, margin: 0)
    for remark in remarks { lines += [""] + wrapped(remark, width: layout.width, indent: 2) }
    return lines.joined(separator: "\n") + "\n"
  }

  package var markdown: String {
    let lines = Markdown.table(
      columns.map(\.title), alignments: columns.map(\.alignment), rows.map(cells))
    return Markdown.document(lines + remarks.flatMap { ["", "\($0)"] })
  }
}
