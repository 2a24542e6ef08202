import DeviceProfiles

/// The block of the result that is made at a time, and how many cover the whole.
struct Block {
  var output: BlockArray.Extent
  /// The part of the operand that it is made of.
  var input: BlockArray.Extent
  var inPlane: Double
  var inDepth: Double

  /// Blocks end where the tensors do.
  mutating func clip(to operation: BlockOperation) {
    output.clip(to: operation.output)
    input.clip(to: operation.input)
  }
}

extension BlockArray.Extent {
  fileprivate mutating func clip(to whole: BlockArray.Extent) {
    height = min(height, whole.height)
    width = min(width, whole.width)
    channels = min(channels, whole.channels)
  }
}

/// Chooses the block with the least traffic that the buffers have room for.
struct BlockChoice {
  let array: BlockArray

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

  func choose(_ operation: BlockOperation, isKernelFirst: Bool) -> Block {
    let output = operation.output
    let micro = array.microblock
    let depths = sizes(output.channels, step: max(8, micro.channels), most: 128)
      .filter { $0 >= 16 || output.channels <= 8 }
    let heights = sizes(output.height, step: micro.height, most: 32)
    let widths = sizes(output.width, step: micro.width, most: 64)
    var best: Candidate?
    for depth in depths {
      for height in heights {
        for width in widths {
          let made = BlockArray.Extent(height, width, depth)
          guard let candidate = candidate(made, operation, isKernelFirst) else { continue }
          if best.map(candidate.isBetter) ?? true { best = candidate }
        }
      }
    }
    return best?.block ?? smallest(operation)
  }

  /// A block with its traffic; nil when the buffers have no room for it.
  private func candidate(
    _ made: BlockArray.Extent, _ operation: BlockOperation, _ isKernelFirst: Bool
  ) -> Candidate? {
    let (input, output) = (operation.input, operation.output)
    let isConvolution = operation.kind == .convolution
    let depth =
      isConvolution
      ? min(covering(input.channels, step: 8), isKernelFirst ? 16 : 32) : made.channels
    // Strides beyond any image are as good as its size.
    let strideHeight = min(operation.stride.height, 1 << 20)
    let strideWidth = min(operation.stride.width, 1 << 20)
    let part = BlockArray.Extent(
      (made.height - 1) * strideHeight + min(operation.kernelSize.height, 8),
      (made.width - 1) * strideWidth + min(operation.kernelSize.width, 8), depth)
    // Two buffers of 32-bit sums, and two of what they are made of.
    let buffers = 8 * made.floatingElements + 2 * part.floatingElements + 2048
    guard buffers <= Double(array.blockBufferBytes) else { return nil }
    let inPlane = count(output.height, made.height) * count(output.width, made.width)
    let inDepth = count(output.channels, made.channels)
    let plane = Double(min(part.height, input.height)) * Double(min(part.width, input.width))
    let kernelElements = Double(operation.kernelSize.height) * Double(operation.kernelSize.width)
    var read = inPlane * plane * roundedUp(Double(input.channels), to: 16)
    var weights = inPlane * kernelElements * Double(output.channels)
    if isConvolution {
      read *= inDepth
      weights *= Double(input.channels)
    }
    return Candidate(
      block: Block(output: made, input: part, inPlane: inPlane, inDepth: inDepth),
      traffic: read + weights)
  }

  /// Large strides leave no room for a block of more than a microblock.
  private func smallest(_ operation: BlockOperation) -> Block {
    let micro = array.microblock
    let output = operation.output
    return Block(
      output: BlockArray.Extent(micro.height, micro.width, 8),
      input: BlockArray.Extent(operation.kernelSize.height, operation.kernelSize.width, 8),
      inPlane: count(output.height, micro.height) * count(output.width, micro.width),
      inDepth: count(output.channels, 8))
  }

  /// The smallest sizes, in whole steps, of which any number covers a length, and some powers of two.
  private func sizes(_ length: Int, step: Int, most: Int) -> [Int] {
    let limit = most - most % step
    var sizes: Set<Int> = []
    for parts in 1...min(length, 40) {
      sizes.insert(min(covering((length - 1) / parts + 1, step: step), limit))
    }
    for power in 0..<5 where step << power <= min(covering(length, step: step), most) {
      sizes.insert(step << power)
    }
    return sizes.sorted()
  }

  /// The least multiple of a step that covers a length.
  private func covering(_ length: Int, step: Int) -> Int {
    let (sum, overflow) = length.addingReportingOverflow(step - 1)
    return overflow ? Int.max - Int.max % step : sum / step * step
  }
}
