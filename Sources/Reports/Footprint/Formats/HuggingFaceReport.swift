import Quantities

/// The block of a Hugging Face model card with emissions, in grams of CO2 equivalent.
///
/// Of a million inferences: the hub reads numbers without their exponents, and one inference emits
/// micrograms.
package struct HuggingFaceReport {
  var yaml: String

  private static let inferences = 1e6

  init(_ report: FootprintReport) {
    let carbon = report.perInference.total.value ?? report.perInference.operational.value
    let scope = report.perInference.total.value == nil ? "operational only" : "with embodied"
    let grams = carbon.map { plainDecimal($0.value * Self.inferences) } ?? "null"
    let request = report.request.map { " (\($0.text))" } ?? ""
    let amount = report.perInference.sci.amountPerInference.map { " of \($0) each" } ?? ""
    let source =
      "a million \(report.request.units)\(report.request.ofTexts)\(request)\(amount), \(scope), "
      + "predicted by \(report.tool.name) \(report.tool.version)"
    yaml = """
      co2_eq_emissions:
        emissions: \(grams)
        source: \(JSON.quoted(source))
        geographical_location: \(JSON.quoted(report.electricity.name))
        hardware_used: \(JSON.quoted(report.device.title))

      """
  }
}
