import Carbon
import DeviceProfiles
import Analysis
import Assessment
import HardwareMapping
import OpGraph
import Quantities

/// An analysis for a comment or a page.
struct AnalysisMarkdown {
  private let assessment: ModelAssessment
  private let shownLayers: Int
  private let measured: MeasuredComparison?

  init(_ assessment: ModelAssessment, layers: Int, measured: MeasuredComparison? = nil) {
    self.assessment = assessment
    shownLayers = layers
    self.measured = measured
  }

  var text: String {
    let place =
      assessment.estimate.map { " on \($0.device.name), \($0.runtime.nameWithRelease)" } ?? ""
    var lines: [Markdown] = ["### \(assessment.path + place)", ""]
    lines += Markdown.table(
      ["per \(request.wholeWithRequest)", "value", "interval"],
      alignments: [.left, .right, .left],
      estimates + totals)
    if let verdict = FitVerdict(assessment) { lines += ["", "\(verdict.text)"] }
    lines += generation + layers
    if let measured {
      lines += [""] + (measured.summary + measured.findings).map { "- \($0)" }
    }
    let warnings = assessment.diagnostics.filter(\.isWarning)
    if !warnings.isEmpty { lines.append("") }
    for warning in warnings {
      let place = warning.layer.map { "'\($0)': " } ?? ""
      lines.append(
        "- \(warning.severity.rawValue): \(place + warning.message)")
    }
    if let estimate = assessment.estimate, let assumptions = assessment.carbonAssumptions {
      lines += Markdown.assumptions([
        (name: estimate.device.name, value: "\(estimate.runtime.titleWithRelease); \(assumptions)"),
        (name: "Energy boundary", value: estimate.device.energyBoundary),
      ])
    }
    return Markdown.document(lines)
  }

  private var request: RequestPart? { RequestPart(assessment) }

  private func row<U>(_ name: String, _ value: Estimate<U>?) -> [String] {
    guard let value else { return [name, "unknown", ""] }
    return [name, value.shown(), value.ends()]
  }

  private var estimates: [[String]] {
    guard let estimate = assessment.estimate else { return [] }
    return [
      row("latency", estimate.latency), row("energy", estimate.energy),
      assessment.footprint?.statesUse ?? true
        ? row("total carbon", assessment.footprint?.total)
        : row("marginal carbon, while computing", assessment.footprint?.operational),
    ]
  }

  private var totals: [[String]] {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let least = assessment.workload.coverage.operatorsWithoutRule == 0 ? "" : "≥ "
    func row(_ name: String, _ value: Int?) -> [String] {
      [name, value.map { least + grouped($0) } ?? "unknown", ""]
    }
    func size(_ name: String, _ value: Int?) -> [String] {
      [name, value.map { least + binarySize($0) } ?? "unknown", ""]
    }
    return [
      row("MACs", totals.macs.value), row("other operations", totals.otherOps.value),
      row("parameters", totals.parameters.value),
      size("weights stored", totals.weightBytes.value),
      size("peak activations", totals.peakActivationBytes.value),
      size("arena, planned", totals.arenaBytes.value),
    ]
  }

  /// How fast tokens come, and what the prompt and the steps after it take; nothing where no text
  /// is generated.
  private var generation: [Markdown] {
    guard let part = GenerationPart(assessment) else { return [] }
    var lines: [Markdown] = ["", "**\(part.title)**", ""]
    let isOnDevice = assessment.estimate != nil
    if isOnDevice {
      var rows = [row("first token after", part.prefill.latency)]
      if let token = part.perToken {
        rows.append(row("each further token", token.latency))
        if let speed = token.tokensPerSecond {
          rows.append([
            "tokens per second\(request.ofAllTexts)", significant(speed.value),
            speed.ends(significant),
          ])
        }
        rows.append(row("energy of a token", token.energy))
        rows.append(row("its operational carbon", token.operationalCarbon))
      }
      lines += Markdown.table(
        ["", "value", "interval"], alignments: [.left, .right, .left], rows)
      lines.append("")
    }
    let phases = part.phases(isOnDevice: isOnDevice)
    lines += Markdown.table(
      phases.columns.map(\.title), alignments: phases.columns.map(\.alignment), phases.rows)
    return lines + ["", "\(part.cache.size); \(part.cache.allocation)."]
  }

  /// The costliest layers.
  private var layers: [Markdown] {
    let table = LayerTable(assessment)
    let ranked = table.ranked(shownLayers)
    guard !ranked.isEmpty else { return [] }
    let isTimed = assessment.estimate != nil
    let rows = ranked.map { row in
      let share = table.whole > 0 ? 100 * table.cost(row) / table.whole : 0
      return [
        String(row.layer.index), abridged(row.layer.name), row.layer.operatorTitle,
        row.layer.work.macs.fixedValue.map(short) ?? "unknown",
        row.estimate?.time.map { engineering($0.value, unit: "s") } ?? "-",
        row.estimate?.energy.map { engineering($0.value, unit: "J") } ?? "-",
        fixed(share, decimals: 1) + "%",
      ] + (measured?.cells(of: row.layer.index) ?? [])
    }
    let titles =
      ["#", "layer", "operator", "MACs", "time", "energy", "share"]
      + (measured == nil ? [] : MeasuredComparison.columns.map(\.title))
    let shown = titles.indices.filter { isTimed || ![4, 5].contains($0) }
    return [""]
      + Markdown.table(
        shown.map { titles[$0] },
        alignments: shown.map { [1, 2].contains($0) ? .left : .right },
        rows.map { row in shown.map { row[$0] } })
  }
}
