import Assessment
import Carbon
import DeviceProfiles
import HardwareMapping
import OpGraph
import Quantities

extension AnalysisText {
  /// Similar diagnostics are shown once with the number of their layers.
  mutating func addDiagnostics() {
    let diagnostics = assessment.diagnostics.counted.filter { diagnostic, _ in
      withSources || !Self.isStanding(diagnostic) && !Self.toldAbove.contains(diagnostic.code)
    }
    guard !diagnostics.isEmpty else { return }
    addSection(diagnostics.allSatisfy(\.0.isWarning) ? "Warnings" : "Notes")
    let counts = Dictionary(grouping: diagnostics, by: \.0.code).mapValues(\.count)
    var told: [String: Int] = [:]
    for (diagnostic, times) in diagnostics {
      told[diagnostic.code, default: 0] += 1
      let mostAlike = diagnostic.isWarning || withSources ? 3 : 1
      guard let count = told[diagnostic.code], count <= mostAlike else { continue }
      let place = diagnostic.layer.map { " '\($0)':" } ?? ""
      let text =
        "\(diagnostic.severity.rawValue):\(place) \(diagnostic.message)"
        + (times > 1 ? " (\(times)x)" : "")
      // What a user may have to type is shown whole.
      let isTyped = ["data-dependent-size", "open-dimension"].contains(diagnostic.code)
      lines += wrapped(text, width: layout.width, margin: 2, indent: 4, cutsWords: !isTyped)
        .map { diagnostic.isWarning ? layout.yellow($0) : $0 }
      if count == mostAlike, let all = counts[diagnostic.code], all > count {
        lines.append(
          "    … and \(all - count) more of '\(diagnostic.code)'; the JSON report lists all")
      }
    }
  }

  /// What the verdict and the line on errors say.
  private static let toldAbove = ["does-not-fit", "unlike-measured"]

  /// Whether text only counts it: what holds for every model, and why layers are not on the accelerator,
  /// of which the placement is shown.
  private static func isStanding(_ diagnostic: Diagnostic) -> Bool {
    Footprint.standingNotes.contains(diagnostic.code) || diagnostic.code == "fallback"
  }

  /// Where the numbers come from, or how to see that.
  mutating func addSources() {
    let sources = assessment.citedSources
    guard withSources else {
      let notes = assessment.diagnostics.filter(Self.isStanding).count
      guard notes + sources.count > 0 else { return }
      lines += ["", layout.dim(hiddenParts(notes, sources.count))]
      return
    }
    if let estimate = assessment.estimate {
      addSection("Assumptions")
      addNote("runtime: \(estimate.runtime.name) (\(estimate.runtime.titleWithRelease))")
      addNote("energy boundary: \(estimate.device.energyBoundary)")
      for (unit, model) in zip(estimate.runtime.units, estimate.costModels) {
        if let model { addNote("cycle model of \(unit.name): \(model)") }
      }
      if let assumptions = assessment.carbonAssumptions { addNote("carbon: \(assumptions)") }
    }
    guard !sources.isEmpty else { return }
    addSection("Sources")
    lines += sourceLines(sources, width: layout.width)
  }
}
