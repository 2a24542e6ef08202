import Carbon
import Quantities

/// A manifest of the Green Software Foundation's Impact Framework, which computes the score anew.
///
/// One input is a day of the deployment, or one inference when nothing says how often there is one.
struct ImpactFrameworkReport {
  var yaml: String

  init(_ report: FootprintReport, _ footprint: Footprint) {
    let each = footprint.inputs.deployment.inferencesEachDay ?? 0
    let isDay = each > 0 && report.perInference.operational.value != nil
    let inferences = isDay ? each : 1
    let duration = isDay ? 86_400 : max(report.perInference.latency.value, 1e-3)
    let energy = report.perInference.sci.energyKilowattHours * inferences
    let embodied = (report.perInference.embodied.value?.value ?? 0) * inferences
    yaml = """
      name: \(JSON.quoted("Footprint of \(report.model.path)"))
      description: \(JSON.quoted(
        "On \(report.device.title), \(report.device.stack); energy predicted by "
          + "\(report.tool.name) \(report.tool.version), embodied carbon by "
          + report.perInference.attribution))
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
              functional-unit: inferences
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
                inferences: \(inferences)

      """
  }
}
