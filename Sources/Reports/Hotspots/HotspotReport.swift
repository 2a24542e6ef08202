package import Assessment
import DeviceProfiles
import Analysis
import HardwareMapping
package import Hotspots
import OpGraph
package import Quantities
import RuntimeProfiles

/// The report of `hotspots`: the ranking, and suggestions.
package struct HotspotReport: Report {
  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  var model: String
  var device: String?
  var runtime: String?
  /// The text that all numbers are of; nil where they are of an inference.
  var request: RequestPart?
  var metric: Metric
  var unit: String
  var grouping: String
  var total: Nullable<Interval>
  /// Whether the cost of every layer is known; if not, the total is a lower bound.
  var isComplete: Bool
  /// Assumptions of the carbon numbers: grid intensity and lifetime.
  var carbonAssumptions: String?
  var entries: [Entry]
  /// The cost outside layers.
  var remainder: Double?
  /// How many rows there are, those that are not shown included.
  var entryCount: Int
  /// What the parts of a decoder take, where a text is generated.
  var roles: [RolePart]?
  var findings: [FindingPart]
  var diagnostics: [AnalysisReport.DiagnosticPart]
  /// What was measured, beside the prediction.
  var measured: MeasuredPart?
  /// The same in sentences.
  private var measuredSummary: [String] = []
  /// What is outside layers.
  private var remainderCause: String

  private enum CodingKeys: CodingKey {
    case schemaVersion, tool, model, device, runtime, request, metric, unit, grouping, total
    case isComplete, carbonAssumptions, entries, remainder, entryCount, roles, findings
    case diagnostics, measured
  }

  struct Entry: Encodable {
    var name: String
    var `operator`: String?
    var layers: [Int]
    var value: Double
    /// Of the total, between 0 and 1.
    var share: Double?
    var cumulativeShare: Double?
    var bound: String?
    /// Measured time in seconds of the rows that its layers stand for, and how much of the prediction it is.
    var measuredSeconds: Double?
    var measuredOverPredicted: Double?
  }

  struct FindingPart: Encodable {
    var rule: String
    var layers: [String]
    var layerIndices: [Int]
    var reason: String
    var advice: String
    /// By metric: which part of it is saved, between 0 and 1.
    var savings: [String: Interval]
    /// What a whole text saves, where one is generated.
    var text: TextSavingPart?
  }

  package init(
    _ assessment: ModelAssessment, by metric: Metric?, grouping: Ranking.Grouping, depth: Int?,
    top: Int, measured: MeasuredComparison? = nil
  ) {
    self.init(
      assessment, assessment.evaluation(), by: metric, grouping: grouping, depth: depth,
      top: top, measured: measured)
    if assessment.generation != nil { roles = RolePart.all(assessment) }
  }

  /// The same with an evaluation that is there already.
  init(
    _ assessment: ModelAssessment, _ evaluation: Evaluation, by metric: Metric?,
    grouping: Ranking.Grouping, depth: Int?, top: Int, measured: MeasuredComparison? = nil
  ) {
    let metric = metric ?? evaluation.defaultMetric
    let ranking = Ranking(
      evaluation, by: metric, grouping: grouping, depth: depth,
      isDecoder: assessment.generation != nil)
    let layers = evaluation.workload.layers
    model = assessment.path
    device = evaluation.estimate?.device.name
    runtime = evaluation.estimate?.runtime.name
    request = RequestPart(assessment)
    remainderCause = assessment.remainderCause
    self.metric = metric
    unit = metric.unit
    self.grouping = grouping.rawValue
    total = Nullable(evaluation.total(metric))
    isComplete = evaluation.isComplete
    carbonAssumptions = assessment.carbonAssumptions
    remainder = ranking.remainder
    entryCount = ranking.entries.count
    entries = ranking.entries.prefix(top).map { entry in
      let isOne = grouping == .layer
      let bound = evaluation.kernel(of: entry.layers[0])?.limitingPart
      let sums = measured?.sums(of: entry.layers)
      return Entry(
        name: isOne ? layers[entry.layers[0]].shortName : entry.name,
        operator: isOne ? layers[entry.layers[0]].operatorTitle : nil,
        layers: entry.layers, value: entry.value, share: entry.share,
        cumulativeShare: entry.cumulativeShare, bound: isOne ? bound : nil,
        measuredSeconds: sums?.measured, measuredOverPredicted: sums?.ratio)
    }
    findings = HotspotRules.findings(evaluation, by: metric).map { finding in
      FindingPart(
        rule: finding.rule, layers: finding.layers.map { layers[$0].name },
        layerIndices: finding.layers,
        reason: finding.reason, advice: finding.advice,
        savings: Dictionary(
          uniqueKeysWithValues: finding.savings.map { ($0.key.rawValue, $0.value) }),
        text: finding.text.map(TextSavingPart.init))
    }
    diagnostics = AnalysisReport.DiagnosticPart.all(assessment.diagnostics)
    self.measured = measured.map(MeasuredPart.init)
    measuredSummary = measured.map { $0.summary + $0.findings } ?? []
  }
}

