import OpGraph

/// A convolution in numbers, and the scratch that libraries of kernels ask for to run it.
///
/// CMSIS-NN: the functions `*_get_buffer_size` of its version of March 2026; ESP-NN: the functions
/// `esp_nn_get_*_scratch_size` of version 1.1.
// bounded: sums of sizes below 2^24 and of products, which are saturated
struct MicroWindow {
  private struct Side {
    var input: Int
    var output: Int
    var filter: Int
    var stride: Int
    var dilation: Int
    /// Padding before the first element.
    var padding: Int
  }

  private let type: ElementType
  private let weights: ElementType
  private let batch: Int
  private let inputChannels: Int
  private let outputChannels: Int
  private let multiplier: Int
  private let height: Side
  private let width: Side

  /// Nil where a tensor is left out or has another rank.
  init?(_ call: MicroCall) {
    let isTransposed = call.name == "TRANSPOSE_CONV"
    guard let input = call.input(isTransposed ? 2 : 0), let filter = call.input(1),
      let output = call.output, input.shape.count == 4, filter.shape.count == 4,
      output.shape.count == 4,
      (input.shape + filter.shape + output.shape).allSatisfy({
        (0..<1 << 24).contains($0)
      })
    else { return nil }
    func side(_ axis: Int, _ letter: String) -> Side {
      let stride = max(1, min(call.option("stride_" + letter, default: 1), 1 << 16))
      let dilation = max(
        1, min(call.option("dilation_\(letter)_factor", default: 1), 1 << 16))
      let filter = filter.shape[axis]
      let covered = saturated(filter - 1, times: dilation) + 1
      // The schema's padding: SAME is 0, VALID is 1.
      let missing =
        saturated(output.shape[axis] - 1, times: stride) + covered - input.shape[axis]
      let isSame = call.option("padding") == 0
      return Side(
        input: input.shape[axis], output: output.shape[axis], filter: filter, stride: stride,
        dilation: dilation, padding: isSame ? max(0, missing) / 2 : 0)
    }
    type = input.elementType
    weights = filter.elementType
    batch = input.shape[0]
    inputChannels = input.shape[3]
    outputChannels = output.shape[3]
    multiplier = max(1, call.option("depth_multiplier", default: 1))
    (height, width) = (side(1, "h"), side(2, "w"))
  }

  private var isDilated: Bool { height.dilation != 1 || width.dilation != 1 }
  private var isPadded: Bool { height.padding != 0 || width.padding != 0 }
  private var isPointwise: Bool {
    height.filter == 1 && width.filter == 1 && !isPadded && !isDilated
  }
  private var filterElements: Int { saturated(height.filter, times: width.filter) }
  /// Elements that a result is made of.
  private var columns: Int { saturated(filterElements, times: inputChannels) }

  func convolutionScratch(_ kernels: MicroTarget.Kernels) -> Int {
    switch kernels {
    case .reference: return 0
    case .cmsisNN(let core):
      if type == .int16 { return saturated(4, times: columns) }
      guard type == .int8 else { return 0 }
      if isPointwise { return 0 }
      if core != .mve { return 4 * aligned(columns, to: 4) }
      let isRow =
        height.input == 1 && height.filter == 1 && width.dilation == 1
        && saturated(width.stride, times: inputChannels) % 4 == 0
      return isRow ? rowScratch : imageScratch
    case .espNN(let chip):
      return type == .int8 && chip == .esp32s3 && !isDilated ? esp32s3Convolution : 0
    }
  }

  /// Four columns of the image for vectors of 16 elements.
  private var imageScratch: Int { 4 * aligned(columns, to: 16) }

  private var rowScratch: Int {
    let total = saturated(width.output - 1, times: width.stride) + width.filter - width.input
    let odd = total % 2
    func count(_ padding: Int) -> Int {
      padding == 0 ? 0 : max(1, (padding + width.stride - 1) / width.stride)
    }
    let (right, left) = (count(width.padding + odd), count(width.padding))
    guard right + left <= width.output else { return imageScratch }
    let leftBytes = saturated(width.padding, times: inputChannels)
    let rightBytes = odd != 0 ? saturated(right, times: inputChannels) : leftBytes
    let elements = saturated(width.filter, times: inputChannels)
    return max(elements + leftBytes, elements - inputChannels + rightBytes)
  }

