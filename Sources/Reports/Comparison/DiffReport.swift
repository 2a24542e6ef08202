package import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

/// How one model differs from another: in total and layer by layer.
package struct DiffReport: Report {
  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  var old: String
  var new: String
  var device: String?
  var runtime: String?
  /// Assumptions of the carbon numbers: grid intensity and lifetime.
  var carbonAssumptions: String?
  var totals: [Change]
  var layers: Layers
  /// Diagnostics of one of the files only.
  var warnings: [String]
  /// How many layers text and Markdown show.
  private let top: Int

  private enum CodingKeys: String, CodingKey {
    case schemaVersion, tool, old, new, device, runtime, carbonAssumptions, totals, layers, warnings
  }

  /// A figure of both models.
  struct Change: Encodable {
    var name: String
    var unit: String
    var old: Nullable<Double>
    var new: Nullable<Double>
    /// Whether a figure is a lower bound, since costs of layers are not known.
    var isLowerBound = false
    /// The new figure over the old one, less one; nil where one of them is a lower bound.
    var change: Double?
  }

  struct Layers: Encodable {
    var same: Int
    var changed: [LayerChange]
    var removed: [LayerPart]
    var added: [LayerPart]
  }

  struct LayerPart: Encodable {
    var name: String
    var `operator`: String
    var figures: [String: Double]
  }

  struct LayerChange: Encodable {
    var old: String
    var new: String
    var oldIndex: Int
    var newIndex: Int
    /// The new name without those that a converter has joined to it.
    var newShortName: String
    var `operator`: String
    /// How the layers were found to be the same: `name` or `structure`.
    var matchedBy: String
    /// Arithmetic of both, where it differs.
    var precision: [String]?
    var figures: [Change]
  }

  /// - Parameter top: How many layers text and Markdown show.
  package init(_ old: ModelAssessment, _ new: ModelAssessment, top: Int) {
    self.top = top
    self.old = old.path
    self.new = new.path
    device = new.estimate?.device.name
    runtime = new.estimate?.runtime.name
    let isComplete = [old, new].allSatisfy {
      $0.workload.coverage.isComplete && ($0.estimate?.unknownKernels ?? 0) == 0
    }
    carbonAssumptions = new.carbonAssumptions
    totals = zip(Self.totals(old), Self.totals(new)).map { before, after in
      var change = Change(before.name, before.unit, before.value, after.value)
      if !isComplete {
        change.isLowerBound = true
        change.change = nil
      }
      return change
    }
    let matching = LayerMatching(old.workload, new.workload)
    let rows = (LayerRow.rows(of: old), LayerRow.rows(of: new))
    let changes = matching.matches.compactMap { match in
      LayerChange(rows.0[match.old], rows.1[match.new], matchedBy: match.reason)
    }
    layers = Layers(
      same: matching.matches.count - changes.count, changed: changes,
      removed: matching.removed.map { LayerPart(rows.0[$0]) }.sorted(by: LayerPart.isCostlier),
      added: matching.added.map { LayerPart(rows.1[$0]) }.sorted(by: LayerPart.isCostlier))
    let codes = (Set(old.diagnostics.map(\.code)), Set(new.diagnostics.map(\.code)))
    warnings =
      old.diagnostics.filter { $0.isWarning && !codes.1.contains($0.code) }
      .map { "\(old.path): \($0.message)" }
      + new.diagnostics.filter { $0.isWarning && !codes.0.contains($0.code) }
      .map { "\(new.path): \($0.message)" }
  }

  private static func totals(
    _ assessment: ModelAssessment
  ) -> [(name: String, unit: String, value: Double?)] {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let traffic = assessment.workload.totals.traffic.total.fixedValue
    var rows: [(String, String, Double?)] = [
      ("MACs", "", totals.macs.value.map(Double.init)),
      ("other operations", "", totals.otherOps.value.map(Double.init)),
      ("parameters", "", totals.parameters.value.map(Double.init)),
      ("weights stored", "B", totals.weightBytes.value.map(Double.init)),
      ("traffic", "B", traffic.map(Double.init)),
      ("peak activations", "B", totals.peakActivationBytes.value.map(Double.init)),
      ("arena", "B", totals.arenaBytes.value.map(Double.init)),
    ]
    if let estimate = assessment.estimate {
      let statesUse = assessment.footprint?.statesUse ?? true
      rows += [
        ("latency", "s", estimate.latency?.value), ("energy", "J", estimate.energy?.value),
        statesUse
          ? ("carbon", "gCO2e", assessment.footprint?.total?.value)
          : ("marginal carbon", "gCO2e", assessment.footprint?.operational?.value),
      ]
    }
    return rows.map { (name: $0.0, unit: $0.1, value: $0.2) }
  }
}

