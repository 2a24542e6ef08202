package import Calibration
import Quantities

/// What a calibration did, as text: each measured row with its predictions before and after.
package struct CalibrationSummary {
  private let device: String
  private let outcomes: [BoardCalibration.Outcome]
  private let texts: [StreamingFit]
  /// Rows that are used, and those that are not.
  private let used, unused: Int

  package init(
    device: String, _ calibration: BoardCalibration, of measurements: BoardMeasurements
  ) {
    self.device = device
    outcomes = calibration.outcomes.filter { !$0.rows.isEmpty }
    texts = calibration.streaming
    let rows = texts.flatMap(\.comparisons)
    used = measurements.used.count + rows.count(where: \.isUsed)
    unused = measurements.unused.count + rows.count(where: { !$0.isUsed })
  }

  /// The tables and what stays assumed.
  package func text(in layout: TextLayout) -> String {
    var lines: [String] = []
    for outcome in outcomes {
      lines.append(layout.bold("\(printable(device)):\(printable(outcome.runtime))"))
      lines += Self.table(outcome.rows).lines(in: layout)
      for note in Self.notes(outcome) {
        lines += wrapped(note, width: layout.width, margin: 2, indent: 2)
      }
      lines.append("")
    }
    for fit in texts {
      lines.append(
        layout.bold("\(printable(device)):\(printable(fit.runtime)), tokens per second"))
      lines += Self.table(fit.comparisons).lines(in: layout)
      if let bandwidth = fit.bandwidth {
        let note =
          "weights and caches of texts: \(Self.rate(bandwidth.value)) "
          + "(\(Self.rate(bandwidth.low)) to \(Self.rate(bandwidth.high)))"
        lines += wrapped(note, width: layout.width, margin: 2, indent: 2)
      }
      lines.append("")
    }
    lines.append(
      "\(counted(used, "row")) used" + (unused > 0 ? ", \(unused) not used (see above)" : ""))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ rows: [BoardCalibration.Comparison]) -> TextTable {
    var table = TextTable(columns: [
      .init(title: "model", alignment: .left, flexibility: .losesStart),
      .init(title: "before", alignment: .right), .init(title: "after", alignment: .right),
      .init(title: "measured", alignment: .right), .init(title: "error", alignment: .right),
      .init(title: "left out", alignment: .right), .init(title: "error", alignment: .right),
    ])
    for row in rows {
      let model = fileName(row.model) + (row.layer.map { "#\($0)" } ?? "")
      table.rows.append(
        [printable(model)] + [row.before, row.after, row.measured].map(time)
          + [error(row.after, row.measured)]
          + (row.leftOut.map { [time($0), error($0, row.measured)] } ?? ["-", "-"]))
    }
    return table
  }

  private static func rate(_ bandwidth: Double) -> String { engineering(bandwidth, unit: "B/s") }

  private static func table(_ rows: [StreamingFit.Comparison]) -> TextTable {
    var table = TextTable(columns: [
      .init(title: "model", alignment: .left, flexibility: .losesStart),
      .init(title: "prompt", alignment: .right), .init(title: "tokens", alignment: .right),
      .init(title: "before", alignment: .right), .init(title: "after", alignment: .right),
      .init(title: "measured", alignment: .right), .init(title: "error", alignment: .right),
    ])
    for row in rows {
      table.rows.append(
        [printable(fileName(row.model)), grouped(row.prompt), grouped(row.tokens)]
          + [row.before, row.after, row.measured].map { $0.map(significant) ?? "-" }
          + [row.after.map { error($0, row.measured) } ?? "-"])
    }
    return table
  }

  private static func time(_ seconds: Double) -> String { engineering(seconds, unit: "s") }

  private static func error(_ predicted: Double, _ measured: Double) -> String {
    let percent = 100 * (predicted / measured - 1)
    return (percent >= 0 ? "+" : "") + fixed(percent, decimals: abs(percent) < 9.95 ? 1 : 0) + " %"
  }

  private static func notes(_ outcome: BoardCalibration.Outcome) -> [String] {
    func percent(_ share: Double) -> String { "\(fixed(100 * share, decimals: 1)) %" }
    var notes: [String] = []
    if let errors = outcome.errors {
      notes.append(
        "error with its network left out: median \(percent(errors.median)), P90 "
          + "\(percent(errors.ninetieth)); \(outcome.covered) of \(errors.count) lie within their intervals"
      )
    } else {
      notes.append(
        "error of other networks: unknown, with less than two there is none to leave out")
    }
    notes.append(
      outcome.others == 0
        ? "before: nothing but the width of the processor, since no runtime like it was measured"
        : "before: from \(grouped(outcome.others)) measurements of other boards")
    if !outcome.assumed.isEmpty {
      notes.append("still assumed: " + outcome.assumed.joined(separator: ", "))
    }
    if outcome.assumesPower {
      notes.append("still assumed: power, since no row has energy_uJ or power_mW")
    }
    return notes
  }
}
