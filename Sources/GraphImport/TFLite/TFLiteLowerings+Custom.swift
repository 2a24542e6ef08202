import Quantities
import OpGraph

/// Operators that are not the schema's, by the names that their producers register them with.
///
/// What one is defined as is nowhere in the file; sources stand beside the rows.
extension TFLiteLowerings {
  static let custom: [TFLiteLowering] = detection + mediaPipe + signal + larq + weights

  /// tensorflow/lite/kernels: detection_postprocess.cc, audio_spectrogram.cc, mfcc.cc.
  private static let detection: [TFLiteLowering] = [
    TFLiteLowering("TFLite_Detection_PostProcess") { op throws(Problem) in
      let boxes = op.integer("max_detections", default: 0)
      let classes = op.integer("max_classes_per_detection", default: 1)
      guard (0...1 << 20).contains(boxes), (0...1 << 20).contains(classes) else {
        throw Problem("\(boxes) detections of \(classes) classes")
      }
      // bounded: both at most 2^20
      return LoweredOperator(DetectionPostProcess(boxes: boxes * classes))
    },
    TFLiteLowering("AudioSpectrogram", lower: audioSpectrogram),
    // Bands are weighted sums of the spectrum, then a transform between the bands.
    // Operand 1 is the rate.
    .stated(
      .mfcc, .perOperand(OperationCounts(adds: 1, multiplies: 1)), kind: .reduction,
      attributes: [1]),
  ]

  /// mediapipe/util/tflite/operations.
  private static let mediaPipe: [TFLiteLowering] = [
    TFLiteLowering("MaxPoolingWithArgmax2D") { op throws(Problem) in
      let options = try WindowBytes(op.op.options.bytes)
      return LoweredOperator(
        StatedShape(
          .maxPoolWithArgmax2D, types: op.resultTypes, kind: .pooling,
          operations: .perResult(.adds(.fixed(options.kernelElements))),
          statedBatch: op.operand(0)?.type.shape?.dimensions.first))
    },
    .stated(.maxUnpooling2D, .perResult(.moves(1))),
    TFLiteLowering("Convolution2DTransposeBias", lower: transposedConvolution),
    // Four weighted neighbours make an element.
    .stated(
      .transformTensorBilinear, .perResult(OperationCounts(adds: 4, multiplies: 4)), kind: .resize),
    // Two products and two sums for each coordinate.
    .stated(
      .transformLandmarks, .perResult(OperationCounts(adds: 2, multiplies: 2)), kind: .elementwise),
    // The bounding box and the angle of some landmarks.
    .stated(.landmarks2TransformMatrix, .perOperand(.adds(2)), kind: .reduction),
    .stated(.landmarks2TransformMatrixV2, .perOperand(.adds(2)), kind: .reduction),
    // Operand 1 is the size.
    .stated(
      .resizeNearestNeighborBatched, .perResult(.adds(1)), kind: .resize, attributes: [1]),
  ]

  /// Weights in another form, and inputs that are turned so that they quantize better.
  private static let weights: [TFLiteLowering] = [
    // tflite-micro's kernels/decode.cc. Operands: packed weights and how they are packed, in turn.
    .stated(.decode, named: "TFLM_DECODE", .perResult(.lookUps(1))),
    // ai-edge-quantizer 0.10: a fast Walsh-Hadamard transform of each run of elements.
    TFLiteLowering("aeq.hadamard_rotation") { op throws(Problem) in
      let size = try op.positive("hadamard_size", default: 0)
      return LoweredOperator(
        SameShape(
          .hadamardRotation, operationsPerElement: .adds(.fixed(stages(size))), attributes: [1]))
    },
  ]

