import Quantities
import RuntimeProfiles

extension AnalysisText {
  /// What was measured of the inference beside its prediction, what is off, and what is not matched.
  mutating func addMeasured() {
    guard let measured else { return }
    addSection("Measured beside predicted")
    for line in measured.summary { addNote(line) }
    for finding in measured.findings {
      lines += wrapped(finding, width: layout.width, margin: 2, indent: 4).map(layout.yellow)
    }
  }
}

extension MeasuredComparison {
  /// Sentences for people: the whole, and what is not in the table of layers.
  var summary: [String] {
    [wholeLine, energyLine].compactMap(\.self) + remarks
  }

  private var wholeLine: String? {
    guard let whole else { return nil }
    var line = "latency: measured \(engineering(whole.value, unit: "s"))"
    if let low = whole.low, let high = whole.high {
      line += " (\(engineering(low, unit: "s")) to \(engineering(high, unit: "s")))"
    }
    return line + beside(whole.value, latency)
  }

  private var energyLine: String? {
    profile.energy.map { "energy: measured \(engineering($0, unit: "J"))" + beside($0, energy) }
  }

  /// The prediction, how much of it was measured, and whether its interval holds that.
  private func beside<U>(_ value: Double, _ predicted: Estimate<U>?) -> String {
    guard let predicted, predicted.value > 0 else { return "" }
    let isInside = predicted.low <= value && value <= predicted.high
    return ", predicted \(predicted.shown()) (\(predicted.ends())): "
      + "\(significant(value / predicted.value)) times, \(isInside ? "in" : "outside") the interval"
  }
}
