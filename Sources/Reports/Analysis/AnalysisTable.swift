import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

/// The rows of an analysis: one for each layer, or one for each model.
package enum AnalysisTable {
  /// The title row and the others, each made when it is asked for.
  static func rows(
    of assessments: [ModelAssessment], withLayers: Bool, measured: [MeasuredComparison?]
  ) -> AnySequence<[String]> {
    let isText = assessments.contains { $0.generation != nil }
    guard withLayers else {
      guard isText else { return AnySequence([modelHeader] + assessments.map(modelRow)) }
      return AnySequence(
        [modelHeader + textHeader] + assessments.map { modelRow($0) + textCells($0) })
    }
    let rows = assessments.indices.lazy.flatMap { model in
      let own = measured.isEmpty ? nil : measured[model]
      let text: [String] = isText ? [RequestPart(assessments[model])?.text ?? ""] : []
      return LayerRow.rows(of: assessments[model]).lazy.map { row in
        let cells = layerRow(row, in: assessments[model]) + text
        guard !measured.isEmpty else { return cells }
        return cells + (own?.exactCells(of: row.layer.index) ?? ["", "", "", "", ""])
      }
    }
    let header =
      layerHeader + (isText ? ["generation"] : [])
      + (measured.isEmpty ? [] : MeasuredComparison.exactColumns)
    return AnySequence([AnySequence([header]), AnySequence(rows)].joined())
  }

  /// Titles of the columns of a layer's row.
  private static let layerHeader = [
    "model", "index", "name", "operator", "source_operator", "output_shape", "element_type",
    "precision", "macs", "other_ops", "parameters", "weights_bytes", "bias_bytes",
    "parameter_bytes", "activations_read_bytes", "activations_written_bytes", "fused_into",
    "placement", "time_s", "time_low_s", "time_high_s", "energy_J", "energy_low_J",
    "energy_high_J", "carbon_gCO2e", "mac_precision", "state_read_bytes", "state_written_bytes",
  ]

  private static func layerRow(_ row: LayerRow, in assessment: ModelAssessment) -> [String] {
    let layer = row.layer
    let output = layer.outputs.first.map { assessment.workload.graph[$0].type }
    let traffic = layer.traffic
    func bytes(_ counts: [SymbolicInt]) -> [String] {
      counts.map { layer.hasRule ? number($0.fixedValue) : "" }
    }
    let moved = bytes([
      traffic.weights, traffic.bias, traffic.parameters, traffic.activationsRead,
      traffic.activationsWritten,
    ])
    let names = [
      assessment.path, String(layer.index), abridged(layer.name), layer.operatorTitle,
      layer.sourceOperator, output?.shape?.description ?? "",
      output?.elementType.rawValue ?? "", layer.precision.rawValue,
    ]
    let counts = [
      number(layer.work.macs.fixedValue), number(layer.work.otherOps.fixedValue),
      number(layer.parameters.fixedValue),
    ]
    // What was added later comes last, so that readers who count columns find the others.
    let added = [layer.factors ?? ""] + bytes([traffic.stateRead, traffic.stateWritten])
    return names + counts + moved + [row.fusedInto ?? "", row.estimate?.unit ?? ""]
      + CSV.fields(row.estimate?.time) + CSV.fields(row.estimate?.energy)
      + [row.carbon.map { "\($0.value)" } ?? ""] + added
  }

  /// Titles of the columns of a model's row.
  static let modelHeader = [
    "model", "format", "operators", "operators_costed", "macs", "other_ops", "parameters",
    "weight_bytes", "peak_activation_bytes", "arena_bytes", "device", "runtime", "latency_s",
    "latency_low_s", "latency_high_s", "energy_J", "energy_low_J", "energy_high_J",
    "carbon_gCO2e", "carbon_low_gCO2e", "carbon_high_gCO2e",
  ]

  static func modelRow(_ assessment: ModelAssessment) -> [String] {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let coverage = assessment.workload.coverage
    let estimate = assessment.estimate
    return [
      assessment.path, assessment.model.format.rawValue, String(coverage.operators),
      String(coverage.operatorsCosted), number(totals.macs.value),
      number(totals.otherOps.value),
      number(totals.parameters.value), number(totals.weightBytes.value),
      number(totals.peakActivationBytes.value), number(totals.arenaBytes.value),
      estimate?.device.name ?? "", estimate?.runtime.name ?? "",
    ] + CSV.fields(estimate?.latency) + CSV.fields(estimate?.energy)
      + CSV.fields(assessment.footprint?.total)
  }

  /// Titles of what a model's row has besides where a text is generated.
  private static let textHeader = ["generation"] + CSV.speedColumns

  private static func textCells(_ assessment: ModelAssessment) -> [String] {
    let part = GenerationPart(assessment)
    return [RequestPart(assessment)?.text ?? ""]
      + CSV.fields(
        firstToken: part?.prefill.latency, tokensPerSecond: part?.perToken?.tokensPerSecond)
  }

  private static func number(_ value: Int?) -> String { value.map(String.init) ?? "" }
}
