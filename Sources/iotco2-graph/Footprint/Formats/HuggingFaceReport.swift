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
        source: \(Self.quoted(
          "one inference, \(scope), predicted by \(report.tool.name) \(report.tool.version)"))
        geographical_location: \(Self.quoted(report.electricity.name))
        hardware_used: \(Self.quoted(report.device.title))

      """
  }

  /// A text that YAML reads as it is.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
