package import Analysis
package import OpGraph
package import Quantities

/// A processor or accelerator.
package struct ComputeUnit: Codable, Sendable {
  package var name: String
  /// The software whose measurements determine the rates, where it is neither the runtime's name for the first
  /// unit nor its `software` for the last.
  package var software: String?
  /// The processor core, which devices share: `cortex-m7`, `mali-g52`.
  package var core: String?
  package var clock: Frequency
  /// Multiply-accumulates that all its cores can start in a cycle, by the width of their vector or DSP
  /// instructions: where nothing is measured, rates of similar units are scaled in proportion.
  package var nominalMACsPerCycle: Estimate<Ratio>?
  /// Cycles of one multiply-accumulate by precision and kernel kind.
  package var cyclesPerMAC: [Precision: Rates<CyclesPerMAC>]
  /// Cycles of one element operation by kernel kind.
  package var cyclesPerOp: Rates<CyclesPerOperation>
  /// Cycles of one element of a contraction's result by precision and kernel kind.
  ///
  /// What is applied to it is included. Without this table, what is applied counts as element
  /// operations.
  package var cyclesPerResult: [Precision: Rates<CyclesPerOperation>]?
  /// The precisions that its kernels compute in; nil for all that it has rates for.
  ///
  /// What converts between precisions or only moves data runs in any.
  package var precisions: [Precision]?
  /// Ratio of the rates of another precision to those of 8-bit integers, where it does not have them
  /// its own; its results take what those of 8-bit integers take.
  package var precisionFactors: [Precision: Estimate<Ratio>]?
  /// Cycles of one byte of weights, on top of computing; it holds what weights take from their memory, for which
  /// the unit then states no bandwidth.
  package var cyclesPerWeightByte: Estimate<CyclesPerByte>?
  /// Cycles of one byte of the weights that do not stay near the processor (`CostTerm.uncached`).
  package var cyclesPerUncachedByte: Estimate<CyclesPerByte>?
  /// How fast the unit moves data to and from each memory that it uses.
  package var bandwidth: [MemoryName: Estimate<BytesPerSecond>]
  /// How fast it goes through more than fits in caches, once and in order: the weights and the cache of a decoder, for each token.
  ///
  /// Estimates of texts use it, and no others: see `usedForTexts`.
  package var streamingBandwidth: [MemoryName: Estimate<BytesPerSecond>]?
  /// Bytes of the caches near it.
  ///
  /// What a kernel of a text writes and the next one reads stays there if it fits.
  package var cacheBytes: Estimate<Bytes>?
  /// Whether it is used for a text: each run reads all weights from their memory, at the bandwidth for that.
  package private(set) var streamsWeights = false
  /// Whether what fits in the caches takes no time of a memory; fitted cycles hold what caches take.
  package var keepsActivationsInCache: Bool { streamsWeights && cacheBytes != nil }
  package var overheadPerKernel: Time
  /// Kinds of convolutions that the unit lays out as a matrix of patches first (im2col).
  package var imageToColumn: [KernelKind]?
  /// Power while the unit runs, without the next two.
  package var staticPower: Power
  /// Energy of one multiply-accumulate on top of the power, by precision.
  package var energyPerMAC: [Precision: Estimate<JoulesPerMAC>]?
  /// Energy of one byte moved on top of the power, by memory.
  package var energyPerByte: [MemoryName: Estimate<JoulesPerByte>]?
  /// The unit as an Ethos-U; its cycles come from shapes then, and not from the rates above.
  package var ethosU: EthosUConfiguration?
  /// The operators that an accelerator accepts; a unit without this accepts all.
  package var accepts: Acceptance?
  /// What crossing between an accelerator and its host costs.
  package var transfer: Transfer?

  private enum CodingKeys: CodingKey {
    case name, software, core, clock, nominalMACsPerCycle, cyclesPerMAC, cyclesPerOp
    case cyclesPerResult, precisions, precisionFactors, cyclesPerWeightByte, cyclesPerUncachedByte
    case bandwidth, streamingBandwidth, cacheBytes, overheadPerKernel, imageToColumn, staticPower
    case energyPerMAC, energyPerByte, ethosU, accepts, transfer
  }

  /// Cycles of one multiply-accumulate; nil when the unit does not compute in this precision.
  ///
  /// A hybrid kernel multiplies integers, so it falls back to their rate.
  package func cycles(perMACIn precision: Precision, _ kind: RateKind) -> Estimate<CyclesPerMAC>? {
    if let own = cyclesPerMAC[precision]?[rateOf: kind] { return own }
    let ofIntegers = cyclesPerMAC[.int8]?[rateOf: kind]
    if let factor = precisionFactors?[precision] { return ofIntegers.map { $0.times(factor) } }
    return precision == .hybrid8 ? ofIntegers : nil
  }

  /// Cycles of one element of a contraction's result; nil when the profile has no such rates.
  package func cycles(
    perResultIn precision: Precision, _ kind: RateKind
  ) -> Estimate<CyclesPerOperation>? {
    guard let tables = cyclesPerResult else { return nil }
    if let own = tables[precision]?[rateOf: kind] { return own }
    return precision == .hybrid8 || precisionFactors?[precision] != nil
      ? tables[.int8]?[rateOf: kind] : nil
  }

  /// Whether it has kernels of a kind in a precision; what their rates are is another question.
  package func computes(_ kind: KernelKind, in precision: Precision) -> Bool {
    switch kind {
    case .quantization, .dataMovement, .view, .embedding: true
    default: precisions?.contains(precision) ?? true
    }
  }

  /// Cycles of one element operation.
  package func cycles(perOpOf kind: KernelKind) -> Estimate<CyclesPerOperation>? {
    cyclesPerOp[rateOf: .kind(kind)]
  }
}