extension HotspotReport {
  private static func percent(_ share: Double) -> String {
    fixed(100 * share, decimals: 1) + "%"
  }

  /// "-31%", and its interval where it is wider than what is shown.
  private func saving(_ finding: FindingPart) -> String {
    guard let saving = finding.savings[metric.rawValue] else { return "" }
    func points(_ share: Double) -> String { fixed(-100 * share, decimals: 0) + "%" }
    let value = points(saving.value)
    let ends = [points(saving.low), points(saving.high)]
    return ends.allSatisfy { $0 == value } ? value : "\(value) (\(ends[0]) to \(ends[1]))"
  }

  private func cells(_ entry: Entry) -> [String] {
    [
      entry.name,
      entry.operator ?? counted(entry.layers.count, "layer"),
      engineering(entry.value, unit: unit), entry.share.map(Self.percent) ?? "-",
      entry.cumulativeShare.map(Self.percent) ?? "", entry.bound ?? "",
    ]
  }

  /// What was measured of an entry; nothing where nothing was of any.
  private func measuredCells(_ entry: Entry) -> [String] {
    guard measured != nil else { return [] }
    return [
      entry.measuredSeconds.map { engineering($0, unit: "s") } ?? "-",
      entry.measuredOverPredicted.map(significant) ?? "",
    ]
  }

  private var table: TextTable {
    let isOne = grouping == Ranking.Grouping.layer.rawValue
    var table = TextTable(columns: isOne ? [.init(title: "#", alignment: .right)] : [])
    table.columns += [
      .init(title: grouping, alignment: .left, flexibility: .losesStart),
      .init(title: "what", alignment: .left), .init(title: metric.title, alignment: .right),
      .init(title: "share", alignment: .right),
    ]
    let isSum = entries.contains { $0.cumulativeShare != nil }
    let isBounded = entries.contains { $0.bound != nil }
    if isSum { table.columns.append(.init(title: "cumulative", alignment: .right)) }
    if measured != nil { table.columns += MeasuredComparison.columns }
    if isBounded { table.columns.append(.init(title: "bound", alignment: .left)) }
    table.rows = entries.map { entry in
      let all = cells(entry)
      return (isOne ? [String(entry.layers[0])] : []) + all.prefix(4) + (isSum ? [all[4]] : [])
        + measuredCells(entry) + (isBounded ? [all[5]] : [])
    }
    return table
  }

