import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

/// The text report of `analyze`: the answer first, then what it is made of.
///
/// The first lines say whether the model fits, how long it takes, how sure that is, which layers cost
/// most, and what to change first.
package struct AnalysisText {
  let assessment: ModelAssessment
  let layout: TextLayout
  let shownLayers: Int
  let withSources: Bool
  let measured: MeasuredComparison?
  var lines: [String] = []

  init(
    _ assessment: ModelAssessment, layout: TextLayout, layers: Int,
    convention: (any Convention)? = nil, withSources: Bool = false,
    measured: MeasuredComparison? = nil
  ) {
    self.assessment = assessment
    self.layout = layout
    shownLayers = layers
    self.withSources = withSources
    self.measured = measured
    addHeader()
    if let verdict = FitVerdict(assessment) { lines += [""] + verdict.lines(in: layout) }
    addGeneration()
    addEstimate()
    addMeasured()
    addLayers()
    addSuggestions()
    addTotals()
    addPartitions()
    if let convention {
      let found = Reconciliation(assessment, convention)
      lines += ConventionPart(found).lines(in: layout)
    }
    addDiagnostics()
    addSources()
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  /// The model and the device.
  private mutating func addHeader() {
    let coverage = assessment.workload.coverage
    let covered =
      coverage.isCosted ? "all costed" : "\(grouped(coverage.operatorsCosted)) of them costed"
    let format = assessment.model.format == .onnx ? "ONNX" : "TFLite"
    lines.append(layout.bold(printable(assessment.path)))
    lines += wrapped(
      "\(format), \(grouped(coverage.operators)) \(plural("operator", coverage.operators)), "
        + "\(covered); shapes known for \(grouped(coverage.tensorsWithShape)) of "
        + "\(grouped(coverage.tensors)) tensors", width: layout.width, indent: 2)
    guard let estimate = assessment.estimate else { return }
    lines += wrapped(
      "on \(estimate.device.title), \(estimate.runtime.nameWithRelease)", width: layout.width,
      indent: 2)
  }

  /// The end of a name is more informative than its scope.
  func end(of text: String, width: Int) -> String {
    text.count > width ? "…" + text.suffix(width - 1) : text
  }

  mutating func addNote(_ text: String) {
    lines += wrapped(text, width: layout.width, margin: 2, indent: 4)
  }

  mutating func addSection(_ title: String) {
    lines.append("")
    lines += wrapped(title, width: layout.width, indent: 0).map(layout.bold)
  }

  /// Whether columns have to be closer than on a usual terminal.
  var isNarrow: Bool { layout.width < 80 }

  func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Time, energy, carbon, and how sure they are.
  private mutating func addEstimate() {
    guard let estimate = assessment.estimate else { return }
    if assessment.generation != nil {
      let whole = RequestPart(assessment).oneWhole
      addSection(whole.prefix(1).uppercased() + whole.dropFirst())
    }
    addEstimateLine("latency", estimate.latency)
    addEstimateLine("energy", estimate.energy)
    addCarbon()
    let unlike = estimate.diagnostics.filter { $0.code == "unlike-measured" }
    for diagnostic in unlike {
      lines += wrapped(diagnostic.message, width: layout.width, margin: 2, indent: 4)
        .map(layout.yellow)
    }
    if unlike.isEmpty, let calibration = estimate.runtime.calibrationSummary {
      addNote(calibration)
    }
  }

  private mutating func addCarbon() {
    guard let footprint = assessment.footprint else { return }
    guard footprint.statesUse else {
      addEstimateLine("marginal carbon", footprint.operational)
      addNote("marginal, while computing: idle and manufacturing are not included")
      addNote("state a use for the total: --inferences-per-day N, or --deployment FILE")
      return
    }
    addEstimateLine("operational carbon", footprint.operational)
    addEstimateLine("embodied carbon", footprint.embodied)
    addEstimateLine("total carbon", footprint.total)
    if let assumptions = assessment.carbonAssumptions { addNote(assumptions) }
  }

  mutating func addEstimateLine<U>(_ name: String, _ estimate: Estimate<U>?) {
    let width = isNarrow ? 19 : 27
    guard let estimate else {
      lines.append("  " + padded(name, width) + "unknown")
      return
    }
    let value = engineering(estimate.value, unit: U.symbol)
    let name = estimate.isLowerBound ? "\(name), at least" : name
    let origin = isNarrow ? "" : ", \(estimate.provenance.rawValue)"
    lines.append(
      "  " + padded(name, width) + leftPadded(value, 11) + (isNarrow ? "  " : "   ")
        + layout.dim(estimate.ends() + origin))
  }
}

extension Runtime {
  /// How far to trust times, in a sentence; nil when they were not fitted.
  var calibrationSummary: String? {
    calibration?.summary(of: units.count > 1 ? units[calibratedUnit].name : nil)
  }
}

extension CalibrationRecord {
  /// - Parameter unit: The unit that was fitted, where there are others.
  fileprivate func summary(of unit: String?) -> String {
    let place = unit.map { " of \($0)" } ?? ""
    var errors = "leave-one-\(errorsBy == .device ? "device" : "network")-out error\(place): "
    if let median, let ninetiethPercentile {
      errors +=
        "median \(fixed(100 * median, decimals: 0)) %, "
        + "P90 \(fixed(100 * ninetiethPercentile, decimals: 0)) %"
    } else {
      errors += "unknown, too few networks to leave one out"
    }
    return rows == 0
      ? "no measured inference on this device; \(errors) (\(rowsFittedTogether) on others)"
      : "\(errors) (\(counted(rows, "measured inference")), \(counted(networks, "network")) of "
        + "\(counted(architectures, "architecture")))"
  }
}
