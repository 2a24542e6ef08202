import Analysis
import Assessment
import OpGraph
import Quantities

extension AnalysisText {
  /// Work and memory of one inference, whatever the device.
  mutating func addTotals() {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let least = assessment.workload.coverage.operatorsWithoutRule == 0 ? "" : "≥ "
    // An operator without a rule can hold a body with more costs.
    func count(_ value: Int?) -> String { value.map { least + grouped($0) } ?? "unknown" }
    func size(_ value: Int?) -> String { value.map { least + binarySize($0) } ?? "unknown" }
    let traffic = totals.trafficBytes
    let constants = sum(traffic.weights, traffic.bias, traffic.parameters)
    let activations = sum(traffic.activationsRead, traffic.activationsWritten)
    addSection("Work and memory of \(RequestPart(assessment).oneWhole)")
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
    addTensors("in ", assessment.workload.graph.inputs)
    addTensors("out", assessment.workload.graph.outputs)
    addMemory()
  }

  /// The first inputs or outputs, and how many more there are.
  private mutating func addTensors(_ word: String, _ ids: [ValueID]) {
    let graph = assessment.workload.graph
    let shown = ids.count > Self.mostTensors ? Self.mostTensors - 1 : ids.count
    for id in ids.prefix(shown) {
      let value = graph[id]
      let type = "\(value.type.shapeTitle)  \(value.type.elementType.rawValue)"
      let line = "  \(word)  \(value.name)  \(type)"
      // A name that may have to be typed, to bind sizes, is shown whole.
      lines +=
        line.count > layout.width ? ["  \(word)  \(value.name)", "       \(type)"] : [line]
    }
    if ids.count > shown { lines.append("       and \(ids.count - shown) more") }
  }

  private static let mostTensors = 3

  /// A long expression would push everything aside; JSON has all of it.
  private func shortened(_ expression: String) -> String {
    expression.count > 30 ? expression.prefix(29) + "…" : expression
  }

  /// The live activations at the peak, and alternatives with a lower peak.
  private mutating func addMemory() {
    let memory = MemoryPart(assessment.workload, assessment.estimate)
    guard let peak = memory.peak, let bytes = memory.liveLowerBoundBytes.value, bytes > 0 else {
      return
    }
    if withSources { addPeak(peak) }
    addArena(memory)
    for (name, bytes) in [("SRAM", memory.velaSRAM), ("DRAM", memory.velaDRAM)] {
      guard let bytes else { continue }
      // An estimate may be more than any integer.
      func size(_ bytes: Double) -> String { binarySize(bytes.rounded()) }
      addNote(
        "Vela's \(name): \(size(bytes.value)), \(size(bytes.low)) to \(size(bytes.high)); "
          + "its compiled file is exact")
    }
    if let inPlace = memory.inPlace {
      addNote(
        "in-place execution of \(counted(inPlace.layers.count, "layer")) would lower the peak to "
          + saving(inPlace, of: bytes))
    }
    if let reordered = memory.reordered {
      addNote("another execution order would lower the peak to \(saving(reordered, of: bytes))")
    }
  }

  private mutating func addPeak(_ peak: MemoryPart.Peak) {
    let others = peak.tensors.count - 3
    let rest = others > 0 ? ", and \(others) smaller \(plural("one", others))" : ""
    if !peak.tensors.isEmpty {
      lines.append("  live at the peak (layer \(peak.layerIndex))\(rest)")
    }
    for tensor in peak.tensors.prefix(3) {
      let size = leftPadded(binarySize(tensor.bytes), 14)
      lines.append("  \(size)  \(end(of: tensor.name, width: layout.width - 18))")
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
    var sizes = arena.libraries.map { "\(grouped($0.bytes.value)) B \($0.name)" }
    if let first = arena.libraries.first,
      arena.libraries.allSatisfy({ $0.bytes.value == first.bytes.value })
    {
      sizes = ["\(grouped(first.bytes.value)) B with all kernels"]
    }
    addNote("TFLite Micro arena: " + sizes.joined(separator: ", "))
  }

  private func saving(_ alternative: MemoryPart.Alternative, of bytes: Int) -> String {
    let share = fixed(100 * Double(alternative.savedBytes) / Double(bytes), decimals: 0)
    return "\(binarySize(alternative.liveLowerBoundBytes)) (-\(share)%)"
  }

  private func sum(_ parts: Nullable<Int>...) -> Int? {
    let known = parts.compactMap(\.value)
    return known.count == parts.count ? known.reduce(0, +) : nil
  }

  private mutating func addPairs(_ pairs: [(String, String, String, String)]) {
    let values = pairs.map(\.1.count).max() ?? 0
    guard !isNarrow else {
      for (name, value, secondName, secondValue) in pairs {
        lines.append("  " + padded(name, 21) + leftPadded(value, 14))
        lines.append("  " + padded(secondName, 21) + leftPadded(secondValue, 14))
      }
      return
    }
    for (name, value, secondName, secondValue) in pairs {
      lines.append(
        "  " + padded(name, 17) + leftPadded(value, values) + "    " + padded(secondName, 19)
          + leftPadded(secondValue, 14))
    }
  }
}
