import Quantities

/// The block of a Hugging Face model card that tells emissions, in grams of CO2 equivalent.
struct HuggingFaceReport {
  var yaml: String

  init(_ report: FootprintReport) {
    let carbon = report.perInference.total.value ?? report.perInference.operational.value
    let scope = report.perInference.total.value == nil ? "operational only" : "with embodied"
    yaml = """
      co2_eq_emissions:
        emissions: \(carbon.map { "\($0.value)" } ?? "null")
        source: \(JSON.quoted(
          "one inference, \(scope), predicted by \(report.tool.name) \(report.tool.version)"))
        geographical_location: \(JSON.quoted(report.electricity.name))
        hardware_used: \(JSON.quoted(report.device.title))

      """
  }
}
