import Analysis
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a board takes the runtimes of the device that it is like.
struct Borrowing {
  let board: BoardProfile
  let like: DeviceProfile
  /// The memories that the board has.
  let memories: Set<MemoryName>

  /// The runtime at the board's clock, with intervals that hold errors between devices.
  /// - Parameter name: Of a runtime that no device has, whose rates are taken to be those of the original.
  func runtime(_ original: Runtime, as name: String? = nil) -> Runtime {
    let place = place(in: original)
    let clock = original.units[place].clock.value
    let hasCore = board.core == nil || original.units[place].core == board.core
    var errors = Likeness.shipped.errors(
      of: original.units[0], in: like.class, hasCore: hasCore)
    if name != nil { errors = errors.with(Likeness.shipped.otherRuntime) }
    let logWidth = log(errors.factor)
    let wider = widening(of: original.calibration?.intervalFactor ?? 1, by: logWidth)
    var result = original
    for index in result.units.indices {
      var unit = original.units[index]
      let factor = index == place ? cyclesFactor(unit) : 1
      let isProcessor = unit.isProcessor
      unit.scale(widening: wider) { term in
        switch term {
        case .mac: factor
        case .result, .operation: isProcessor ? factor : 1
        case .kernel, .weights, .uncachedWeights, .inference: 1
        }
      }
      if let factor = unit.ethosU?.intervalFactor {
        unit.ethosU?.intervalFactor = factor * widening(of: factor, by: logWidth)
      }
      if index == place { take(core: &unit) }
      // Units that run at one clock share it.
      if unit.clock.value == clock { take(clock: &unit) }
      take(power: &unit, original: original.units[index].clock.value)
      unit.bandwidth = unit.bandwidth.filter { memories.contains($0.key) }
      unit.streamingBandwidth = unit.streamingBandwidth?.filter { memories.contains($0.key) }
        .mapValues(Self.streaming)
      unit.energyPerByte = unit.energyPerByte?.filter { memories.contains($0.key) }
      result.units[index] = unit
    }
    let start = original.units[0]
    result.overheadPerInference = result.overheadPerInference.widened(by: wider)
      .converted(by: start.clock.value / result.units[0].clock.value)
    // What models measured on that device are off by is its own.
    result.discrepancy = nil
    result.spread?.add(logWidth: logWidth)
    result.releases?.forgetDevice()
    if result.releases != nil { result.releaseBasis = .measuredElsewhere }
    result.calibration?.become(errors)
    result.borrowed = BorrowedParts(
      device: like.name,
      otherCore: hasCore ? nil : original.units[place].core ?? original.units[place].name,
      rates: true, power: board.activePower == nil)
    if let name { result.become(name) }
    return result
  }

  /// The unit that the board's core and clock are those of: the one with its core, else the host.
  private func place(in runtime: Runtime) -> Int {
    guard let core = board.core else { return 0 }
    return runtime.units.firstIndex { $0.core == core } ?? runtime.units.count - 1
  }

  /// Cycles of the board's core over those of the unit's.
  private func cyclesFactor(_ unit: ComputeUnit) -> Double {
    guard let old = unit.nominalMACsPerCycle?.value, let new = nominalMACsPerCycle(unit) else {
      return 1
    }
    return old / new
  }

  private func nominalMACsPerCycle(_ unit: ComputeUnit) -> Double? {
    if let stated = board.nominalMACsPerCycle { return stated }
    guard let core = board.core, core != unit.core else { return unit.nominalMACsPerCycle?.value }
    return ProcessorCores.nominalMACsPerCycle(of: core)
  }

  private func take(core unit: inout ComputeUnit) {
    let nominal = nominalMACsPerCycle(unit)
    unit.core = board.core ?? unit.core
    guard let nominal, nominal != unit.nominalMACsPerCycle?.value else { return }
    unit.nominalMACsPerCycle =
      board.nominalMACsPerCycle == nil
      ? Estimate(exactly: nominal, provenance: .recalled, sources: [ProcessorCores.source])
      : Estimate(exactly: nominal, provenance: .datasheet, sources: [BoardProfile.source])
  }

