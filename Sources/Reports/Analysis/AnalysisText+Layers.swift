import Analysis
import Assessment
import DeviceProfiles
import Hotspots
import HardwareMapping
import OpGraph
import Quantities

extension AnalysisText {
  /// The costliest layers, or all of them in order.
  mutating func addLayers() {
    guard shownLayers > 0 else { return }
    let layers = LayerTable(assessment)
    let all = layers.rows
    let isTimed = assessment.estimate != nil
    let rows = shownLayers >= all.count ? Array(all) : layers.ranked(shownLayers)
    guard !rows.isEmpty else { return }
    let metric = isTimed ? "energy" : "MACs"
    addSection(
      rows.count == all.count
        ? "Layers in execution order"
        : "Costliest \(rows.count) of \(grouped(all.count)) layers by \(metric)")
    var table = TextTable(columns: [
      .init(title: "#", alignment: .right),
      // The end of a layer's name is more informative than its scope.
      .init(title: "layer", alignment: .left, flexibility: .losesStart),
      .init(title: "operator", alignment: .left),
      .init(title: "MACs", alignment: .right),
    ])
    if showsBytes { table.columns.append(.init(title: "bytes", alignment: .right)) }
    if showsUnit { table.columns.append(.init(title: "unit", alignment: .left)) }
    if isTimed {
      table.columns += [
        .init(title: "time", alignment: .right), .init(title: "energy", alignment: .right),
      ]
    }
    if measured != nil { table.columns += MeasuredComparison.columns }
    table.columns += [
      .init(title: "share", alignment: .right), .init(title: "", alignment: .left),
    ]
    for row in rows { table.rows.append(cells(row, of: layers, isTimed: isTimed)) }
    lines += table.lines(in: layout)
    if let remark = layers.remark { lines.append("  (\(remark))") }
  }

  /// A narrow terminal fits the bytes or time and energy.
  private var showsBytes: Bool { assessment.estimate == nil || layout.width >= 100 }

  /// A single compute unit is not repeated in every row.
  private var showsUnit: Bool { assessment.estimate?.runtime.units.count ?? 0 > 1 }

  private func cells(_ row: LayerRow, of layers: LayerTable, isTimed: Bool) -> [String] {
    let layer = row.layer
    var cells = [
      String(layer.index), layer.name,
      layer.repetitions == 1 ? layer.operatorTitle : "\(layer.operatorTitle) x\(layer.repetitions)",
      layer.work.macs.fixedValue.map { $0 == 0 ? "-" : short($0) } ?? "unknown",
    ]
    if showsBytes {
      let bytes = layer.hasRule ? layer.traffic.total.fixedValue : nil
      cells.append(bytes.map { $0 == 0 ? "-" : short($0) } ?? "unknown")
    }
    if isTimed {
      if showsUnit {
        cells.append(
          row.isElsewhere ? (layer.kind == .view ? "view" : "fused") : row.estimate?.unit ?? "-")
      }
      let unknown = row.isElsewhere ? "-" : "unknown"
      cells.append(row.estimate?.time.map { engineering($0.value) + "s" } ?? unknown)
      cells.append(row.estimate?.energy.map { engineering($0.value) + "J" } ?? unknown)
    }
    if let measured { cells += measured.cells(of: layer.index) }
    let share = layers.whole > 0 ? layers.cost(row) / layers.whole : 0
    cells.append(layers.whole > 0 ? fixed(100 * share, decimals: 1) + "%" : "-")
    return cells + [Self.bar(share)]
  }

  /// A bar of at most eight columns, in eighths of one.
  private static func bar(_ share: Double) -> String {
    let eighths = Int((min(1, max(0, share)) * 64).rounded())
    let rest = eighths % 8
    let last = rest == 0 ? "" : String(UnicodeScalar(0x2590 - UInt32(rest)) ?? " ")
    return String(repeating: "█", count: eighths / 8) + last
  }

  /// The two changes that save most on the device; without one, `hotspots` finds those that save
  /// operations.
  mutating func addSuggestions() {
    guard shownLayers > 0, assessment.estimate != nil else { return }
    guard assessment.workload.size <= Self.mostSizeWithSuggestions else {
      lines.append("")
      lines += wrapped(
        "Suggestions for so many layers: iotco2-graph hotspots", width: layout.width, indent: 2)
      return
    }
    let evaluation = assessment.evaluation()
    let metric = evaluation.defaultMetric
    guard evaluation.total(metric) != nil else { return }
    let findings = HotspotRules.findings(evaluation, by: metric)
    guard !findings.isEmpty else {
      lines += ["", "No suggestion reduces \(metric.title)."]
      return
    }
    let more = findings.count > 2 ? "; \(findings.count - 2) more: hotspots" : ""
    addSection("What to change first (\(metric.title) saved by each alone\(more))")
    for finding in findings.prefix(2) {
      let saving = -100 * (finding.savings[metric]?.value ?? 0)
      let text = "\(fixed(saving, decimals: 0))% \(finding.reason): \(finding.advice)"
      lines += wrapped(text, width: layout.width, margin: 2, indent: 7)
      if let saved = finding.text?.sentence(RequestPart(assessment)) {
        lines += wrapped(saved, width: layout.width, margin: 7, indent: 7)
      }
    }
  }

  /// Each suggestion analyses the model once more.
  private static let mostSizeWithSuggestions = 5000
}
