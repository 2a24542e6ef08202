import Quantities

/// How the edges of an image are extended before a window slides over it.
package enum Padding: Hashable, Sendable {
  /// Elements added before and after, per spatial axis.
  case explicit(before: [Int], after: [Int])
  /// As many as make the output ceil(input / stride) long; an odd one goes to the end.
  case sameUpper
  /// The same with an odd one at the start.
  case sameLower
  /// None.
  case valid
}

/// The geometry of a sliding window over the spatial axes.
package struct SlidingWindow: Hashable, Sendable {
  /// Steps between windows, per spatial axis, each at least 1.
  package var strides: [Int]
  /// Distance between the kernel elements of a window, per spatial axis, each at least 1.
  package var dilations: [Int]
  /// How the edges are extended.
  package var padding: Padding
  /// Whether a last window that only partly covers the input counts (ONNX `ceil_mode`).
  package var roundsUp: Bool
  /// Whether a window that exceeds the padded input by less than a stride has one place.
  ///
  /// So do the poolings of onnxruntime (1.32), which divide towards zero where ONNX rounds down.
  package var hasPlaceBeyondInput = false

  package init(
    strides: [Int], dilations: [Int], padding: Padding, roundsUp: Bool = false
  ) {
    self.strides = strides
    self.dilations = dilations
    self.padding = padding
    self.roundsUp = roundsUp
  }

  /// Whether the file states nothing from which the number of spatial axes follows.
  package var hasOpenRank: Bool { strides.isEmpty }

  /// The window over so many spatial axes, where their number was open: steps of 1, no padding that
  /// a file states.
  package func over(spatialAxes: Int) -> SlidingWindow {
    guard hasOpenRank, spatialAxes > 0 else { return self }
    var window = self
    window.strides = [Int](repeating: 1, count: spatialAxes)
    window.dilations = window.strides
    if case .explicit = padding {
      let none = [Int](repeating: 0, count: spatialAxes)
      window.padding = .explicit(before: none, after: none)
    }
    return window
  }

  /// The number of window positions along each spatial axis.
  /// - Parameters:
  ///   - input: Sizes of the image along the spatial axes.
  ///   - kernel: Kernel elements of the window along the spatial axes.
  package func positions(input: [Dimension], kernel: [Dimension]) throws(ShapeError) -> [Dimension]
  {
    guard input.count == strides.count, kernel.count == strides.count,
      dilations.count == strides.count
    else {
      throw .invalid(
        "\(counted(input.count, "spatial axis")), \(counted(kernel.count, "kernel size")) and \(counted(strides.count, "stride"))"
      )
    }
    var result: [Dimension] = []
    for axis in input.indices {
      result.append(try positions(axis, input: input[axis], kernel: kernel[axis]))
    }
    return result
  }

  private func positions(
    _ axis: Int, input: Dimension, kernel: Dimension
  ) throws(ShapeError) -> Dimension {
    let stride = Dimension.fixed(strides[axis])
    let extent = Dimension.fixed(dilations[axis]) * (kernel - 1) + 1
    let added: Dimension
    switch padding {
    case .sameUpper, .sameLower: return input.ceilDivided(by: stride)
    case .valid: added = 0
    case .explicit(let before, let after):
      guard before.count == strides.count, after.count == strides.count else {
        throw .invalid("\(before.count + after.count) pads for \(strides.count) spatial axes")
      }
      added = .fixed(before[axis]) + .fixed(after[axis])
    }
    let room = input + added - extent
    if let room = room.fixedValue, room < 0 {
      if hasPlaceBeyondInput, (.fixed(room) + stride).fixedValue ?? 0 > 0 { return 1 }
      throw .invalid("a window of \(extent) does not fit in \(input + added) elements")
    }
    guard roundsUp else { return room.floorDivided(by: stride) + 1 }
    let count = room.ceilDivided(by: stride) + 1
    // A window that would start in the padding after the input does not count.
    if case .explicit(let before, _) = padding,
      let start = ((count - 1) * stride).fixedValue,
      let end = (input + .fixed(before[axis])).fixedValue, start >= end
    {
      return count - 1
    }
    return count
  }
}

/// How many places a window has along an axis of elements that lie `dilation` apart.
func windowPositions(
  _ size: Dimension, dilation: Int, kernelSize: Dimension, tapDilation: Int,
  padding: (before: Int, after: Int), stride: Int
) -> Dimension {
  let extent =
    (size - 1) * .fixed(dilation) + 1 + .fixed(padding.before) + .fixed(padding.after)
  let window = (kernelSize - 1) * .fixed(tapDilation) + 1
  let count = (extent - window).floorDivided(by: .fixed(stride)) + 1
  return count.fixedValue.map { .fixed(Swift.max(0, $0)) } ?? count
}
