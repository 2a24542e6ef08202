package import Quantities

/// One configuration of Arm's Ethos-U55 or Ethos-U65, NPUs that make a result block by block.
///
/// Rates are of one core. What the numbers mean, and where they come from, is in
/// `docs/method/ethos-u.md`. The memories' rates are the unit's `bandwidth`; what all
/// configurations share is in `EthosUConstants`.
package struct EthosUConfiguration: Codable, Sendable {
  /// Cycles of a softmax.
  package struct SoftmaxCycles: Codable, Sendable {
    package var start: Estimate<Cycles>
    /// Of each vector after the first.
    package var perRow: Estimate<Cycles>
    package var perElement: Estimate<CyclesPerElement>
  }

  /// Cycles until the first bytes are read or written.
  package struct Latency: Codable, Sendable {
    package var read, write: Estimate<Cycles>
  }

  /// What is computed at once.
  ///
  /// These are whole numbers and not estimates, as `cores` is: they name the configuration, and
  /// blocks are counted with them.
  package var microblock: FeatureMapExtent
  package var cores: Int
  /// Bytes for blocks of operands and results.
  package var blockBuffer: Estimate<Bytes>
  /// Cycles of a microblock at one position of a pool's window.
  package var cyclesPerPoolPosition: Estimate<Cycles>
  /// Of an element of the result of a convolution, matmul or pool.
  package var cyclesPerOutput: Estimate<CyclesPerElement>
  /// Of an element of a sum, difference, maximum or minimum.
  package var cyclesPerAddition: Estimate<CyclesPerElement>
  package var cyclesPerMultiplication: Estimate<CyclesPerElement>
  /// The same in 32 bits, as it ends a mean.
  package var cyclesPerWideMultiplication: Estimate<CyclesPerElement>
  /// Of an element that is copied or looked up.
  package var cyclesPerCopy: Estimate<CyclesPerElement>
  /// Of an element of an image that is enlarged by interpolation.
  package var cyclesPerInterpolation: Estimate<CyclesPerElement>
  /// Of an element of the operand of which the place of the largest is found.
  package var cyclesPerArgMax: Estimate<CyclesPerElement>
  package var softmax: SoftmaxCycles
  /// Cycles of starting an operator with a window.
  package var cyclesPerStart: Estimate<Cycles>
  /// Of the memory for feature maps and of the external one.
  package var latency, externalLatency: Latency
  /// Bound of the ratio of measured time to the cycles of the formulas.
  package var intervalFactor: Double
  /// Identifiers of the documents for the formulas and for the numbers above that name none.
  package var sources: [String]

  /// Multiply-accumulates of 8-bit integers a cycle: 8 for each element of a microblock.
  package var macsPerCycle: Double { 8 * microblock.floatingElements * Double(cores) }

  private var cycles: [Estimate<Cycles>] {
    [
      cyclesPerPoolPosition, softmax.start, softmax.perRow, cyclesPerStart, latency.read,
      latency.write, externalLatency.read, externalLatency.write,
    ]
  }

  private var cyclesPerElement: [Estimate<CyclesPerElement>] {
    [
      cyclesPerOutput, cyclesPerAddition, cyclesPerMultiplication, cyclesPerWideMultiplication,
      cyclesPerCopy, cyclesPerInterpolation, cyclesPerArgMax, softmax.perElement,
    ]
  }

  /// The identifiers of all documents that a number names, sorted, each once.
  package var citedSources: [String] {
    let cited =
      sources + blockBuffer.sources + cycles.flatMap(\.sources)
      + cyclesPerElement.flatMap(\.sources)
    return Set(cited).sorted()
  }

  /// The contradictions in the numbers, one sentence each.
  var problems: [String] {
    var problems: [String] = []
    let limits = [
      (microblock.height, 32), (microblock.width, 64), (microblock.channels, 128), (cores, 64),
    ]
    if limits.contains(where: { !(1...$1).contains($0) })
      || !(1...Double(1 << 24)).contains(blockBuffer.value)
    {
      problems.append(
        "ethosU: a microblock is at most 32 x 64 x 128, with at most 64 cores and 16 MiB")
    }
    let highest = cycles.map(\.high) + cyclesPerElement.map(\.high)
    if highest.contains(where: { $0 > 1e9 }) {
      problems.append("ethosU: cycles must be 0 to 10^9")
    }
    if !(1...1e6).contains(intervalFactor) {
      problems.append("ethosU: intervalFactor must be at least 1")
    }
    return problems
  }
}