  package func text(in layout: TextLayout) -> String {
    var lines = [layout.bold(model)]
    let least = isComplete ? "" : "at least "
    var whole = "unknown"
    if let total = total.value {
      whole = least + engineering(total.value, unit: unit)
      if total.low < total.value || total.high > total.value {
        whole += " (\(total.ends(unit: unit)))"
      }
    }
    let place = device.map { " on \($0), \(runtime ?? "")" } ?? ""
    lines += wrapped(
      "\(metric.title) per \(request.wholeWithRequest)\(place): \(whole)", width: layout.width,
      indent: 2)
    if metric == .carbon, let carbonAssumptions {
      lines += wrapped(carbonAssumptions, width: layout.width, indent: 2)
    }
    if entries.isEmpty {
      lines += ["", "No layer has a known cost in \(metric.title)."]
    } else {
      lines += [
        "", layout.bold("Top \(entries.count) of \(grouped(entryCount)) by \(metric.title)"),
      ]
      lines += table.lines(in: layout)
    }
    if let remainder, let total = total.value,
      let remark = remainderRemark(
        remainder, of: total.value, unit: unit, cause: remainderCause)
    {
      lines.append("  (\(remark))")
    }
    if let roles {
      lines += ["", layout.bold("By role")] + roles.table.lines(in: layout)
    }
    if !measuredSummary.isEmpty { lines += ["", layout.bold("Measured beside predicted")] }
    for sentence in measuredSummary {
      lines += wrapped(sentence, width: layout.width, margin: 2, indent: 4)
    }
    lines += ["", layout.bold("Suggestions (each evaluated on its own)")]
    if findings.isEmpty {
      lines.append("  no suggestion reduces \(metric.title)")
    }
    for finding in findings {
      lines.append("  \(saving(finding)) \(metric.title)  \(layout.dim(finding.rule))")
      lines += wrapped(finding.reason, width: layout.width, margin: 6, indent: 6)
      lines += wrapped("change: \(finding.advice)", width: layout.width, margin: 6, indent: 8)
      if let saved = finding.text?.sentence(request) {
        lines += wrapped(saved, width: layout.width, margin: 6, indent: 8)
      }
    }
    let warnings = diagnostics.filter { $0.severity != "note" }
    if !warnings.isEmpty { lines += ["", layout.bold("Notes")] }
    for warning in warnings {
      lines += wrapped(
        "\(warning.severity): \(warning.message)", width: layout.width, margin: 2, indent: 4
      ).map(layout.yellow)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  package var csv: String {
    let titles =
      (request == nil ? [] : ["generation"])
      + (measured == nil ? [] : ["measured_s", "measured_over_predicted"])
    let header = [
      grouping, "operator", "layers", "value", "unit", "share", "cumulative_share", "bound",
      "first_layer",
    ]
    return CSV.document([header + titles] + entries.map(exactCells))
  }

  private func exactCells(_ entry: Entry) -> [String] {
    func digits(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let cells =
      [
        entry.name, entry.operator ?? "", String(entry.layers.count), "\(entry.value)", unit,
        digits(entry.share), digits(entry.cumulativeShare), entry.bound ?? "",
        String(entry.layers[0]),
      ] + (request.map { [$0.text] } ?? [])
    guard measured != nil else { return cells }
    return cells + [digits(entry.measuredSeconds), digits(entry.measuredOverPredicted)]
  }

  package var markdown: String {
    let text = request == nil ? "" : " per \(request.wholeWithRequest)"
    var lines: [Markdown] = ["### Hotspots of \(code: model) by \(metric.title)\(text)", ""]
    lines += Markdown.table(
      [grouping, "operator", metric.title, "share", "cumulative", "bound"]
        + (measured == nil ? [] : MeasuredComparison.columns.map(\.title)),
      alignments: [.left, .left, .right, .right, .right, .left]
        + (measured == nil ? [] : MeasuredComparison.columns.map(\.alignment)),
      entries.map { cells($0) + measuredCells($0) })
    if let table = roles?.table {
      lines.append("")
      lines += Markdown.table(
        table.columns.map(\.title), alignments: table.columns.map(\.alignment), table.rows)
    }
    if !measuredSummary.isEmpty { lines += [""] + measuredSummary.map { "- \($0)" } }
    if !findings.isEmpty {
      lines.append("")
      lines += Markdown.table(
        ["saves", "rule", "why", "change"], alignments: [.right, .left, .left, .left],
        findings.map { finding in
          let saved = finding.text.map { "; \($0.sentence(request))" } ?? ""
          return [saving(finding), finding.rule, finding.reason, finding.advice + saved]
        })
    }
    return Markdown.document(lines)
  }
}
