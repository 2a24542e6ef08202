import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

/// The text report of `analyze`: it fits the terminal and lists sources.
package struct AnalysisText {
  let assessment: ModelAssessment
  let layout: TextLayout
  private let shownLayers: Int
  var lines: [String] = []

  init(
    _ assessment: ModelAssessment, layout: TextLayout, layers: Int,
    convention: (any Convention)? = nil
  ) {
    self.assessment = assessment
    self.layout = layout
    shownLayers = layers
    addHeader()
    addTotals()
    if let convention {
      let found = Reconciliation(assessment.workload, convention, format: assessment.model.format)
      lines += ConventionPart(found).lines(in: layout)
    }
    addEstimate()
    addPartitions()
    addLayers()
    addSources()
    addDiagnostics()
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  private mutating func addHeader() {
    let model = assessment.model
    let coverage = assessment.workload.coverage
    lines.append(layout.bold(assessment.path))
    let covered =
      coverage.isComplete
      ? "cost of all of them known"
      : "cost of \(grouped(coverage.operatorsCosted)) of them known"
    let format = model.format == .onnx ? "ONNX" : "TFLite"
    lines.append(
      "\(format), \(grouped(coverage.operators)) \(plural("operator", coverage.operators)), \(covered); "
        + "shape of \(grouped(coverage.tensorsWithShape)) of \(grouped(coverage.tensors)) \(plural("tensor", coverage.tensors)) known"
    )
    let graph = assessment.workload.graph
    for id in graph.inputs { addInput(graph[id]) }
    for id in graph.outputs {
      let text = "\(graph[id].name)  \(describe(graph[id].type))"
      lines.append("  out  \(end(of: text, width: layout.width - 7))")
    }
  }

  /// A name that may have to be typed, to bind sizes, is shown whole.
  private mutating func addInput(_ value: Value) {
    let type = describe(value.type)
    let line = "  in   \(value.name)  \(type)"
    lines += line.count > layout.width ? ["  in   \(value.name)", "       \(type)"] : [line]
  }

  private func describe(_ type: TensorType) -> String {
    "\(type.shape?.description ?? "[?]")  \(type.elementType.rawValue)"
  }

  /// The end of a name is more informative than its scope.
  private func end(of text: String, width: Int) -> String {
    text.count > width ? "…" + text.suffix(width - 1) : text
  }

  private mutating func addTotals() {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let least = assessment.workload.coverage.operatorsWithoutRule == 0 ? "" : "≥ "
    // An operator without a rule can hold a body with more costs.
    func count(_ value: Int?) -> String { value.map { least + grouped($0) } ?? "unknown" }
    func size(_ value: Int?) -> String { value.map { "\(least)\(grouped($0)) B" } ?? "unknown" }
    let traffic = totals.trafficBytes
    let constants = sum(traffic.weights, traffic.bias, traffic.parameters)
    let activations = sum(traffic.activationsRead, traffic.activationsWritten)
    addSection("Work and memory of one inference")
    addPairs([
      (
        "MACs", totals.macsExpression.map(shortened) ?? count(totals.macs.value),
        "other operations",
        count(totals.otherOps.value)
      ),
      (
        "parameters", count(totals.parameters.value), "weights stored",
        size(totals.weightBytes.value)
      ),
      (
        "peak activations", size(totals.peakActivationBytes.value), "arena, planned",
        size(totals.arenaBytes.value)
      ),
      ("weight traffic", size(constants), "activation traffic", size(activations)),
    ])
    addMemory()
  }

  /// A long expression would push everything aside; JSON has all of it.
  private func shortened(_ expression: String) -> String {
    expression.count > 30 ? expression.prefix(29) + "…" : expression
  }

  /// The live activations at the peak, and alternatives with a lower peak.
  private mutating func addMemory() {
    let memory = MemoryPart(assessment.workload)
    guard let peak = memory.peak, let bytes = memory.liveLowerBoundBytes.value, bytes > 0 else {
      return
    }
    let others = peak.tensors.count - 3
    let rest = others > 0 ? ", and \(others) smaller \(plural("one", others))" : ""
    if !peak.tensors.isEmpty {
      lines.append("  live at the peak, in layer \(peak.layerIndex)\(rest)")
    }
    for tensor in peak.tensors.prefix(3) {
      let size = leftPadded("\(grouped(tensor.bytes)) B", 14)
      lines.append("  \(size)  \(end(of: tensor.name, width: layout.width - 18))")
    }
    addArena(memory)
    if let inPlace = memory.inPlace {
      addNote(
        "with \(counted(inPlace.layers.count, "layer")) computed in place, the peak would be "
          + saving(inPlace, of: bytes))
    }
    if let reordered = memory.reordered {
      addNote("in another execution order, the peak would be \(saving(reordered, of: bytes))")
    }
  }

  /// What firmware reserves for TFLite Micro.
  private mutating func addArena(_ memory: MemoryPart) {
    guard let arena = memory.tensorArena else { return }
    if let unknown = arena.unknownOperators.first {
      let others = arena.unknownOperators.count > 1 ? " and others" : ""
      addNote("TFLite Micro has no kernel for \(unknown)\(others)")
      return
    }
    var sizes = arena.libraries.map { "\(grouped($0.bytes.value)) B with \($0.name)" }
    if let first = arena.libraries.first,
      arena.libraries.allSatisfy({ $0.bytes.value == first.bytes.value })
    {
      sizes = ["\(grouped(first.bytes.value)) B with any of its libraries of kernels"]
    }
    addNote("arena to reserve for TFLite Micro: " + sizes.joined(separator: ", "))
  }

  private func saving(_ alternative: MemoryPart.Alternative, of bytes: Int) -> String {
    let share = fixed(100 * Double(alternative.savedBytes) / Double(bytes), decimals: 0)
    return "\(grouped(alternative.liveLowerBoundBytes)) B (-\(share)%)"
  }

  mutating func addNote(_ text: String) {
    lines += wrapped(text, width: layout.width, margin: 2, indent: 4)
  }

  private func sum(_ parts: Nullable<Int>...) -> Int? {
    let known = parts.compactMap(\.value)
    return known.count == parts.count ? known.reduce(0, +) : nil
  }

  private mutating func addPairs(_ pairs: [(String, String, String, String)]) {
    let values = pairs.map(\.1.count).max() ?? 0
    for (name, value, secondName, secondValue) in pairs {
      lines.append(
        "  " + padded(name, 17) + leftPadded(value, values) + "    " + padded(secondName, 19)
          + leftPadded(secondValue, 14))
    }
  }

  private mutating func addEstimate() {
    guard let estimate = assessment.estimate else { return }
    addSection("On \(estimate.device.title)")
    lines += wrapped(
      "runtime: \(estimate.runtime.name) (\(estimate.runtime.title))", width: layout.width,
      margin: 2,
      indent: 4)
    lines += wrapped(
      "energy boundary: \(estimate.device.energyBoundary)", width: layout.width, margin: 2,
      indent: 4)
    if let calibration = estimate.runtime.calibrationSummary {
      lines += wrapped(calibration, width: layout.width, margin: 2, indent: 4)
    }
    addEstimateLine("latency", estimate.latency)
    addEstimateLine("energy", estimate.energy)
    guard let footprint = assessment.footprint else { return }
    addEstimateLine("operational carbon", footprint.operational)
    addEstimateLine("embodied carbon", footprint.embodied)
    addEstimateLine("total carbon", footprint.total)
    if let assumptions = assessment.carbonAssumptions { addNote(assumptions) }
  }

  private var estimateNameWidth: Int { assessment.latency?.isLowerBound ?? false ? 30 : 24 }

  private mutating func addEstimateLine<U>(_ name: String, _ estimate: Estimate<U>?) {
    guard let estimate else {
      lines.append("  " + padded(name, estimateNameWidth) + "unknown")
      return
    }
    let value = engineering(estimate.value, unit: U.symbol)
    let name = estimate.isLowerBound ? "\(name), at least" : name
    lines.append(
      "  " + padded(name, estimateNameWidth) + leftPadded(value, 14) + "   "
        + layout.dim("\(estimate.ends()), \(estimate.provenance.rawValue)"))
  }

  private mutating func addLayers() {
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
        : "Top \(rows.count) of \(grouped(all.count)) layers by \(metric)")
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
    table.columns.append(.init(title: "share", alignment: .right))
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
    let share = layers.whole > 0 ? fixed(100 * layers.cost(row) / layers.whole, decimals: 1) : nil
    cells.append(share.map { $0 + "%" } ?? "-")
    return cells
  }

  private mutating func addSources() {
    let sources = assessment.citedSources
    guard !sources.isEmpty else { return }
    addSection("Sources")
    lines += sourceLines(sources, width: layout.width)
  }

  /// Similar diagnostics are shown once with the number of their layers.
  private mutating func addDiagnostics() {
    guard !assessment.diagnostics.isEmpty else { return }
    addSection("Notes")
    var seen: [String: Int] = [:]
    let diagnostics = assessment.diagnostics.counted
    for (diagnostic, _) in diagnostics { seen[diagnostic.code, default: 0] += 1 }
    var told: [String: Int] = [:]
    for (diagnostic, times) in diagnostics {
      told[diagnostic.code, default: 0] += 1
      let count = told[diagnostic.code] ?? 0
      guard count <= 3 else { continue }
      let place = diagnostic.layer.map { " '\($0)':" } ?? ""
      let repeated = times > 1 ? " (\(times)x)" : ""
      let text = "\(diagnostic.severity.rawValue):\(place) \(diagnostic.message)\(repeated)"
      // What a user may have to type is shown whole.
      let isTyped = ["data-dependent-size", "open-dimension"].contains(diagnostic.code)
      lines += wrapped(text, width: layout.width, margin: 2, indent: 4, cutsWords: !isTyped)
        .map { diagnostic.severity == .note ? $0 : layout.yellow($0) }
      if count == 3, let all = seen[diagnostic.code], all > 3 {
        lines.append(
          "    … and \(all - 3) more of '\(diagnostic.code)'; the JSON report lists all")
      }
    }
  }

  mutating func addSection(_ title: String) {
    lines.append("")
    lines += wrapped(title, width: layout.width, indent: 0).map(layout.bold)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension Runtime {
  /// How far to trust times, in a sentence; nil when they were not fitted.
  var calibrationSummary: String? {
    calibration?.summary(of: units.count > 1 ? units.last?.name : nil)
  }
}

extension CalibrationRecord {
  /// - Parameter unit: The unit that was fitted, where there are others.
  fileprivate func summary(of unit: String?) -> String {
    let times = unit.map { "times of \($0)" } ?? "times"
    let fitted =
      rows == 0
      ? "\(times): no measured inference on this device; rates fitted to \(rowsFittedTogether) on others"
      : "\(times): fitted to \(counted(rows, "measured inference")) of "
        + counted(networks, "network")
    let left = errorsBy == .device ? "device" : "network"
    return fitted
      + "; leave-one-\(left)-out: median error \(fixed(100 * median, decimals: 0)) %, "
      + "90th percentile \(fixed(100 * ninetiethPercentile, decimals: 0)) %"
  }
}
