import OpGraph

/// The elements that Vela copies where an operator only moves them.
///
/// The NPU copies with a pool, so that each copied element counts as one multiply-accumulate.
extension VelaConvention {
  /// Elements that are copied; nil when it is no such operator.
  func copies(_ layer: CountedLayer) -> SymbolicInt? {
    switch layer.operation {
    case is Concat: return concatenated(layer)
    // Each operand gets an axis first, and what has another shape is not written in place.
    case is Pack: return layer.outputElements
    case let pad as Pad: return padded(pad, layer)
    case is Slice: return cut(layer, result: 0)
    case is Split, is Unpack: return layer.outputs.indices.map { cut(layer, result: $0) }.sum
    case is Tile: return tiled(layer)
    case is Reshape, is Squeeze, is Unsqueeze: return reshaped(layer)
    default: return nil
    }
  }

  /// Operands whose producers write into the result are not copied.
  private func concatenated(_ layer: CountedLayer) -> SymbolicInt {
    let places = Dictionary(grouping: layer.layer.inputs.indices) { layer.layer.inputs[$0] }
    return layer.layer.inputs.indices.map { index in
      places[layer.layer.inputs[index]]?.count == 1 && isWrittenInPlace(index, of: layer)
        ? 0 : layer.operands[index]?.type.elementCount ?? .unknown
    }.sum
  }

  /// Whether the producer of an operand writes it into the layer's result.
  ///
  /// It does when nothing else needs the tensor, it has the result's scale, and one operator of the
  /// NPU computes it in the operand's shape.
  private func isWrittenInPlace(_ operand: Int, of layer: CountedLayer) -> Bool {
    guard let producer = layer.producer(of: operand), !producer.isOnHost,
      producer.layer.fold == nil, layer.readers(of: operand).count == 1,
      !layer.isGraphResult(operand: operand),
      scales(layer.operands[operand]?.type) == scales(layer.outputs.first)
    else { return false }
    switch producer.operation {
    case is Convolution: return !isSplit(producer)
    case is TransposedConvolution, is FullyConnected, is MatMul, is Pooling,
      is Elementwise, is Activation, is Quantize:
      return true
    case let resize as Resize:
      return resize.sampling != .halfPixel || resize.interpolation == .nearest
        ? producer.inputElements != producer.outputElements : false
    case let reduction as Reduction:
      return [.mean, .maximum, .minimum].contains(reduction.function) && reduction.keepsDimensions
    default: return false
    }
  }

  private func scales(_ type: TensorType?) -> [Float]? { type?.quantization?.scales }

  // MARK: Pads

  /// The borders, and the operand unless its producer writes into the result.
  private func padded(_ pad: Pad, _ layer: CountedLayer) -> SymbolicInt {
    guard let from = layer.operands[0]?.type.shape?.dimensions,
      let to = layer.outputs.first?.shape?.dimensions, from.count == to.count
    else { return .unknown }
    let isMirrored = layer.layer.sourceOperator == "MIRROR_PAD"
    if !isMirrored, isTakenByConvolutions(pad, layer) { return 0 }
    var elements = isMirrored || !isWrittenInPlace(0, of: layer) ? from.product : 0
    var sizes = isMirrored ? from : to
    // Borders of a mirrored pad are read from the result, which grows axis by axis.
    for axis in from.indices {
      sizes[axis] = to[axis] - from[axis]
      elements += sizes.product
      sizes[axis] = to[axis]
    }
    return elements
  }

  /// Whether all readers are convolutions without padding, which then pad themselves.
  private func isTakenByConvolutions(_ pad: Pad, _ layer: CountedLayer) -> Bool {
    let readers = layer.readers(ofResult: 0)
    guard !readers.isEmpty, !layer.isGraphResult(result: 0), isZero(layer),
      scales(layer.operands[0]?.type) == scales(layer.outputs.first),
      let widths = try? layer.operands.numbers(1), widths.count == 8,
      widths.allSatisfy({ (0...Int(Int32.max)).contains($0) }),
      widths[0..<2].allSatisfy({ $0 == 0 }), widths[6..<8].allSatisfy({ $0 == 0 }),
      let sizes = layer.operands[0]?.type.shape?.dimensions.numbers, sizes.count == 4
    else { return false }
    return readers.allSatisfy { reader in
      !reader.isOnHost && reader.layer.inputs.first == layer.layer.outputs.first
        && (1...2).allSatisfy {
          // bounded: places of two axes
          isTaken(
            reader, axis: $0, size: sizes[$0], before: widths[2 * $0], after: widths[2 * $0 + 1])
        }
    }
  }

