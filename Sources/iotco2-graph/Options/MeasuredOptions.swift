import ArgumentParser
import Assessment
import DeviceProfiles
import HardwareMapping
import Policies
import Quantities
import Reports
import RuntimeProfiles

/// What a user measured: a latency or an energy of an inference, or a file of measured times.
enum MeasuredArgument: ExpressibleByArgument {
  /// In the metric's unit.
  case value(Metric, Double)
  case file(String)

  /// `74ms`, `3.2 mJ`, or a path.
  init?(argument: String) {
    guard let number = Limit(argument) else {
      self = .file(argument)
      return
    }
    // A year and a gigajoule are more than any inference takes.
    guard number.value > 0, number.value <= 1e9,
      let metric = [Metric.latency, .energy].first(where: { $0.unit == number.unit })
    else { return nil }
    self = .value(metric, number.value)
  }
}

/// The option of commands that show what was measured beside what is predicted.
struct MeasuredOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What was measured: a measurement table or a runtime's profile ('iotco2-graph import --help' lists them), "
        + "or a latency ('74ms') or energy ('3.2mJ') of an inference; can be repeated.",
      valueName: "file|value"))
  var measured: [MeasuredArgument] = []

  /// What was measured of each model on each device; empty where the option is not given.
  /// - Throws: `Problem` when a file cannot be used, or does not say which of several models it is of.
  func comparisons(
    with assessments: [ModelAssessment]
  ) throws(Problem) -> [MeasuredComparison?] {
    guard !measured.isEmpty else { return [] }
    var files: [(path: String, file: MeasuredFile)] = []
    var values = RuntimeProfile(.table, entries: [])
    for argument in measured {
      switch argument {
      case .file(let path): files.append((path, try MeasuredFile(contentsOf: path)))
      case .value(.energy, let joules): values.energy = joules
      case .value(_, let seconds): values.whole = Timing(seconds)
      }
    }
    let models = Set(assessments.map(\.path)).count
    if models > 1, let file = files.first(where: { !$0.file.isTable }) {
      throw Problem(
        "is a profile of one model, and there are \(models)", at: file.path,
        expected: "a measurement table, which names models: 'iotco2-graph import' writes one")
    }
    var comparisons: [MeasuredComparison?] = []
    for assessment in assessments {
      let estimate = assessment.estimate
      let own = files.lazy.compactMap { path, file in
        file.profile(
          of: assessment.path, device: estimate?.device.name, runtime: estimate?.runtime.name
        ).map { (path, $0) }
      }.first
      guard own != nil || values.whole != nil || values.energy != nil else {
        comparisons.append(nil)
        continue
      }
      var profile = own?.1 ?? values
      profile.whole = values.whole ?? profile.whole
      profile.energy = values.energy ?? profile.energy
      comparisons.append(try MeasuredComparison(assessment, profile, from: own?.0))
    }
    if let file = files.first, !assessments.isEmpty, comparisons.allSatisfy({ $0 == nil }) {
      throw Problem(
        "has no row of \(assessments.map { fileName($0.path) }.joined(separator: ", ")) on its device",
        at: file.path, expected: "the model's file name in the column 'model'")
    }
    return comparisons
  }
}