  func depthwiseScratch(_ kernels: MicroTarget.Kernels) -> Int {
    switch kernels {
    case .reference: return 0
    case .cmsisNN(let core):
      guard inputChannels == outputChannels, batch == 1, !isDilated else { return 0 }
      switch (type, core) {
      case (.int8, .scalar): return 0
      case (.int8, .dsp):
        let isSmall =
          width.filter == 3 && height.filter == 3 && height.padding <= 1 && width.padding <= 1
        return isSmall ? 0 : saturated(2, times: columns)
      // Blocks of 124 channels.
      case (.int8, .mve): return saturated(4 * 124, times: filterElements)
      case (.int16, .dsp) where filterElements < 512: return saturated(2, times: columns)
      case (.int16, .mve) where filterElements < 512: return saturated(8, times: columns) + 8
      default: return 0
      }
    case .espNN(let chip):
      return type == .int8 && chip == .esp32s3 && !isDilated ? esp32s3Depthwise : 0
    }
  }

  /// Nil where the library has no kernel of its own.
  func transposedScratch(_ kernels: MicroTarget.Kernels) -> Int? {
    guard case .cmsisNN(let core) = kernels else { return nil }
    // From so many channels on, CMSIS-NN runs a convolution over a spread image.
    if height.stride <= 2, width.stride <= 2, inputChannels > 16 {
      let reversed = saturated(columns, times: outputChannels)
      return reversed + (core == .mve ? imageScratch : 4 * aligned(columns, to: 4))
    }
    let row = saturated(width.input - 1, times: width.stride) + max(width.filter, height.stride)
    return saturated(
      saturated(4 * row, times: outputChannels), times: max(height.filter, height.stride))
  }

  private var esp32s3Convolution: Int {
    let alignment = 32
    if isPointwise, height.stride == 1, width.stride == 1 {
      let channels = aligned(inputChannels, to: 8)
      let pixels = saturated(height.input, times: width.input)
      let transposed = pixels < 8 ? 0 : 16 * channels
      let padded = inputChannels % 8 == 0 ? 0 : saturated(pixels, times: channels)
      return padded + saturated(channels, times: outputChannels) + transposed + alignment
    }
    let row = saturated(width.filter, times: inputChannels)
    if row < 16, columns >= 16 {
      let column = aligned(columns, to: 16)
      return saturated(4 + column, times: outputChannels) + 32 + column + alignment
    }
    let padded =
      isPadded
      ? volume(width.input + 2 * width.padding, height.input + 2 * height.padding) : 0
    let channels = aligned(inputChannels, to: 16)
    let filter = saturated(saturated(filterElements, times: channels), times: outputChannels)
    let rows = saturated(
      saturated(aligned(row, to: 16), times: height.filter), times: outputChannels)
    let (right, bottom) = (beyond(width), beyond(height))
    let boundary =
      right > 0 || bottom > 0
      ? volume(width.input + right, height.input + bottom) : 0
    return padded + filter + rows + boundary + alignment + 4 * outputChannels
  }

  private var esp32s3Depthwise: Int {
    let filter = saturated(columns, times: multiplier)
    let image = volume(width.input, height.input)
    if multiplier == 1, inputChannels % 8 == 0, width.filter == 3, height.filter == 3 {
      guard inputChannels % 16 == 0 else { return 2 * (filter + image) + 16 }
      let right = isPadded ? 2 * width.padding : beyond(width)
      let bottom = isPadded ? 2 * height.padding : beyond(height)
      let padded = volume(width.input + right, height.input + bottom)
      return filter + (right != 0 || bottom != 0 ? padded : 0) + 16
    }
    return multiplier % 4 == 0 ? 2 * (filter + image) + 16 : 32
  }

  /// Elements of an image of so many columns and rows.
  private func volume(_ columns: Int, _ rows: Int) -> Int {
    saturated(saturated(columns, times: rows), times: inputChannels)
  }

  /// How far the last window is beyond the image, as ESP-NN computes it.
  private func beyond(_ side: Side) -> Int {
    max(0, saturated(side.output, times: side.stride) + side.filter - 1 - side.input)
  }

  private func aligned(_ count: Int, to alignment: Int) -> Int {
    (count + alignment - 1) / alignment * alignment
  }
}
