package import Analysis
package import Documents
package import Quantities

/// The calibrated rates of a device profile: a file beside that of the facts.
///
/// It is not edited by hand, and a new fit changes nothing else.
package struct DeviceRates: Codable, Sendable {
  /// Version of the format; `1.0` is the only one.
  package var schemaVersion: String
  /// The profile's name.
  package var name: String
  /// By the names of runtimes.
  package var runtimes: [String: RuntimeRates]
  /// Bandwidths for texts that were fitted to measured ones, by runtime, unit and memory: `ComputeUnit.streamingBandwidth`.
  package var streamingBandwidth: [String: [String: [MemoryName: Estimate<BytesPerSecond>]]]?
  /// What fitted numbers name as their source.
  package var sources: [String: Source]

  /// Whether it says nothing.
  package var isEmpty: Bool { runtimes.isEmpty && streamingBandwidth == nil }

  package init(name: String, runtimes: [String: RuntimeRates], sources: [String: Source]) {
    schemaVersion = "1.0"
    self.name = name
    self.runtimes = runtimes
    self.sources = sources
  }

  /// Rates of one runtime.
  package struct RuntimeRates: Codable, Sendable {
    /// Missing where the profile states it.
    package var overheadPerInference: Time?
    /// By the names of compute units.
    package var units: [String: UnitRates]
    package var discrepancy: Discrepancy?
    package var spread: PredictionSpread?
    /// The measured releases and how their rates differ; left out where none is known.
    package var releases: ReleaseLine?
    package var calibration: CalibrationRecord
    /// The networks that were measured on the user's own device.
    package var measured: [MeasuredModel]?

    package init(
      overheadPerInference: Time?, units: [String: UnitRates], discrepancy: Discrepancy?,
      spread: PredictionSpread?, releases: ReleaseLine?, calibration: CalibrationRecord,
      measured: [MeasuredModel]? = nil
    ) {
      self.overheadPerInference = overheadPerInference
      self.units = units
      self.discrepancy = discrepancy
      self.spread = spread
      self.releases = releases
      self.calibration = calibration
      self.measured = measured
    }
  }

  /// Rates of one compute unit; the fields have the meaning of the same names in `ComputeUnit`.
  package struct UnitRates: Codable, Sendable {
    package var cyclesPerMAC: [Precision: Rates<CyclesPerMAC>]
    package var cyclesPerOp: Rates<CyclesPerOperation>
    package var cyclesPerResult: [Precision: Rates<CyclesPerOperation>]
    package var precisionFactors: [Precision: Estimate<Ratio>]
    /// Missing where the runtime's form has no such term.
    package var cyclesPerWeightByte, cyclesPerUncachedByte: Estimate<CyclesPerByte>?
    package var overheadPerKernel: Time
    /// All that the unit draws; left out where no energy was measured.
    package var staticPower: Power?

    package init(
      cyclesPerMAC: [Precision: Rates<CyclesPerMAC>], cyclesPerOp: Rates<CyclesPerOperation>,
      cyclesPerResult: [Precision: Rates<CyclesPerOperation>],
      precisionFactors: [Precision: Estimate<Ratio>],
      cyclesPerWeightByte: Estimate<CyclesPerByte>?,
      cyclesPerUncachedByte: Estimate<CyclesPerByte>?, overheadPerKernel: Time, staticPower: Power?
    ) {
      self.cyclesPerMAC = cyclesPerMAC
      self.cyclesPerOp = cyclesPerOp
      self.cyclesPerResult = cyclesPerResult
      self.precisionFactors = precisionFactors
      self.cyclesPerWeightByte = cyclesPerWeightByte
      self.cyclesPerUncachedByte = cyclesPerUncachedByte
      self.overheadPerKernel = overheadPerKernel
      self.staticPower = staticPower
    }
  }
}

extension DeviceProfile {
  /// The profile with fitted rates, which replace its own values.
  package func with(_ rates: DeviceRates) -> DeviceProfile {
    var result = self
    for index in result.runtimes.indices {
      let name = result.runtimes[index].name
      if let fitted = rates.runtimes[name] { result.runtimes[index].take(fitted) }
      let bandwidths = rates.streamingBandwidth?[name] ?? [:]
      for place in result.runtimes[index].units.indices {
        guard let fitted = bandwidths[result.runtimes[index].units[place].name] else { continue }
        result.runtimes[index].units[place].stream(at: fitted)
      }
    }
    result.sources.merge(rates.sources) { _, fitted in fitted }
    return result
  }
}

