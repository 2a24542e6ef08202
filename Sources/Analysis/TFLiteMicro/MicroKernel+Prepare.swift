import OpGraph

/// What kernels ask for that depends on the sizes of their tensors.
// bounded: options and sizes of 32 bits, and sums of products, which are saturated
extension MicroKernel {
  @Sendable static func prepareConvolution(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    let isDepthwise = call.name == "DEPTHWISE_CONV_2D"
    let channels = saturated(4, times: call.size(1, isDepthwise ? 3 : 0))
    requests.persistent += [channels, channels]
    // Narrow weights are unpacked.
    if call.type(1) == .int4 { requests.scratch.append(call.input(1)?.elements ?? 0) }
    let library = MicroWindow(call).map {
      isDepthwise ? $0.depthwiseScratch(target.kernels) : $0.convolutionScratch(target.kernels)
    }
    if let library, library > 0 { requests.scratch.append(library) }
  }

  @Sendable static func prepareTransposedConvolution(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    let channels = saturated(4, times: call.size(1, 0))
    requests.persistent += [channels, channels]
    let elements = call.output?.elements ?? 0
    switch call.type(2) {
    case .int8:
      // Sums of 32 bits; CMSIS-NN keeps some rows of them.
      let rows = MicroWindow(call).flatMap { $0.transposedScratch(target.kernels) }
      requests.scratch.append(rows ?? saturated(4, times: elements))
    case .int16:
      requests.scratch.append(saturated(8, times: elements))
      if call.type(3) == .int16 {
        requests.scratch.append(saturated(8, times: call.input(3)?.elements ?? 0))
      }
    default: break
    }
  }

  @Sendable static func prepareFullyConnected(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    if call.type(1) == .int4 { requests.scratch.append(call.input(1)?.elements ?? 0) }
    if call.type(0) != .float32, call.input(1)?.scaleCount ?? 0 > 1 {
      let channels = saturated(4, times: call.size(1, 0))
      requests.persistent += [channels, channels]
    }
    // Sums of the weights of each result.
    if case .cmsisNN(.mve) = target.kernels, call.type(0) == .int8, call.type(1) == .int8 {
      requests.scratch.append(saturated(4, times: call.size(1, 0)))
    }
  }

  /// Operands that are not stored as the kernel reads them are transposed, into buffers that stay.
  @Sendable static func prepareBatchMatMul(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    if call.type(0) == .int8 || call.type(0) == .int16 { requests.persistent.append(28) }
    let isTransposed = [call.option("adj_x") != 0, call.option("adj_y") == 0]
    for (place, isTransposed) in isTransposed.enumerated() where isTransposed {
      guard let tensor = call.input(place) else { continue }
      requests.persistent.append(MicroStructure.evalTensor.bytes(target))
      requests.copySizes(of: tensor)
      requests.persistent.append(saturated(tensor.bytesPerElement, times: tensor.elements))
    }
    requests.copySizes(of: call.output)
  }

  @Sendable static func prepareSVDF(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    let (batch, filters) = (call.size(0, 0), call.size(1, 0))
    let sums = saturated(4, times: batch)
    requests.scratch.append(saturated(sums, times: filters))
    if call.type(0) == .int8 {
      requests.scratch.append(saturated(sums, times: filters / max(1, call.option("rank"))))
    }
  }

  /// A buffer for each gate, as wide as the cell's state; CMSIS-NN needs three.
  @Sendable static func prepareLSTM(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    let (hidden, cell) = (18, 19)
    let batch = call.size(0, call.option("time_major") != 0 ? 1 : 0)
    let state = saturated(batch, times: call.input(hidden)?.shape.last ?? 0)
    let gate = saturated(state, times: call.input(cell)?.bytesPerElement ?? 0)
    var gates = 4
    if case .cmsisNN = target.kernels, call.type(cell) == .int16 { gates = 3 }
    requests.scratch += [Int](repeating: gate, count: gates)
  }

  /// A Fourier transform of real numbers by KISS FFT: one of half the length, its factors, and turns of both.
  @Sendable static func prepareTransform(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    let length = call.count("fft_length")
    let element = call.input(0)?.bytesPerElement ?? 0
    requests.scratch.append(saturated(element, times: length))
    let turns = saturated(2 * element, times: length / 2 + length / 2 * 3 / 2)
    requests.persistent.append(3 * target.pointerBytes + 264 + turns)
  }

  /// Buffers of the search for the boxes to keep.
  @Sendable static func prepareDetections(
    _ call: MicroCall, _ target: MicroTarget, _ requests: inout MicroRequests
  ) {
    let boxes = call.size(0, 1)
    let detections = call.count("max_detections")
    let perBox = saturated(4, times: boxes)
    let perDetection = saturated(perBox, times: detections)
    requests.scratch += [
      boxes, saturated(4, times: perBox),
      saturated(4, times: saturated(call.size(1, 1), times: call.size(1, 2))),
      perBox, perBox, perDetection, perDetection, perBox, perDetection,
      saturated(perBox, times: max(call.count("num_classes"), detections)),
      saturated(perBox, times: min(boxes, detections)),
    ]
  }
}