extension DiffReport.Change {
  init(_ name: String, _ unit: String, _ old: Double?, _ new: Double?) {
    self.name = name
    self.unit = unit
    self.old = Nullable(old)
    self.new = Nullable(new)
    if let old, let new, old != 0 { change = new / old - 1 }
  }
}

extension LayerRow {
  /// The compared figures, where they are known.
  fileprivate var figures: [(name: String, unit: String, value: Double?)] {
    var figures: [(String, String, Double?)] = [
      ("MACs", "", layer.work.macs.fixedValue.map(Double.init)),
      ("traffic", "B", layer.traffic.total.fixedValue.map(Double.init)),
    ]
    if estimate != nil || fusedInto != nil {
      figures += [("time", "s", estimate?.time?.value), ("energy", "J", estimate?.energy?.value)]
    }
    return figures.map { (name: $0.0, unit: $0.1, value: $0.2) }
  }
}

extension DiffReport.LayerPart {
  fileprivate init(_ row: LayerRow) {
    name = row.layer.shortName
    `operator` = row.layer.operatorTitle
    figures = [:]
    for figure in row.figures { figures[figure.name] = figure.value }
  }

  fileprivate static func isCostlier(_ left: Self, than right: Self) -> Bool {
    for name in ["energy", "MACs", "traffic"] {
      let (own, other) = (left.figures[name] ?? 0, right.figures[name] ?? 0)
      if own != other { return own > other }
    }
    return false
  }
}

extension DiffReport.LayerChange {
  /// Nil when nothing differs.
  fileprivate init?(_ old: LayerRow, _ new: LayerRow, matchedBy reason: LayerMatching.Reason) {
    let after = Dictionary(uniqueKeysWithValues: new.figures.map { ($0.name, $0.value) })
    figures = old.figures.compactMap { figure in
      let value = after[figure.name] ?? nil
      let change = DiffReport.Change(figure.name, figure.unit, figure.value, value)
      // A change that rounds to zero is none.
      return value == figure.value || abs(change.change ?? 1) < 0.0005 ? nil : change
    }
    if old.layer.precision != new.layer.precision {
      precision = [old.layer.precision.rawValue, new.layer.precision.rawValue]
    }
    guard !figures.isEmpty || precision != nil else { return nil }
    self.old = old.layer.name
    self.new = new.layer.name
    oldIndex = old.layer.index
    newIndex = new.layer.index
    newShortName = new.layer.shortName
    `operator` = new.layer.operatorTitle
    matchedBy = reason.rawValue
  }
}

extension DiffReport {
  func number(_ value: Double?, _ unit: String) -> String {
    guard let value else { return "unknown" }
    if unit.isEmpty || unit == "B", let count = Int(exactly: value) {
      return grouped(count) + (unit.isEmpty ? "" : " B")
    }
    return engineering(value, unit: unit)
  }

  func percent(_ change: Change) -> String {
    guard let share = change.change else { return "" }
    return share == 0 ? "=" : (share > 0 ? "+" : "") + fixed(100 * share, decimals: 1) + "%"
  }

  /// Figures by importance: the first of these that changes represents a layer.
  private static let importance = ["energy", "time", "MACs", "traffic"]

  func foremost(_ change: LayerChange) -> Change? {
    Self.importance.lazy.compactMap { name in change.figures.first { $0.name == name } }.first
  }

  /// The layers whose foremost figure is most important, and changes most, come first.
  var ranked: [LayerChange] {
    func rank(_ change: LayerChange) -> (Int, Double) {
      guard let figure = foremost(change),
        let place = Self.importance.firstIndex(of: figure.name)
      else { return (.max, 0) }
      return (place, -abs((figure.new.value ?? 0) - (figure.old.value ?? 0)))
    }
    return layers.changed.sorted { rank($0) < rank($1) }
  }

  private func cells(_ change: LayerChange) -> [String] {
    let figure = foremost(change)
    return [
      String(change.newIndex), change.newShortName, change.operator,
      change.precision?.joined(separator: " -> ") ?? "",
      figure?.name ?? "", figure.map { number($0.old.value, $0.unit) } ?? "",
      figure.map { number($0.new.value, $0.unit) } ?? "", figure.map(percent) ?? "",
    ]
  }

  var summary: String {
    "\(counted(layers.same, "layer")) the same, \(layers.changed.count) changed, "
      + "\(layers.removed.count) removed, \(layers.added.count) added"
  }