  /// Whether a pad's elements are those that the tensor's zero stands for.
  private func isZero(_ pad: CountedLayer) -> Bool {
    guard pad.operands[2] != nil else { return true }
    let zero = pad.outputs.first?.quantization?.zeroPoints.first ?? 0
    return (try? pad.operands.numbers(2)) == [zero]
  }

  /// Whether a convolution can pad itself along an axis: by less than its kernel's extent.
  // bounded: products of two sizes below 2^24
  private func isTaken(
    _ reader: CountedLayer, axis: Int, size: Int, before: Int, after: Int
  ) -> Bool {
    guard let convolution = reader.operation as? Convolution, convolution.window.strides.count == 2,
      let kernel = reader.operands[1]?.type.shape?.dimensions.numbers, kernel.count == 4,
      let result = reader.outputs.first?.shape?.dimensions.numbers, result.count == 4
    else { return false }
    let stride = convolution.window.strides[axis - 1]
    let dilation = convolution.window.dilations[axis - 1]
    // No NPU takes sizes of more than 24 bits.
    guard stride > 0,
      [size, before, after, stride, dilation, kernel[axis], result[axis]].allSatisfy({
        (0..<1 << 24).contains($0)
      })
    else { return false }
    let extent = (kernel[axis] - 1) * dilation + 1
    // It has no padding of its own.
    guard (result[axis] - 1) * stride + extent <= size + before + after else { return false }
    // Rows after the last window are not needed.
    let needed = max(0, (size + stride - 1) / stride * stride - stride + extent - size)
    let excess = after % stride - (needed - before) % stride
    let rest = max(0, after - excess - (excess >= 0 ? 0 : stride))
    return before < extent && rest < extent
  }

  // MARK: Parts, repetitions and views

  /// A part of a tensor is copied unless all its readers can read it where it lies.
  private func cut(_ layer: CountedLayer, result: Int) -> SymbolicInt {
    let readers = layer.readers(ofResult: result)
    let isReadInPlace = readers.allSatisfy { readsParts($0) } && !losesInnerAxis(layer, result)
    let isCopied = layer.isGraphResult(result: result) || (!readers.isEmpty && !isReadInPlace)
    return isCopied ? layer.outputs[result].elementCount : 0
  }

  /// Whether an axis is taken out behind others: the part then has another shape where it lies.
  // bounded: axes of a shape
  private func losesInnerAxis(_ layer: CountedLayer, _ result: Int) -> Bool {
    let removed: [Int]
    switch layer.operation {
    case let unpack as Unpack:
      let rank = (layer.outputs[result].shape?.rank ?? 0) + 1
      removed = [unpack.axis < 0 ? unpack.axis + rank : unpack.axis]
    case let slice as Slice:
      guard case .strided(let masks) = slice.bounds else { return false }
      removed = (0..<32).filter { masks.shrinkAxis >> $0 & 1 == 1 }
    default: return false
    }
    let outer = (removed.last ?? 0) + 1 - removed.count
    return layer.outputs[result].shape?.dimensions.prefix(max(0, outer)).contains { $0 != 1 }
      ?? false
  }

  private func readsParts(_ reader: CountedLayer) -> Bool {
    guard !reader.isOnHost else { return false }
    switch reader.operation {
    case is Convolution: return !isSplit(reader)
    case is TransposedConvolution, is Pooling, is Quantize, is Activation, is Elementwise,
      is Concat, is Pad, is Tile:
      return true
    case let reduction as Reduction: return reduction.function != .mean
    default: return false
    }
  }

  /// Repeats along one axis after the other; each repetition is a copy.
  private func tiled(_ layer: CountedLayer) -> SymbolicInt {
    guard var sizes = layer.operands[0]?.type.shape?.dimensions,
      let result = layer.outputs.first?.shape?.dimensions, sizes.count == result.count
    else { return .unknown }
    var elements: SymbolicInt = 0
    for axis in sizes.indices where sizes[axis] != result[axis] {
      sizes[axis] = result[axis]
      elements += sizes.product
    }
    return elements == 0 ? layer.outputElements : elements
  }

  /// A view is only copied where two tensors must exist: between an input, a result or the host on
  /// both sides, or when others read the operand in its own shape.
  private func reshaped(_ layer: CountedLayer) -> SymbolicInt {
    let producer = layer.producer(of: 0)
    let isFixedBefore =
      producer.map { $0.isOnHost || $0.layer.fold != nil } ?? true
      || layer.isGraphResult(operand: 0)
    let isFixedAfter =
      layer.isGraphResult(result: 0) || layer.readers(ofResult: 0).contains { $0.isOnHost }
    let isShared =
      layer.readers(of: 0).count > 1 && layer.operands[0]?.type.shape != layer.outputs.first?.shape
    return (isFixedBefore && isFixedAfter) || isShared ? layer.outputElements : 0
  }
}
