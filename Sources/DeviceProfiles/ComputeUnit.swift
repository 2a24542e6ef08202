package import Analysis
package import OpGraph
package import Quantities

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
  /// The unit as an Ethos-U; its cycles come from shapes then, and not from the rates above.
  package var ethosU: EthosUConfiguration?
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