extension ComputeUnit {
  /// Reads a unit; values of a calibration may be missing.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    software = try fields.decodeIfPresent(String.self, forKey: .software)
    core = try fields.decodeIfPresent(String.self, forKey: .core)
    clock = try fields.decode(Frequency.self, forKey: .clock)
    nominalMACsPerCycle = try fields.decodeIfPresent(
      Estimate<Ratio>.self, forKey: .nominalMACsPerCycle)
    cyclesPerMAC =
      try fields.decodeIfPresent([Precision: Rates<CyclesPerMAC>].self, forKey: .cyclesPerMAC)
      ?? [:]
    cyclesPerOp =
      try fields.decodeIfPresent(Rates<CyclesPerOperation>.self, forKey: .cyclesPerOp) ?? [:]
    cyclesPerResult = try fields.decodeIfPresent(
      [Precision: Rates<CyclesPerOperation>].self, forKey: .cyclesPerResult)
    precisions = try fields.decodeIfPresent([Precision].self, forKey: .precisions)
    precisionFactors = try fields.decodeIfPresent(
      [Precision: Estimate<Ratio>].self, forKey: .precisionFactors)
    cyclesPerWeightByte = try fields.decodeIfPresent(
      Estimate<CyclesPerByte>.self, forKey: .cyclesPerWeightByte)
    cyclesPerUncachedByte = try fields.decodeIfPresent(
      Estimate<CyclesPerByte>.self, forKey: .cyclesPerUncachedByte)
    bandwidth = try fields.decode(
      [MemoryName: Estimate<BytesPerSecond>].self, forKey: .bandwidth)
    streamingBandwidth = try fields.decodeIfPresent(
      [MemoryName: Estimate<BytesPerSecond>].self, forKey: .streamingBandwidth)
    cacheBytes = try fields.decodeIfPresent(Estimate<Bytes>.self, forKey: .cacheBytes)
    overheadPerKernel =
      try fields.decodeIfPresent(Time.self, forKey: .overheadPerKernel) ?? .leftOut
    imageToColumn = try fields.decodeIfPresent([KernelKind].self, forKey: .imageToColumn)
    staticPower = try fields.decodeIfPresent(Power.self, forKey: .staticPower) ?? .leftOut
    energyPerMAC = try fields.decodeIfPresent(
      [Precision: Estimate<JoulesPerMAC>].self, forKey: .energyPerMAC)
    energyPerByte = try fields.decodeIfPresent(
      [MemoryName: Estimate<JoulesPerByte>].self, forKey: .energyPerByte)
    ethosU = try fields.decodeIfPresent(EthosUConfiguration.self, forKey: .ethosU)
    accepts = try fields.decodeIfPresent(Acceptance.self, forKey: .accepts)
    transfer = try fields.decodeIfPresent(Transfer.self, forKey: .transfer)
  }
}

