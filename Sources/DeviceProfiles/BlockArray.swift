import Quantities

/// An array of multipliers that makes a result block by block, Arm's Ethos-U55 and U65.
///
/// Rates are of one core. What the numbers mean, and where they come from, is in
/// `docs/method/ethos-u.md`; the memories' rates are the unit's `bandwidth`.
package struct BlockArray: Codable, Sendable {
  /// Version of the formulas that turn these numbers into cycles; a report names it.
  package static let version = "ethos-u 1.0 (after ethos-u-vela 5.2.0)"

  /// A part of an image.
  package struct Extent: Codable, Hashable, Sendable {
    package var height, width, channels: Int

    /// Creates an extent.
    package init(_ height: Int, _ width: Int, _ channels: Int) {
      self.height = height
      self.width = width
      self.channels = channels
    }

    package var elements: Int { [height, width, channels].reduce(1, saturatingProduct) }

    /// The product of the sides, which may be beyond every integer.
    package var floatingElements: Double { Double(height) * Double(width) * Double(channels) }
  }

  /// Cycles of a softmax.
  package struct SoftmaxCycles: Codable, Sendable {
    package var start, perRow, perElement: Double
  }

  /// Cycles of reading and of writing the first bytes.
  package struct Latency: Codable, Sendable {
    package var read, write: Double
  }

  /// Multiply-accumulates of 8-bit integers a cycle: 8 for each element of a microblock.
  package var macsPerCycle: Double { 8 * microblock.floatingElements * Double(cores) }

  /// What is computed at once.
  package var microblock: Extent
  package var cores: Int
  /// Bytes for blocks of operands and results.
  package var blockBufferBytes: Int
  /// Cycles of a microblock at one position of a pool's window.
  package var cyclesPerPoolPosition: Double
  /// Cycles of an element of the result of a convolution, product or pool.
  package var cyclesPerOutput: Double
  /// Cycles of an element of a sum, difference, maximum or minimum.
  package var cyclesPerAddition: Double
  package var cyclesPerMultiplication: Double
  /// The same in 32 bits, as it ends a mean.
  package var cyclesPerWideMultiplication: Double
  /// Cycles of an element that is copied or looked up.
  package var cyclesPerCopy: Double
  /// Cycles of an element of an image that is made larger by interpolation.
  package var cyclesPerInterpolation: Double
  /// Cycles of an element of the operand of which the place of the largest is found.
  package var cyclesPerArgMax: Double
  package var softmax: SoftmaxCycles
  /// Cycles of starting an operator with a window.
  package var cyclesPerStart: Double
  /// Of the memory for feature maps and of the one behind it.
  package var latency, externalLatency: Latency
  /// How far measured times may be from these cycles, as a factor.
  package var intervalFactor: Double
  /// Identifiers of the documents that the numbers come from.
  package var sources: [String]

  /// Everything in the numbers that does not fit together, one sentence each.
  var problems: [String] {
    var problems: [String] = []
    let limits = [
      (microblock.height, 32), (microblock.width, 64), (microblock.channels, 128), (cores, 64),
      (blockBufferBytes, 1 << 24),
    ]
    if limits.contains(where: { !(1...$1).contains($0) }) {
      problems.append(
        "blockArray: a microblock is at most 32 x 64 x 128, with at most 64 cores and 16 MiB")
    }
    let rates = [
      cyclesPerPoolPosition, cyclesPerOutput, cyclesPerAddition, cyclesPerMultiplication,
      cyclesPerWideMultiplication, cyclesPerCopy, cyclesPerInterpolation, cyclesPerArgMax,
      softmax.start,
      softmax.perRow, softmax.perElement, cyclesPerStart, latency.read, latency.write,
      externalLatency.read, externalLatency.write,
    ]
    if rates.contains(where: { !(0...1e9).contains($0) }) {
      problems.append("blockArray: cycles must be 0 to 10^9")
    }
    if !(1...1e6).contains(intervalFactor) {
      problems.append("blockArray: intervalFactor must be at least 1")
    }
    return problems
  }
}