  package func text(in layout: TextLayout) -> String {
    var lines = [layout.bold("\(old) -> \(new)")]
    if let device { lines.append("on \(device), \(runtime ?? "")") }
    var table = TextTable(columns: [
      .init(title: "", alignment: .left), .init(title: "old", alignment: .right),
      .init(title: "new", alignment: .right), .init(title: "change", alignment: .right),
    ])
    table.rows = totals.map {
      let least = $0.isLowerBound ? "≥ " : ""
      return [
        $0.name, least + number($0.old.value, $0.unit), least + number($0.new.value, $0.unit),
        percent($0),
      ]
    }
    lines += [""] + table.lines(width: layout.width - 2).map { "  \($0)" }
    if let carbonAssumptions {
      lines += wrapped(carbonAssumptions, width: layout.width, margin: 2, indent: 4)
    }
    lines += ["", summary]
    if !layers.changed.isEmpty, top > 0 {
      var table = TextTable(columns: [
        .init(title: "#", alignment: .right),
        .init(title: "layer", alignment: .left, flexibility: .losesStart),
        .init(title: "operator", alignment: .left), .init(title: "precision", alignment: .left),
        .init(title: "figure", alignment: .left), .init(title: "old", alignment: .right),
        .init(title: "new", alignment: .right), .init(title: "change", alignment: .right),
      ])
      table.rows = ranked.prefix(top).map(cells)
      // A figure that all rows share is in the title of the old one instead.
      let figure = 4
      if let name = table.rows.first?[figure], table.rows.allSatisfy({ $0[figure] == name }),
        !name.isEmpty
      {
        table.columns[figure + 1].title = "old \(name)"
        table.columns.remove(at: figure)
        for row in table.rows.indices { table.rows[row].remove(at: figure) }
      }
      lines += table.lines(in: layout)
    }
    for (title, parts) in [("removed", layers.removed), ("added", layers.added)] where top > 0 {
      guard !parts.isEmpty else { continue }
      var table = TextTable(columns: [
        .init(title: title, alignment: .left, flexibility: .losesStart),
        .init(title: "operator", alignment: .left), .init(title: "MACs", alignment: .right),
      ])
      table.rows = parts.prefix(top).map {
        [$0.name, $0.operator, $0.figures["MACs"].map { number($0, "") } ?? "unknown"]
      }
      lines += table.lines(in: layout)
      if parts.count > top { lines.append("  … and \(parts.count - top) more") }
    }
    for warning in warnings {
      lines += wrapped("warning: \(warning)", width: layout.width, margin: 2, indent: 4)
        .map(layout.yellow)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  package var markdown: String {
    var lines: [Markdown] = [
      "### \(code: old) -> \(code: new)\(device.map { " on \($0)" } ?? "")", "",
    ]
    lines += Markdown.table(
      ["", "old", "new", "change"], alignments: [.left, .right, .right, .right],
      totals.map {
        [$0.name, number($0.old.value, $0.unit), number($0.new.value, $0.unit), percent($0)]
      })
    lines += ["", "\(summary)"]
    if !layers.changed.isEmpty, top > 0 {
      lines.append("")
      lines += Markdown.table(
        ["#", "layer", "operator", "precision", "figure", "old", "new", "change"],
        alignments: [.right, .left, .left, .left, .left, .right, .right, .right],
        ranked.prefix(top).map(cells))
    }
    if let device, let carbonAssumptions {
      lines += Markdown.assumptions([
        (name: device, value: "\(runtime ?? ""); \(carbonAssumptions)")
      ])
    }
    return Markdown.document(lines)
  }

  /// A row for each figure of both models, of layers that changed, and of those in one model only.
  package var csv: String {
    var rows = [["scope", "name", "operator", "figure", "unit", "old", "new", "change"]]
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    func add(_ scope: String, _ name: String, _ operation: String, _ change: Change) {
      rows.append([
        scope, name, operation, change.name, change.unit, text(change.old.value),
        text(change.new.value), text(change.change),
      ])
    }
    for total in totals { add("total", "", "", total) }
    for layer in layers.changed {
      for figure in layer.figures { add("changed", layer.new, layer.operator, figure) }
    }
    for (scope, parts) in [("removed", layers.removed), ("added", layers.added)] {
      for part in parts {
        for (name, value) in part.figures.sorted(by: { $0.key < $1.key }) {
          let (old, new) = scope == "removed" ? (value, nil) : (nil, value)
          add(scope, part.name, part.operator, Change(name, Self.unit(of: name), old, new))
        }
      }
    }
    return CSV.document(rows)
  }

  /// The unit of a layer's figure.
  private static func unit(of figure: String) -> String {
    ["traffic": "B", "time": "s", "energy": "J"][figure] ?? ""
  }
}
