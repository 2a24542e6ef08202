package import Quantities
package import Analysis
package import OpGraph

/// A device as data: what it computes with, how fast, at which power, and what it is made of.
///
/// Every number is an `Estimate` with unit, interval, provenance and source.
package struct DeviceProfile: Codable, Sendable {
  /// What sort of device it is.
  package enum Class: String, Codable, Sendable {
    case microcontroller, applicationProcessor, gpu, npu
  }

  /// Version of the profile format; `1.0` is the only one.
  package var schemaVersion: String
  /// Identifier, also the file's name.
  package var name: String
  /// What people call it, with clock and supply.
  package var title: String
  package var `class`: Class
  /// What the energy numbers contain: chip pins, board, or wall.
  package var energyBoundary: String
  /// The place of that boundary.
  package var energyMeasuredAt: EnergyBoundary
  /// The runtime that is used when none is named.
  package var defaultRuntime: String
  /// Memories, nearest to the compute units first.
  package var memories: [Memory]
  /// Power while waiting, ready to run.
  package var idlePower: Power?
  /// Power while asleep, memory kept.
  package var sleepPower: Power?
  /// Software that runs models on the device.
  package var runtimes: [Runtime]
  /// The product that the device is, by its identifier in the carbon library's catalog; nil when
  /// what it is made of is not known.
  package var product: String?
  /// Documents and data sets by the identifiers that estimates name.
  package var sources: [String: Source]

  /// The runtime of a name, or the default one.
  package func runtime(named name: String?) -> Runtime? {
    runtimes.first { $0.name == name ?? defaultRuntime }
  }
}

/// Where the energy numbers of a device were measured.
package enum EnergyBoundary: String, Codable, Sendable {
  /// At the supply pins of the chip.
  case chip
  /// At the rail of a board, behind its regulator.
  case rail
  /// At the input of a board, in front of its regulators.
  case board
  /// At the wall, in front of the power supply.
  case wall
}

/// A memory of a device.
package struct Memory: Codable, Sendable {
  /// What a memory is used for.
  package enum Contents: String, Codable, Sendable { case weights, activations, both }

  package var name: String
  package var holds: Contents
  package var capacity: Estimate<Bytes>
}

/// Software that runs models on a device, with the rates that it reaches there.
package struct Runtime: Codable, Sendable {
  package var name: String
  package var title: String
  /// Time of one inference that belongs to no kernel.
  package var overheadPerInference: Time
  /// Names of the fusion patterns that the runtime applies (`FusionCatalog`).
  package var fusions: [String]
  /// Compute units; an operator goes to the first that accepts it.
  package var units: [ComputeUnit]
  /// The software whose measurements tell the rates of the last unit, where the runtime has another
  /// name: what a host runs, or a release.
  package var software: String?
  /// The release of that software; the usual one when left out.
  package var release: String?
  /// What measured models took over what the rates of the only unit say.
  package var discrepancy: Discrepancy?
  /// How the rates were fitted, when they were.
  package var calibration: CalibrationRecord?
}

/// What the rates of a runtime were fitted to, and how far off such fits are.
package struct CalibrationRecord: Codable, Sendable {
  /// How the errors were come by.
  package enum Split: String, Codable, Sendable {
    /// Each network was left out on all devices.
    case network
    /// The device was left out, for a device without measurements.
    case device
  }

  /// Measured inferences of this device and runtime, and how many networks they are of.
  package var rows, networks: Int
  /// Measured inferences of this and like runtimes on all devices, which were fitted together.
  package var rowsFittedTogether: Int
  /// The data sets.
  package var measurements: [String]
  /// What was left out to find the errors.
  package var errorsBy: Split
  /// How many errors there are, and of how many devices.
  package var errors, devices: Int
  /// The absolute relative error of predicted times of what was left out.
  package var median, ninetiethPercentile: Double
  /// Rates are the fitted ones; their intervals go from one over this to this times it.
  package var intervalFactor: Double

  /// Creates a record.
  package init(
    rows: Int, networks: Int, rowsFittedTogether: Int, measurements: [String], errorsBy: Split,
    errors: Int, devices: Int, median: Double, ninetiethPercentile: Double, intervalFactor: Double
  ) {
    self.rows = rows
    self.networks = networks
    self.rowsFittedTogether = rowsFittedTogether
    self.measurements = measurements
    self.errorsBy = errorsBy
    self.errors = errors
    self.devices = devices
    self.median = median
    self.ninetiethPercentile = ninetiethPercentile
    self.intervalFactor = intervalFactor
  }
}

