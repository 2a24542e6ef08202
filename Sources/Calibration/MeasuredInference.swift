public import HardwareMapping

/// A measured inference: which model, on what, and what it took.
public struct MeasuredInference: Sendable {
  /// The device's profile.
  public var device: String
  /// The processor core, which devices share.
  public var core: String
  /// The software that ran the model.
  public var stack: String
  /// The sort of processor, whose stacks are fitted together.
  public var family: String
  /// The software's release.
  public var version: String
  /// The network, whatever its training or file: what is left out together.
  public var network: String
  /// The model's terms, by the model's name.
  public var model: String
  /// The layer that alone was measured, by name or index; nil where the whole model was.
  public var layer: String?
  /// Cycles a second.
  public var clock: Double
  /// Multiply-accumulates that the processor can start in a cycle; nil where that is not told.
  public var nominalMACsPerCycle: Double?
  public var seconds: Double?
  public var joules: Double?
  /// Whether the row is fitted, or only looked at, with the reason in `note`.
  public var isFitted: Bool
  public var source: String
  public var note: String

  /// Reads the rows of a table.
  /// - Throws: `CalibrationError` that names the row and the column.
  public static func read(_ table: CSVTable, named name: String) throws(CalibrationError)
    -> [MeasuredInference]
  {
    for column in ["device", "stack", "model", "clock_mhz", "latency_ms"]
    where !table.columns.contains(column) {
      throw CalibrationError("\(name): has no column '\(column)'")
    }
    var measurements: [MeasuredInference] = []
    for (index, row) in table.rows.enumerated() {
      func number(_ column: String, _ scale: Double) throws(CalibrationError) -> Double? {
        guard let text = row[column], !text.isEmpty else { return nil }
        guard let value = Double(text), value > 0, value.isFinite else {
          throw CalibrationError(
            "\(name): row \(index + 2): \(column) is '\(text)', expected a number above 0")
        }
        return value * scale
      }
      let model = row["model"] ?? ""
      guard let clock = try number("clock_mhz", 1e6) else {
        throw CalibrationError("\(name): row \(index + 2): has no clock_mhz")
      }
      measurements.append(
        MeasuredInference(
          device: row["device"] ?? "", core: row["core"] ?? row["device"] ?? "",
          stack: row["stack"] ?? "", family: row["family"] ?? row["stack"] ?? "",
          version: row["version"] ?? "",
          network: row["network"] ?? model, model: model,
          layer: row["layer"].flatMap { $0.isEmpty ? nil : $0 }, clock: clock,
          nominalMACsPerCycle: try number("nominal_macs_per_cycle", 1),
          seconds: try number("latency_ms", 1e-3), joules: try number("energy_uj", 1e-6),
          isFitted: row["role"] != "check", source: row["source"] ?? "", note: row["note"] ?? ""))
    }
    return measurements
  }
}

/// What runs a model: software on a device.
public struct Subject: Hashable, Sendable {
  public var stack: String
  public var core: String
  public var device: String
  /// Multiply-accumulates that the processor can start in a cycle; nil where that is not told.
  public var nominalMACsPerCycle: Double?
  /// The software's release; nil when it is not known.
  public var release: String?

  /// Cycles over those of a processor that starts two multiply-accumulates a cycle, before any
  /// measurement.
  var nominalFactor: Double { 2 / (nominalMACsPerCycle ?? 2) }
}

extension MeasuredInference {
  /// What ran the model.
  public var subject: Subject {
    Subject(
      stack: stack, core: core, device: device, nominalMACsPerCycle: nominalMACsPerCycle,
      release: version)
  }
}

/// What a model has of each term, for a processor that charges results.
public struct ModelTerms: Sendable {
  /// By model and term.
  public var amounts: [String: [CostTerm: Double]] = [:]

  /// Creates an empty collection.
  public init() {}
}
