import Carbon
import Quantities

/// A manifest of the Green Software Foundation's Impact Framework, which computes the score again.
///
/// Its input is a day of the deployment or, without inferences per day, a
/// million of them: the framework takes nothing shorter than a second.
package struct ImpactFrameworkReport {
  var yaml: String

  init(_ report: FootprintReport, _ footprint: Footprint) throws(Problem) {
    guard report.perInference.total.value != nil, let made = report.perInference.embodied.value
    else {
      throw Problem(
        "the Impact Framework needs a known product and inferences, else no score can be computed")
    }
    let each = footprint.inputs.deployment.inferencesEachDay
    let inferences = each ?? 1e6
    let request = report.request.map { "; each \(report.unit) is \($0.text)" } ?? ""
    let duration = each == nil ? max(report.perInference.latency.value * inferences, 1) : 86_400
    let energy = report.perInference.sci.kilowattHoursPerInference * inferences
    let embodied = made.value * inferences
    let unlisted =
      report.unlistedProduction == nil
      ? "" : ", with an estimate of production that parts lists leave out"
    let sci = report.perInference.sci
    // Of several words the framework has names with hyphens.
    let unit = sci.unitPlural.replacing(" ", with: "-")
    let units = sci.hasOwnUnit ? "\n          \(unit): \(inferences * sci.unitsPerInference)" : ""
    let kind = report.electricity.kind.map { "; grid intensity: \($0)" } ?? ""
    yaml = """
      name: \(JSON.quoted("Footprint of \(report.model.path)"))
      description: \(JSON.quoted(
        "On \(report.device.title), \(report.device.runtimeAndRelease); energy predicted by "
          + "\(report.tool.name) \(report.tool.version), embodied carbon by "
          + report.perInference.attribution + unlisted + kind + request))
      tags:
        kind: embedded-inference
        category: on-device
        complexity: minimum
      initialize:
        plugins:
          operational-carbon:
            path: builtin
            method: Multiply
            config:
              input-parameters: [energy, grid/carbon-intensity]
              output-parameter: carbon-operational
          sum-carbon:
            path: builtin
            method: Sum
            config:
              input-parameters: [carbon-operational, carbon-embodied]
              output-parameter: carbon
          sci:
            path: builtin
            method: Sci
            config:
              functional-unit: \(unit)
      tree:
        children:
          \(JSON.quoted(report.device.name)):
            pipeline:
              compute: [operational-carbon, sum-carbon, sci]
            inputs:
              - timestamp: \(JSON.quoted(ReportClock.timestamp))
                duration: \(duration)
                energy: \(energy)
                grid/carbon-intensity: \(report.electricity.intensity.value)
                carbon-embodied: \(embodied)
                \(report.request.units): \(inferences)\(units)

      """
  }
}