/// A processor or accelerator.
package struct ComputeUnit: Codable, Sendable {
  package var name: String
  /// The processor core, which devices share: `cortex-m7`, `mali-g52`.
  package var core: String?
  package var clock: Frequency
  /// Multiply-accumulates that all its cores can start in a cycle, by the width of their vector or DSP
  /// instructions: where nothing is measured, rates of like units are taken in proportion.
  package var nominalMACsPerCycle: Estimate<Ratio>?
  /// Cycles of one multiply-accumulate by precision and kernel kind; `default` stands for others.
  package var cyclesPerMAC: [String: [String: Estimate<CyclesPerMAC>]]
  /// Cycles of one element operation by kernel kind; `default` stands for others.
  package var cyclesPerOp: [String: Estimate<CyclesPerOperation>]
  /// Cycles of one element of a contraction's result by precision and kernel kind.
  ///
  /// What is applied to it is included; `default` stands for kinds that are not listed. Without this
  /// table, what is applied counts as element operations.
  package var cyclesPerResult: [String: [String: Estimate<CyclesPerOperation>]]?
  /// How many times the rates of 8-bit integers those of another precision are, where it has none of
  /// its own; its results take what those of 8-bit integers take.
  package var precisionFactors: [String: Estimate<Ratio>]?
  /// How fast the unit moves data to and from each memory that it uses.
  package var bandwidth: [String: Estimate<BytesPerSecond>]
  package var overheadPerKernel: Time
  /// Kinds of convolutions that the unit lays out as a matrix of patches first (im2col).
  package var imageToColumn: [KernelKind]?
  /// Power while the unit runs, without what the next two add.
  package var staticPower: Power
  /// Energy of one multiply-accumulate on top of the power, by precision.
  package var energyPerMAC: [String: Estimate<JoulesPerMAC>]?
  /// Energy of one byte moved on top of the power, by memory.
  package var energyPerByte: [String: Estimate<JoulesPerByte>]?
  /// The unit as an array that works block by block; its cycles come from shapes then, and not from
  /// the rates above.
  package var blockArray: BlockArray?
  /// What an accelerator takes; a unit without this takes everything.
  package var accepts: Acceptance?
  /// What crossing between an accelerator and its host costs.
  package var transfer: Transfer?

  /// Cycles of one multiply-accumulate; nil when the unit does not compute in this precision.
  ///
  /// A hybrid kernel multiplies integers, so the rate of those stands in where it has none itself.
  package func cycles(perMACIn precision: Precision, _ kind: RateKind) -> Estimate<CyclesPerMAC>? {
    if let own = rate(of: kind, in: cyclesPerMAC[precision.rawValue]) { return own }
    let ofIntegers = rate(of: kind, in: cyclesPerMAC[Precision.int8.rawValue])
    if let factor = precisionFactors?[precision.rawValue] {
      return ofIntegers.map { $0.times(factor) }
    }
    return precision == .hybrid8 ? ofIntegers : nil
  }

  /// Cycles of one element of a contraction's result; nil when the profile has no such rates.
  package func cycles(
    perResultIn precision: Precision, _ kind: RateKind
  ) -> Estimate<CyclesPerOperation>? {
    guard let tables = cyclesPerResult else { return nil }
    if let own = rate(of: kind, in: tables[precision.rawValue]) { return own }
    return precision == .hybrid8 || precisionFactors?[precision.rawValue] != nil
      ? rate(of: kind, in: tables[Precision.int8.rawValue]) : nil
  }

  private func rate<U>(of kind: RateKind, in table: [String: Estimate<U>]?) -> Estimate<U>? {
    table.flatMap { table in
      kind.names.lazy.compactMap { table[$0] }.first ?? table["default"]
    }
  }

  /// Cycles of one multiply-accumulate of the kind of kernel that is fastest in a precision.
  package func bestCyclesPerMAC(in precision: Precision) -> Double? {
    if let blockArray { return precision == .int8 ? 1 / blockArray.macsPerCycle : nil }
    return KernelKind.allCases.filter(\.isContraction)
      .compactMap { cycles(perMACIn: precision, .kind($0))?.value }.min()
  }

  /// Cycles of one element operation.
  package func cycles(perOpOf kind: KernelKind) -> Estimate<CyclesPerOperation>? {
    cyclesPerOp[kind.rawValue] ?? cyclesPerOp["default"]
  }
}

/// The cost of moving a tensor between an accelerator and its host.
package struct Transfer: Codable, Sendable {
  package var latency: Time
  package var bandwidth: Estimate<BytesPerSecond>
}
