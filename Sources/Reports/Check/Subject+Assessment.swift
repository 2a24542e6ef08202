import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Policies
import Quantities

extension Subject {
  /// The readings of an assessed model for a policy.
  init(_ assessment: ModelAssessment) {
    let workload = assessment.workload
    let totals = AnalysisReport.TotalsPart(workload)
    var readings: [Metric: Interval] = [:]
    func set(_ measure: Metric, _ number: Int?) {
      readings[measure] = number.map { Interval(Double($0)) }
    }
    set(.macs, totals.macs.value)
    set(.otherOps, totals.otherOps.value)
    set(.parameters, totals.parameters.value)
    set(.weightBytes, totals.weightBytes.value)
    set(.peakActivationBytes, totals.peakActivationBytes.value)
    set(.arenaBytes, assessment.memoryBytes)
    readings[.trafficBytes] = workload.totals.traffic.total.fixedValue.map { Interval(Double($0)) }
    let coverage = workload.coverage
    readings[.coverage] = Interval(
      coverage.operators == 0
        ? 1 : Double(coverage.operatorsCosted) / Double(coverage.operators))
    readings[.unquantizedShare] = Self.unquantizedShare(workload)
    if let estimate = assessment.estimate {
      readings.merge(Self.readings(estimate)) { own, _ in own }
    }
    readings[.firstToken] = assessment.firstToken.map(Interval.init)
    readings[.tokensPerSecond] = assessment.tokensPerSecond
    if let footprint = assessment.footprint {
      readings[.operationalCarbon] = footprint.operational.map(Interval.init)
      readings[.embodiedCarbon] = footprint.embodied.map(Interval.init)
      readings[.carbon] = footprint.total.map(Interval.init)
      readings[.lifeCarbon] = footprint.lifeCycle.total.map(Interval.init)
    }
    // What lacks a layer, a kernel, a size or scratch memory is a lower bound.
    var partial = assessment.estimate.map(Self.partialMetrics) ?? []
    if !coverage.isComplete {
      partial += Metric.allCases.filter(\.isOfLayers)
      partial += [.operationalCarbon, .lifeCarbon]
    }
    if assessment.memoryIsLowerBound { partial.append(.arenaBytes) }
    if coverage.leavesFilesOut {
      partial += [
        .weightBytes, .peakActivationBytes, .ramShare, .flashShare, .memoryShare,
        .fallbackOperators,
      ]
      // Which part of the whole they are is not known, neither at least nor at most.
      for metric in [Metric.coverage, .unquantizedShare] { readings[metric] = nil }
    }
    var lowerBounds: [Metric: Interval] = [:]
    partial += readings.filter { $0.value.isLowerBound }.map(\.key)
    for metric in Set(partial) { lowerBounds[metric] = readings.removeValue(forKey: metric) }
    self.init(
      model: assessment.path, device: assessment.estimate?.device.name, readings: readings,
      lowerBounds: lowerBounds,
      layers: LayerRow.rows(of: assessment).map(Subject.Layer.init),
      diagnostics: Dictionary(grouping: assessment.diagnostics, by: \.code).mapValues(\.count),
      tokens: assessment.generation?.request.tokens, leavesFilesOut: coverage.leavesFilesOut)
  }

  private static func readings(_ estimate: InferenceEstimate) -> [Metric: Interval] {
    var readings: [Metric: Interval] = [:]
    readings[.latency] = estimate.latency.map(Interval.init)
    readings[.energy] = estimate.energy.map(Interval.init)
    for fit in estimate.memoryFits {
      let share = fit.share.map { Interval($0) }
      switch fit.need {
      case .activations: readings[.ramShare] = share
      case .weights: readings[.flashShare] = share
      case .total: break
      }
    }
    readings[.memoryShare] = estimate.memoryFits.compactMap(\.share).max().map { Interval($0) }
    readings[.fallbackOperators] = Interval(
      Double(estimate.placements.filter { $0.refusal != nil }.count))
    return readings
  }

  /// The metrics of a device of which only a part is known.
  private static func partialMetrics(_ estimate: InferenceEstimate) -> [Metric] {
    var metrics: [Metric] = []
    if estimate.unknownKernels > 0 {
      metrics += [.latency, .energy, .carbon, .operationalCarbon, .lifeCarbon]
    }
    let fits = estimate.memoryFits
    if fits.contains(where: { $0.need == .activations && $0.isLowerBound }) {
      metrics.append(.ramShare)
    }
    if fits.contains(where: { $0.isLowerBound || $0.bytes == nil }) { metrics.append(.memoryShare) }
    return metrics
  }

  private static func unquantizedShare(_ workload: Workload) -> Interval? {
    var (all, real) = (0.0, 0.0)
    for layer in workload.layers {
      guard let macs = layer.work.macs.fixedValue else { return nil }
      all += Double(macs)
      if layer.multipliesFloats { real += Double(macs) }
    }
    return all > 0 ? Interval(real / all) : Interval(0)
  }
}

extension Subject.Layer {
  fileprivate init(_ row: LayerRow) {
    var readings: [Metric: Interval] = [:]
    func set(_ measure: Metric, _ number: SymbolicInt) {
      readings[measure] = number.fixedValue.map { Interval(Double($0)) }
    }
    set(.macs, row.layer.work.macs)
    set(.otherOps, row.layer.work.otherOps)
    set(.parameters, row.layer.parameters)
    set(.trafficBytes, row.layer.traffic.total)
    let none: Interval? = row.isElsewhere ? Interval(0) : nil
    readings[.latency] = row.estimate?.time.map(Interval.init) ?? none
    readings[.energy] = row.estimate?.energy.map(Interval.init) ?? none
    readings[.carbon] = row.carbon.map(Interval.init) ?? none
    self.init(name: row.layer.name, operator: row.layer.operatorTitle, readings: readings)
  }
}
