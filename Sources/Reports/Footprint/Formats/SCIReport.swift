import Quantities

/// A Software Carbon Intensity (ISO/IEC 21031:2024) with what the standard asks to be stated.
package struct SCIReport: Encodable {
  var standard = "ISO/IEC 21031:2024"
  var score: Nullable<Quantity>
  var formula = "SCI = (E * I + M) per R"
  var E: Quantity
  var I: Quantity
  var M: Nullable<Quantity>
  var R = "one inference"
  var boundary: String
  var method: String
  var tool: Tool

  struct Quantity: Encodable {
    var value: Double
    var low: Double?
    var high: Double?
    var unit: String
  }

  init(_ report: FootprintReport) {
    let sci = report.perInference.sci
    score = Nullable(
      sci.score.value.map {
        Quantity(value: $0.value, low: $0.low, high: $0.upperEnd, unit: "gCO2e/inference")
      })
    E = Quantity(value: sci.energyKilowattHours, unit: "kWh/inference")
    let intensity = report.electricity.intensity
    I = Quantity(
      value: intensity.value, low: intensity.low, high: intensity.high, unit: "gCO2e/kWh")
    M = Nullable(
      report.perInference.embodied.value.map {
        Quantity(value: $0.value, low: $0.low, high: $0.upperEnd, unit: "gCO2e/inference")
      })
    boundary =
      "\(report.device.title) with \(report.product?.title ?? "unknown hardware"), running "
      + "\(report.model.path); energy of: \(report.device.energyBoundary)"
    method =
      "energy predicted per kernel by a device profile; embodied carbon "
      + FootprintReport.methodTitle(report.product?.method) + ", attributed by "
      + report.perInference.attribution
    tool = report.tool
  }
}
