import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Policies
import Quantities

extension Subject {
  /// What a policy asks of an assessed model.
  init(_ assessment: ModelAssessment) {
    let workload = assessment.workload
    let totals = AnalysisReport.TotalsPart(workload)
    var readings: [Measure: Reading] = [:]
    func set(_ measure: Measure, _ number: Int?) {
      readings[measure] = number.map { Reading(Double($0)) }
    }
    set(.macs, totals.macs.value)
    set(.otherOps, totals.otherOps.value)
    set(.parameters, totals.parameters.value)
    set(.weightBytes, totals.weightBytes.value)
    set(.peakActivationBytes, totals.peakActivationBytes.value)
    set(.arenaBytes, totals.arenaBytes.value)
    readings[.trafficBytes] = workload.totals.traffic.total.fixedValue.map { Reading(Double($0)) }
    let coverage = workload.coverage
    readings[.coverage] = Reading(
      coverage.operators == 0
        ? 1 : Double(coverage.operatorsCosted) / Double(coverage.operators))
    readings[.unquantizedShare] = Self.unquantizedShare(workload)
    if let estimate = assessment.estimate {
      readings.merge(Self.readings(estimate)) { own, _ in own }
    }
    if let footprint = assessment.footprint {
      readings[.operationalCarbon] = footprint.operational.map(Reading.init)
      readings[.embodiedCarbon] = footprint.embodied.map(Reading.init)
      readings[.carbon] = footprint.total.map(Reading.init)
      readings[.lifeCarbon] = footprint.lifeCycle.total.map(Reading.init)
    }
    // Sums that lack a layer or a kernel are lower bounds, and no answer to a limit.
    if !coverage.isComplete {
      for measure in Measure.allCases where measure.isOfLayers { readings[measure] = nil }
    }
    if !coverage.isComplete || (assessment.estimate?.unknownKernels ?? 0) > 0 {
      for measure: Measure in [.carbon, .operationalCarbon, .lifeCarbon] { readings[measure] = nil }
    }
    self.init(
      model: assessment.path, device: assessment.estimate?.device.name, readings: readings,
      layers: LayerRow.rows(of: assessment).map(Subject.Layer.init),
      diagnostics: Dictionary(grouping: assessment.diagnostics, by: \.code).mapValues(\.count))
  }

  private static func readings(_ estimate: InferenceEstimate) -> [Measure: Reading] {
    var readings: [Measure: Reading] = [:]
    // While a kernel's time is not known, the sum is a lower bound and no answer.
    if estimate.unknownKernels == 0 {
      readings[.latency] = estimate.latency.map(Reading.init)
      readings[.energy] = estimate.energy.map(Reading.init)
    }
    for fit in estimate.memoryFits {
      let share = fit.share.map { Reading($0) }
      switch fit.need {
      case .activations: readings[.ramShare] = share
      case .weights: readings[.flashShare] = share
      case .together: break
      }
    }
    readings[.fallbackOperators] = Reading(
      Double(estimate.placements.filter { $0.refusal != nil }.count))
    return readings
  }

  private static func unquantizedShare(_ workload: Workload) -> Reading? {
    var (all, real) = (0.0, 0.0)
    for layer in workload.layers {
      guard let macs = layer.work.macs.fixedValue else { return nil }
      all += Double(macs)
      if layer.multipliesFloats { real += Double(macs) }
    }
    return all > 0 ? Reading(real / all) : Reading(0)
  }
}

extension Subject.Layer {
  fileprivate init(_ row: LayerRow) {
    var readings: [Measure: Reading] = [:]
    func set(_ measure: Measure, _ number: SymbolicInt) {
      readings[measure] = number.fixedValue.map { Reading(Double($0)) }
    }
    set(.macs, row.layer.work.macs)
    set(.otherOps, row.layer.work.otherOps)
    set(.parameters, row.layer.parameters)
    set(.trafficBytes, row.layer.traffic.total)
    let none: Reading? = row.isElsewhere ? Reading(0) : nil
    readings[.latency] = row.estimate?.time.map(Reading.init) ?? none
    readings[.energy] = row.estimate?.energy.map(Reading.init) ?? none
    readings[.carbon] = row.carbon.map(Reading.init) ?? none
    self.init(name: row.layer.name, operator: row.layer.operatorTitle, readings: readings)
  }
}

extension Reading {
  fileprivate init<U>(_ estimate: Estimate<U>) {
    self.init(estimate.value, low: estimate.low, high: estimate.high)
  }
}
