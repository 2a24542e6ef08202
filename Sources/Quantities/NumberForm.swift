/// How people write numbers of a kind: with a prefix or a unit, such as `5y`, `10k` or `400 g`.
package struct NumberForm: Sendable {
  /// What the number counts.
  private let title: String
  /// What may follow the number, in lower case, with its factor.
  private let units: [String: Double]
  private let range: ClosedRange<Double>
  private let examples: String
  /// Whether a number alone is refused, since people mean another unit than that of the kind.
  private var needsUnit = false

  /// A lifetime in years of 365.25 days.
  package static let years = NumberForm(
    title: "years",
    units: [
      "y": 1, "yr": 1, "year": 1, "years": 1, "a": 1, "mo": 1 / 12, "month": 1 / 12,
      "months": 1 / 12, "d": 1 / 365.25, "day": 1 / 365.25, "days": 1 / 365.25,
    ], range: 0.001...1000, examples: "5, 5y or '18 months'")

  /// A number of inferences per day.
  package static let inferencesPerDay = NumberForm(
    title: "inferences per day",
    units: [
      "/d": 1, "/day": 1, "/h": 24, "/hour": 24, "/min": 1440, "/s": 86_400,
    ], range: 0...1e12, examples: "1000, 10k or 2/s")

  /// A carbon intensity in gCO2e per kWh.
  package static let intensity = NumberForm(
    title: "gCO2e/kWh",
    units: [
      "g": 1, "gco2e": 1, "g/kwh": 1, "gco2e/kwh": 1, "gco2/kwh": 1, "kg": 1000, "kg/kwh": 1000,
      "kgco2e/kwh": 1000, "kgco2/kwh": 1000,
    ], range: 0...100_000, examples: "400, '400 g' or '0.4 kg'")

  /// A number of devices.
  package static let devices = NumberForm(
    title: "devices", units: [:], range: 1...1e12, examples: "500, 10k or 2M")

  /// A clock in Hz.
  package static let clock = NumberForm(
    title: "Hz", units: ["hz": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9],
    range: 1e3...1e11, examples: "'160 MHz' or '1.5 GHz'", needsUnit: true)

  /// A capacity of a memory in bytes; a kilobyte of a memory has 1024.
  package static let capacity = NumberForm(
    title: "B",
    units: [
      "b": 1, "k": 1024, "kb": 1024, "kib": 1024, "m": 1_048_576, "mb": 1_048_576,
      "mib": 1_048_576, "g": 1_073_741_824, "gb": 1_073_741_824, "gib": 1_073_741_824,
    ], range: 256...1e14, examples: "'768 KiB', 768KB or 2MB, each of 1024", needsUnit: true)

  /// A power in watts.
  package static let watts = NumberForm(
    title: "W",
    units: ["w": 1, "mw": 1e-3, "uw": 1e-6, "µw": 1e-6, "nw": 1e-9], range: 1e-9...1e5,
    examples: "'20 mW' or '5 W'", needsUnit: true)

  /// A mass in grams.
  package static let grams = NumberForm(
    title: "g", units: ["g": 1, "kg": 1e3], range: 0.1...1e6, examples: "'300 g' or 1.2kg",
    needsUnit: true)

  /// An energy of a battery in watt-hours; milliampere-hours need a voltage.
  package static let wattHours = NumberForm(
    title: "Wh", units: ["wh": 1, "mwh": 1e-3, "kwh": 1e3], range: 0...1e5,
    examples: "12Wh, or 0 for none", needsUnit: true)

  /// A power of a supply in watts.
  package static let supplyWatts = NumberForm(
    title: "W", units: ["w": 1, "kw": 1e3], range: 0...1e5, examples: "10W, or 0 for none",
    needsUnit: true)

  /// An area in square centimetres.
  package static let squareCentimetres = NumberForm(
    title: "cm2", units: ["cm2": 1, "mm2": 0.01], range: 0...1e5, examples: "20cm2, or 0 for none",
    needsUnit: true)

  /// A capacity in gigabytes of a thousand million bytes, as makers state it.
  package static let gigabytes = NumberForm(
    title: "GB", units: ["kb": 1e-6, "mb": 1e-3, "gb": 1, "tb": 1e3], range: 0...20_000,
    examples: "512MB, 2GB, or 0 for none", needsUnit: true)

  /// A length in metres.
  package static let metres = NumberForm(
    title: "m", units: ["m": 1, "cm": 0.01], range: 0...1000, examples: "2m, or 0 for none",
    needsUnit: true)

  private static let prefixes: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9]

  /// The number of a text, in the unit of the kind.
  /// - Throws: `Problem` with an example, or with the bound that is broken.
  package func number(_ text: String) throws(Problem) -> Double {
    let text = text.filter { $0 != " " && $0 != "_" }
    let digits = text.prefix { "0123456789.+-eE".contains($0) }
    var rest = text.dropFirst(digits.count)
    var factor = 1.0
    // Units may begin with the letter of a prefix.
    if !needsUnit, units[rest.lowercased()] == nil,
      let prefix = rest.first.flatMap({ Self.prefixes[$0] })
    {
      factor = prefix
      rest = rest.dropFirst()
    }
    guard let number = Double(digits), number.isFinite,
      // None of something has no unit.
      let unit = rest.isEmpty ? needsUnit && number != 0 ? nil : 1 : units[rest.lowercased()]
    else { throw Problem("expected \(title), such as \(examples)") }
    let value = number * factor * unit
    if value < range.lowerBound { throw bound(value, "below", range.lowerBound) }
    if value > range.upperBound { throw bound(value, "above", range.upperBound) }
    return value
  }

  private func bound(_ value: Double, _ side: String, _ limit: Double) -> Problem {
    Problem("\(shortest(value)) is \(side) \(shortest(limit)) \(title)")
  }
}
