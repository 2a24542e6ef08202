import Analysis
import DeviceProfiles
import Quantities

/// Whether a measured row can be, by the physics of the unit that ran it.
///
/// Numbers in another unit than that of their column are off by thousands, which few boards are.
struct MeasurementPlausibility {
  var unit: ComputeUnit
  var deviceClass: DeviceProfile.Class
  /// Multiply-accumulates of the row's model or layer, without those of single bits.
  var macs: Double

  /// A unit multiplies so many times its nominal number a cycle at most: four integers of 8 bits in the place of a
  /// float of 32, and twice that by algorithms that multiply less (Winograd).
  private static let mostOverNominal = 8.0

  /// What is wrong with a row, and what it should probably be; nil for one that can be.
  func objection(to row: MeasurementTable.Row, seconds: Double) -> String? {
    clockObjection(row) ?? rateObjection(row, seconds) ?? powerObjection(row, seconds)
  }

  private func clockObjection(_ row: MeasurementTable.Row) -> String? {
    guard let clock = row.clock else { return nil }
    let column = MeasurementColumn.clock.rawValue
    for (unit, factor) in [("Hz", 1e6), ("kHz", 1e3), ("GHz", 1e-3)] {
      let meant = clock / factor
      guard abs(meant / self.unit.clock.value - 1) < 0.1 else { continue }
      return
        "\(column) \(tidy(clock / 1e6)) is \(engineering(clock, unit: "Hz")), the profile's clock is "
        + "\(engineering(self.unit.clock.value, unit: "Hz")): is it in \(unit)? then write \(tidy(meant / 1e6))"
    }
    guard !(1e4...1e10).contains(clock) else { return nil }
    return
      "\(column) \(tidy(clock / 1e6)) is \(engineering(clock, unit: "Hz")), expected 0.01 to 10000"
  }

  private func rateObjection(_ row: MeasurementTable.Row, _ seconds: Double) -> String? {
    guard let nominal = unit.nominalMACsPerCycle?.value, macs > 0 else { return nil }
    let rate = macs / (seconds * (row.clock ?? unit.clock.value))
    guard rate > Self.mostOverNominal * nominal else { return nil }
    let written = seconds * 1e3
    let hint =
      rate / 1e3 <= nominal ? ": is it in seconds? then write \(tidy(written * 1e3))" : ""
    return
      "\(MeasurementColumn.latency.rawValue) \(tidy(written)) would be \(tidy(significantly(rate))) MACs a cycle, "
      + "the \(unit.core ?? unit.name) starts at most \(tidy(nominal))\(hint)"
  }

  /// Three digits of a number.
  private func significantly(_ number: Double) -> Double {
    number >= 100 ? number.rounded() : (number * 10).rounded() / 10
  }

  /// What a device of the class draws while it computes, in watts: more than any, and less than any.
  private var possiblePower: ClosedRange<Double> {
    switch deviceClass {
    case .microcontroller: 1e-5...10
    case .applicationProcessor, .gpu: 0.01...2000
    case .npu: 1e-5...2000
    }
  }

  /// What most of them draw.
  private var usualPower: ClosedRange<Double> {
    switch deviceClass {
    case .microcontroller: 5e-4...1
    case .applicationProcessor, .gpu: 0.3...200
    case .npu: 5e-4...200
    }
  }

  private func powerObjection(_ row: MeasurementTable.Row, _ seconds: Double) -> String? {
    guard let joules = row.joules else { return nil }
    let watts = joules / seconds
    guard !possiblePower.contains(watts) else { return nil }
    let column = MeasurementColumn.energy.rawValue
    let units = [("nJ", 1e-3), ("mJ", 1e3), ("J", 1e6)]
    let meant = units.first { usualPower.contains(watts * $0.1) }
    let hint = meant.map { ": is it in \($0.0)? then write \(tidy(joules * 1e6 * $0.1))" } ?? ""
    let limit =
      watts > possiblePower.upperBound ? possiblePower.upperBound : possiblePower.lowerBound
    return
      "\(column) \(tidy(joules * 1e6)) in \(tidy(seconds * 1e3)) ms is \(engineering(watts, unit: "W")), "
      + "\(watts > limit ? "more" : "less") than any \(deviceClass.title) draws "
      + "(\(engineering(limit, unit: "W")))\(hint)"
  }
}

extension DeviceProfile.Class {
  /// What one device of the class is called.
  fileprivate var title: String {
    switch self {
    case .microcontroller: "microcontroller"
    case .applicationProcessor: "application processor"
    case .gpu: "GPU"
    case .npu: "accelerator"
    }
  }
}