  /// Cycles stay; memories on the chip of a microcontroller run with it.
  private func take(clock unit: inout ComputeUnit) {
    let new = board.clock.estimate
    let ratio = new.value / unit.clock.value
    unit.clock = new
    unit.overheadPerKernel = unit.overheadPerKernel.converted(by: 1 / ratio)
    guard like.class == .microcontroller else { return }
    unit.bandwidth = unit.bandwidth.mapValues { old in
      var scaled: Estimate<BytesPerSecond> = old.converted(by: ratio)
      (scaled.low, scaled.high) = (min(old.low, scaled.low), max(old.high, scaled.high))
      return scaled
    }
  }

  private func take(power unit: inout ComputeUnit, original clock: Double) {
    guard let stated = board.activePower else {
      unit.staticPower = Self.power(unit.staticPower.converted(by: unit.clock.value / clock))
      return
    }
    unit.staticPower =
      stated.hasInterval
      ? stated.estimate
      : stated.estimate.within(below: Self.powerFactor, above: Self.powerFactor)
    // It holds what multiplying and moving take.
    (unit.energyPerMAC, unit.energyPerByte) = (nil, nil)
  }

  /// Another board's memory may have half the width or twice the clock.
  private static func streaming(
    _ ofLike: Estimate<BytesPerSecond>
  ) -> Estimate<BytesPerSecond> {
    var result = ofLike.within(
      below: 2 * ofLike.value / ofLike.low, above: 2 * ofLike.high / ofLike.value)
    result.provenance = .assumed
    return result
  }

  /// The factor that a power may be off by where no interval is stated: units and supplies differ by as
  /// much, see `docs/method/calibration.md`.
  private static let powerFactor = 1.22
  /// The same of a power of another device.
  private static let borrowedPowerFactor = 2.0

  /// A power of the other device.
  static func power(_ original: Power) -> Power {
    var result = original.widened(by: borrowedPowerFactor)
    result.provenance = .assumed
    result.note = "of another device, within a factor of 2"
    return result
  }
}

extension ComputeUnit {
  /// Whether it reads weights while it computes, as processors do, so that all its cycles change with its width.
  var isProcessor: Bool { cyclesPerWeightByte == nil && accepts == nil }
}

extension Runtime {
  /// Makes it a runtime of which nothing is known but its name.
  fileprivate mutating func become(_ name: String) {
    borrowed?.otherRuntime = self.name
    (self.name, title) = (name, name)
    (software, release, releaseBasis, releases) = (nil, nil, nil, nil)
    (pipelineFactor, experimental, measured) = (nil, nil, nil)
  }
}

extension ReleaseLine {
  /// Makes the rows and powers those of another device.
  fileprivate mutating func forgetDevice() {
    for index in measured.indices { (measured[index].rows, measured[index].power) = (0, nil) }
  }
}

extension CalibrationRecord {
  /// Makes it the record of a device that was not measured.
  fileprivate mutating func become(_ errors: Likeness.Errors) {
    (rows, networks, architectures) = (0, 0, 0)
    (errorsBy, self.errors, devices) = (.device, errors.count, errors.devices)
    (median, ninetiethPercentile) = (errors.median, errors.ninetiethPercentile)
    intervalFactor = max(intervalFactor, errors.factor)
    architectureFactor = max(architectureFactor, intervalFactor)
  }
}

extension PredictionSpread {
  /// Adds an independent error of all times of a device.
  /// - Parameter logWidth: Half the width of its interval.
  fileprivate mutating func add(logWidth: Double) {
    guard quantile > 0 else { return }
    let variance = logWidth * logWidth / (quantile * quantile)
    ofDevice = variance
    // What is usual for measured networks is so on a device that nobody measured.
    ofMeasured = (ofMeasured * ofMeasured + variance).squareRoot()
  }
}
