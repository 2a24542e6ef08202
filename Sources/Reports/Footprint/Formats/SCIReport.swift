import Carbon
import Quantities

/// A Software Carbon Intensity (ISO/IEC 21031:2024) with what the standard asks to be stated, and what
/// SCI for AI asks of those who use a model: persona, stage, functional unit, boundary.
package struct SCIReport: Encodable {
  var standard = "ISO/IEC 21031:2024"
  var specification = "SCI for AI"
  var persona = "Consumer"
  var stage = "Operation and Monitoring"
  var score: Nullable<Quantity>
  var formula = "SCI = (E * I + M) per R"
  var E: Quantity
  var I: Quantity
  var M: Nullable<Quantity>
  var R: String
  /// How many of R one inference does, or one generation of a text.
  var unitsPerInference: Double
  /// The text that an inference stands for; nil where it is one.
  var request: RequestPart?
  var boundary: String
  /// What of the boundary is not in the score.
  var excluded: [String]
  var method: String
  /// What the numbers rest on, defaults included, each as `name: value`.
  var assumptions: [String]
  var tool: Tool

  struct Quantity: Encodable {
    var value: Double
    var low: Double?
    var high: Double?
    var unit: String
    /// Of an intensity: `average` or `marginal`, where that is known.
    var kind: String?
  }

  init(_ report: FootprintReport) {
    let sci = report.perInference.sci
    let unit = sci.unitTitle
    score = Nullable(
      sci.score.value.map {
        Quantity(value: $0.value, low: $0.low, high: $0.upperEnd, unit: "gCO2e/\(unit)")
      })
    E = Quantity(
      value: sci.energyKilowattHours, low: sci.energy.low / 3.6e6,
      high: sci.energy.upperEnd.map { $0 / 3.6e6 }, unit: "kWh/\(unit)")
    let intensity = report.electricity.intensity
    I = Quantity(
      value: intensity.value, low: intensity.low, high: intensity.high, unit: "gCO2e/kWh",
      kind: report.electricity.kind)
    M = Nullable(
      report.perInference.embodied.value.map {
        let each = 1 / sci.unitsPerInference
        return Quantity(
          value: $0.value * each, low: $0.low * each, high: $0.upperEnd.map { $0 * each },
          unit: "gCO2e/\(unit)")
      })
    R = sci.functionalUnit
    unitsPerInference = sci.unitsPerInference
    request = report.request
    boundary =
      "\(report.device.title) with \(report.product?.title ?? "unknown hardware"), running "
      + "\(report.model.path); energy of: \(report.energyBoundary)"
    excluded = Self.excluded(report)
    method =
      "energy predicted per kernel by a device profile; embodied carbon "
      + FootprintReport.methodTitle(report.product?.method) + ", attributed by "
      + report.perInference.attribution
    assumptions = report.assumptions.map { "\($0.name): \($0.value)" }
    tool = report.tool
  }

  private static func excluded(_ report: FootprintReport) -> [String] {
    var excluded = [
      "data engineering, training, integration and end of life of the model, which are the provider's",
      "networks, servers and services outside the device",
    ]
    // A measured profile has all that the product takes in it.
    if report.deployment.powerProfile == nil {
      excluded.append("consumers of the product outside: \(report.device.energyBoundary)")
    }
    if report.perInference.embodied.value == nil {
      excluded.append("embodied carbon, which is unknown")
    }
    if !report.deployment.statesUse {
      excluded.append("idle and sleep, since no use is stated")
    }
    return excluded
      + report.diagnostics.filter { $0.code == "waiting-unknown" }.map(\.message)
  }
}
