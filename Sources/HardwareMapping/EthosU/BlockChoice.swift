import DeviceProfiles
import Quantities

/// The block of the result that is made at a time, and how many cover the whole.
struct Block {
  var output: FeatureMapExtent
  /// The part of the operand that it is made of.
  var input: FeatureMapExtent
  var inPlane: Double
  var inDepth: Double

  /// Blocks end where the tensors do.
  mutating func clip(to operation: EthosUOperation) {
    output.clip(to: operation.output)
    input.clip(to: operation.input)
  }
}

extension FeatureMapExtent {
  fileprivate mutating func clip(to whole: FeatureMapExtent) {
    height = min(height, whole.height)
    width = min(width, whole.width)
    channels = min(channels, whole.channels)
  }
}

/// Chooses the block with the least traffic that the buffers have the capacity for.
struct BlockChoice {
  private typealias Architecture = EthosUArchitecture

  private let micro: FeatureMapExtent
  private let bufferBytes: Double

  init(_ configuration: EthosUConfiguration) {
    micro = configuration.microblock
    bufferBytes = configuration.blockBuffer.value
  }

  private struct Candidate {
    var block: Block
    var traffic: Double

    /// Less traffic, or else fewer blocks, or else deeper ones.
    func isBetter(than other: Candidate) -> Bool {
      if traffic != other.traffic { return traffic < other.traffic }
      let blocks = block.inPlane * block.inDepth
      let others = other.block.inPlane * other.block.inDepth
      if blocks != others { return blocks < others }
      return block.output.channels > other.block.output.channels
    }
  }

  func choose(_ operation: EthosUOperation, isKernelFirst: Bool) -> Block {
    let output = operation.output
    let (step, most) = (Architecture.depthStep, Architecture.largestBlock)
    let depths = sizes(output.channels, step: max(step, micro.channels), most: most.channels)
      .filter { $0 >= Architecture.splitDepth || output.channels <= step }
    let heights = sizes(output.height, step: micro.height, most: most.height)
    let widths = sizes(output.width, step: micro.width, most: most.width)
    var best: Candidate?
    for depth in depths {
      for height in heights {
        for width in widths {
          let made = FeatureMapExtent(height, width, depth)
          guard let candidate = candidate(made, operation, isKernelFirst) else { continue }
          if best.map(candidate.isBetter) ?? true { best = candidate }
        }
      }
    }
    return best?.block ?? smallest(operation)
  }

  /// A block with its traffic; nil when it is too large for the buffers.
  // bounded: a block has at most the unit's greatest sides, and strides are cut at 2^20
  private func candidate(
    _ made: FeatureMapExtent, _ operation: EthosUOperation, _ isKernelFirst: Bool
  ) -> Candidate? {
    let (input, output) = (operation.input, operation.output)
    let isConvolution = operation.kind == .convolution
    let depth =
      isConvolution
      ? min(
        covering(input.channels, step: Architecture.depthStep),
        isKernelFirst ? Architecture.operandDepthKernelFirst : Architecture.operandDepth)
      : made.channels
    // Strides beyond any image are as good as its size.
    let strideHeight = min(operation.stride.height, 1 << 20)
    let strideWidth = min(operation.stride.width, 1 << 20)
    let part = FeatureMapExtent(
      (made.height - 1) * strideHeight
        + min(operation.kernelSize.height, Architecture.subkernelSide),
      (made.width - 1) * strideWidth + min(operation.kernelSize.width, Architecture.subkernelSide),
      depth)
    // 32-bit sums, and the bytes that they are made of.
    let bytes = Architecture.bytesPerSum * made.floatingElements + part.floatingElements
    let buffers = Architecture.buffersPerBlock * bytes + Architecture.outputBufferBytes
    guard buffers <= bufferBytes else { return nil }
    let inPlane = count(output.height, made.height) * count(output.width, made.width)
    let inDepth = count(output.channels, made.channels)
    let plane = Double(min(part.height, input.height)) * Double(min(part.width, input.width))
    let kernelElements = Double(operation.kernelSize.height) * Double(operation.kernelSize.width)
    var read = inPlane * plane * inBricks(input.channels)
    var weights = inPlane * kernelElements * Double(output.channels)
    if isConvolution {
      read *= inDepth
      weights *= Double(input.channels)
    }
    return Candidate(
      block: Block(output: made, input: part, inPlane: inPlane, inDepth: inDepth),
      traffic: read + weights)
  }

  /// Where strides are so large that no block fits: a microblock at a time.
  private func smallest(_ operation: EthosUOperation) -> Block {
    let (output, depth) = (operation.output, Architecture.depthStep)
    return Block(
      output: FeatureMapExtent(micro.height, micro.width, depth),
      input: FeatureMapExtent(operation.kernelSize.height, operation.kernelSize.width, depth),
      inPlane: count(output.height, micro.height) * count(output.width, micro.width),
      inDepth: count(output.channels, depth))
  }

  /// The search looks at sizes that divide a length into at most this many parts, and at this many
  /// powers of two.
  private static let mostParts = 40, powers = 5

  /// The smallest sizes, in whole steps, of which any number covers a length, and some powers of two.
  // bounded: a length of at least 1, and quotients by numbers from 1 on
  private func sizes(_ length: Int, step: Int, most: Int) -> [Int] {
    let limit = most - most % step
    var sizes: Set<Int> = []
    for parts in 1...min(length, Self.mostParts) {
      sizes.insert(min(covering((length - 1) / parts + 1, step: step), limit))
    }
    for power in 0..<Self.powers where step << power <= min(covering(length, step: step), most) {
      sizes.insert(step << power)
    }
    return sizes.sorted()
  }

  /// The least multiple of a step that covers a length.
  // bounded: a step of at least 1, and the sum is checked
  private func covering(_ length: Int, step: Int) -> Int {
    let (sum, overflow) = length.addingReportingOverflow(step - 1)
    return overflow ? Int.max - Int.max % step : sum / step * step
  }
}