extension Runtime {
  fileprivate mutating func take(_ rates: DeviceRates.RuntimeRates) {
    calibration = rates.calibration
    measured = rates.measured
    discrepancy = rates.discrepancy
    spread = rates.spread
    releases = rates.releases
    if let releases {
      release = releases.ratesOf
      releaseBasis = calibration?.rows == 0 ? .measuredElsewhere : .measured
    } else if let newest = measured?.compactMap({ $0.release.flatMap { Version($0) } }).max() {
      (release, releaseBasis) = (newest.text, .measured)
    }
    if let overhead = rates.overheadPerInference { overheadPerInference = overhead }
    for index in units.indices {
      if let fitted = rates.units[units[index].name] { units[index].take(fitted) }
    }
    if borrowed?.rates ?? false {
      for index in units.indices where units[index].isProcessor { units[index].forgetBandwidth() }
    }
    borrowed = borrowed?.without(power: rates.units.values.contains { $0.staticPower != nil })
  }
}

extension ComputeUnit {
  /// Cycles that were fitted on a board hold what its memories take, and a bandwidth that it borrowed is none of its
  /// own: it is taken to be that of caches, which no kernel waits for.
  fileprivate mutating func forgetBandwidth() {
    bandwidth = bandwidth.mapValues { borrowed in
      var cached: Estimate<BytesPerSecond> = borrowed.converted(by: Self.cacheSpeed)
      cached.provenance = .assumed
      return cached.within(below: 2, above: 2)
    }
  }

  /// The bandwidth of caches over that of the memory behind them.
  private static let cacheSpeed = 10.0

  fileprivate mutating func take(_ rates: DeviceRates.UnitRates) {
    cyclesPerMAC = rates.cyclesPerMAC
    cyclesPerOp = rates.cyclesPerOp
    cyclesPerResult = rates.cyclesPerResult
    precisionFactors = rates.precisionFactors
    cyclesPerWeightByte = rates.cyclesPerWeightByte
    cyclesPerUncachedByte = rates.cyclesPerUncachedByte
    overheadPerKernel = rates.overheadPerKernel
    guard let power = rates.staticPower else { return }
    staticPower = power
    // Measured power holds what multiplying and moving take.
    (energyPerMAC, energyPerByte) = (nil, nil)
  }
}

extension DeviceRates {
  /// Everything that does not fit a profile.
  package func problems(of profile: DeviceProfile) -> [DocumentProblem] {
    var problems: [DocumentProblem] = []
    if schemaVersion != "1.0" {
      problems.append(
        DocumentProblem(["schemaVersion"], "is '\(schemaVersion)', expected '1.0'"))
    }
    if name != profile.name {
      problems.append(
        DocumentProblem(["name"], "is '\(name)', but the profile's is '\(profile.name)'"))
    }
    func compare(_ name: String, units: [String], at place: [String], _ key: [String] = []) {
      guard let runtime = profile.runtimes.first(where: { $0.name == name }) else {
        problems.append(
          DocumentProblem(
            place,
            "is not a runtime of the profile"
              + Suggestion.text(for: name, among: profile.runtimes.map(\.name))))
        return
      }
      let known = runtime.units.map(\.name)
      for unit in units where !known.contains(unit) {
        problems.append(
          DocumentProblem(
            place + key + [unit],
            "is not a unit of the runtime\(Suggestion.text(for: unit, among: known))"))
      }
    }
    for (name, rates) in runtimes.sorted(by: { $0.key < $1.key }) {
      compare(name, units: rates.units.keys.sorted(), at: ["runtimes", name], ["units"])
    }
    for (name, units) in (streamingBandwidth ?? [:]).sorted(by: { $0.key < $1.key }) {
      compare(name, units: units.keys.sorted(), at: ["streamingBandwidth", name])
      let memories = profile.memories.map(\.name.rawValue)
      for (unit, bandwidths) in units.sorted(by: { $0.key < $1.key }) {
        for memory in bandwidths.keys.map(\.rawValue).sorted() where !memories.contains(memory) {
          problems.append(
            DocumentProblem(
              ["streamingBandwidth", name, unit, memory],
              "is not a memory of the device\(Suggestion.text(for: memory, among: memories))"))
        }
      }
    }
    return problems
  }
}