extension Runtime {
  /// The runtime as a decoder uses it that makes a text.
  package var usedForTexts: Runtime {
    var result = self
    for index in units.indices { result.units[index] = units[index].usedForTexts }
    // What measured networks are off by says nothing of a memory's bandwidth.
    if units.first?.streamingBandwidth != nil { result.discrepancy = nil }
    return result
  }
}

extension ComputeUnit {
  /// The unit as a decoder uses it that makes a text, where a bandwidth for that is known.
  ///
  /// Cycles of fully connected layers were fitted to single rows, which wait for their weights: cycles of a
  /// multiply-accumulate hold the time of as many bytes as the measured weights have. Of weights in 4 bits they would charge twice what
  /// moves. So bytes are charged by the bandwidth, and multiplying at the rate of matrix products, which use weights again. Where few
  /// of those were measured, that rate may be beyond the width of the unit's instructions, and ends there.
  fileprivate var usedForTexts: ComputeUnit {
    guard let streamingBandwidth else { return self }
    var result = self
    result.bandwidth.merge(streamingBandwidth) { _, streaming in streaming }
    result.streamsWeights = true
    result.cyclesPerWeightByte = nil
    result.cyclesPerUncachedByte = nil
    for precision in cyclesPerMAC.keys {
      let rate = cyclesPerMAC[precision]?[rateOf: .kind(.matMul)].map {
        reachable($0, in: precision)
      }
      for kind in [KernelKind.fullyConnected, .matMul] {
        result.cyclesPerMAC[precision]?[.only(.kind(kind))] = rate
      }
    }
    return result
  }

  /// Takes other bandwidths for texts, of the memories that they are of.
  package mutating func stream(at bandwidth: [MemoryName: Estimate<BytesPerSecond>]) {
    streamingBandwidth = (streamingBandwidth ?? [:]).merging(bandwidth) { $1 }
  }

  /// Bytes of weights that may stay in a processor's caches where a profile states none: more than the last caches of
  /// the built-in application processors hold.
  private static let mostCached = Double(16 << 20)

  /// Which part of the weights of a text comes from their memory in each run at least: caches may hold the rest.
  /// - Parameter bytes: Of all weights that a run reads.
  package func leastStreamedShare(ofWeights bytes: Double) -> Double {
    guard streamsWeights else { return 1 }
    return max(0, bytes - (cacheBytes?.high ?? Self.mostCached)) / max(1, bytes)
  }

  /// How many numbers of a precision an instruction multiplies at most in the place of a float.
  package static func macsPerFloat(in precision: Precision) -> Double {
    switch precision {
    case .float32, .int32: 1
    case .float16, .int16: 2
    case .int8, .hybrid8: 4
    case .binary, .other: .infinity
    }
  }

  /// A rate that the width of the instructions allows, which is stated for floats.
  private func reachable(
    _ rate: Estimate<CyclesPerMAC>, in precision: Precision
  ) -> Estimate<CyclesPerMAC> {
    guard let nominal = nominalMACsPerCycle, nominal.high > 0 else { return rate }
    let least = 1 / (nominal.high * Self.macsPerFloat(in: precision))
    return Estimate(
      max(rate.value, least), low: max(rate.low, least), high: max(rate.high, least),
      provenance: rate.provenance, sources: rate.sources, note: rate.note)
  }
}

extension Estimate {
  /// Placeholder of a number that a calibration determines.
  static var leftOut: Self { .zero }

  /// Whether neither file nor calibration gave the number: each number of theirs names a source.
  package var isLeftOut: Bool { sources.isEmpty }
}

/// The cost of moving a tensor between an accelerator and its host.
package struct Transfer: Codable, Sendable {
  package var latency: Time
  package var bandwidth: Estimate<BytesPerSecond>
}