  /// tflite-micro/signal: what one element takes in the reference kernels.
  private static let signal: [TFLiteLowering] = [
    .stated(
      .signalWindow, .perResult(OperationCounts(adds: 1, multiplies: 1)), kind: .elementwise),
    // A search for the largest element and a shift.
    .stated(.signalFftAutoScale, .perOperand(.adds(2)), kind: .elementwise),
    .signalTransform(.signalRfft),
    .signalTransform(.signalIrfft),
    // Two squares and a sum for each complex number.
    .stated(
      .signalEnergy, .perResult(OperationCounts(adds: 1, multiplies: 2)), kind: .elementwise),
    // Each energy goes into two bands with a weight.
    .stated(
      .signalFilterBank, .perOperand(OperationCounts(adds: 2, multiplies: 2)), kind: .reduction),
    .stated(.signalFilterBankSquareRoot, .perResult(.divides(1)), kind: .elementwise),
    .stated(
      .signalFilterBankSpectralSubtraction, .perResult(OperationCounts(adds: 3, multiplies: 3)),
      kind: .elementwise),
    .stated(
      .signalFilterBankLog, .perResult(OperationCounts(multiplies: 1, transcendentals: 1)),
      kind: .elementwise),
    .stated(
      .signalPCAN, .perResult(OperationCounts(adds: 1, multiplies: 2, lookUps: 1)),
      kind: .elementwise),
    .stated(.signalDelay, .perResult(.moves(1))),
    .stated(.signalFramer, .perResult(.moves(1))),
    .stated(.signalStacker, .perResult(.moves(1))),
    .stated(.signalOverlapAdd, .perResult(.adds(1)), kind: .elementwise),
  ]

  @Sendable private static func audioSpectrogram(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let stages = stages(try op.positive("window_size", default: 0))
    return LoweredOperator(
      StatedShape(
        .audioSpectrogram, types: op.resultTypes, kind: .reduction,
        operations: .perResultRow(
          // Windows are filled up to a power of two.
          transform(
            [SymbolicInt](repeating: 2, count: stages).product, stages: stages))))
  }

  /// 5 n log2 n operations for n points, as in `FourierTransform`.
  fileprivate static func transform(_ points: SymbolicInt, stages: Int) -> OperationCounts {
    FourierTransform.butterfly * (points * .fixed(stages))
  }

  fileprivate static func stages(_ points: Int) -> Int {
    // bounded: at least one point
    Int.bitWidth - (points - 1).leadingZeroBitCount
  }

  /// Operands: image, weights, bias.
  ///
  /// The result's size follows from the file's statement of it.
  @Sendable private static func transposedConvolution(
    _ op: TFLiteOperatorReader
  ) throws(Problem) -> LoweredOperator {
    let options = try WindowBytes(op.op.options.bytes)
    let stated = try op.resultType().shape?.dimensions.compactMap(\.fixedValue) ?? []
    guard stated.count == 4 else { throw Problem("the file does not say the result's size") }
    return LoweredOperator(
      TransposedConvolution(
        window: SlidingWindow(strides: options.strides, dilations: [1, 1], padding: .valid),
        outputPadding: [], outputSizes: Array(stated[1...2]), groups: 1, layout: .channelsLast,
        weightLayout: .outputSpaceInput))
  }
}

extension TFLiteLowering {
  /// A transform of each frame; shorter frames are filled up.
  fileprivate static func signalTransform(_ name: OperatorName) -> TFLiteLowering {
    TFLiteLowering(name.rawValue) { op throws(Problem) in
      let points = try op.positive("fft_length", default: 0)
      return LoweredOperator(
        StatedShape(
          name, types: op.resultTypes, kind: .reduction,
          operations: .perOperandRow(
            TFLiteLowerings.transform(
              .fixed(points), stages: TFLiteLowerings.stages(points))),
          statedBatch: op.operand(0)?.type.shape?.dimensions.first))
    }
  }
}

/// The options that MediaPipe writes as the bytes of TensorFlow Lite's C structures of a window
/// (tensorflow/lite/core/c/builtin_op_data.h): padding, strides along width and height, and of a
/// pooling the window's width and height, in integers of 32 bits.
private struct WindowBytes {
  let strides: [Int]
  let kernelElements: Int

  init(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    let numbers = (0..<min(5, bytes.count / 4)).map {
      // bounded: at most five
      Int(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self))
    }
    guard numbers.count >= 3, numbers.dropFirst().allSatisfy({ (1...1 << 15).contains($0) }) else {
      throw Problem("options of \(counted(bytes.count, "byte")) that are not those of a window")
    }
    strides = [numbers[2], numbers[1]]
    // bounded: both at most 2^15
    kernelElements = numbers.count == 5 ? numbers[3] * numbers[4] : 1
  }
}
