import OpGraph

/// A kernel of TensorFlow Lite Micro's signal library on 16-bit integers.
private func signal(
  _ name: OperatorName, _ attributes: [String: FileOperator.Attribute] = [:], from: Int, to: Int,
  _ operations: OperationCounts
) -> OperatorCase {
  OperatorCase(
    name, .custom(name.rawValue, attributes), on: [.int16([.fixed(from)])],
    gives: [.int16([.fixed(to)])],
    other: operations, traffic: .bytes(read: 2 * from, written: 2 * to))
}

extension OperatorCases {
  /// A Fourier transform of n points takes 5 n log2 n operations: 3 additions and 2 products for
  /// each point and stage.
  static let signals = list {
    // 16 points: 4 stages.
    OperatorCase(
      .dft, "real signal", .onnx("DFT"), on: [.float32([3, 16, 1])],
      gives: [.float32([3, 16, 2])],
      other: .of(adds: 3 * 3 * 16 * 4, multiplies: 2 * 3 * 16 * 4),
      traffic: .bytes(read: 4 * 3 * 16, written: 4 * 3 * 16 * 2))
    OperatorCase(
      .dft, "half of the spectrum", .onnx("DFT", ["onesided": true]),
      on: [.float32([3, 16, 1])], gives: [.float32([3, 9, 2])],
      other: .of(adds: 3 * 3 * 16 * 4, multiplies: 2 * 3 * 16 * 4),
      traffic: .bytes(read: 4 * 3 * 16, written: 4 * 3 * 9 * 2))
    // 15 points in 4 stages.
    OperatorCase(
      .dft, "half of the spectrum of an odd number of points", .onnx("DFT", ["onesided": true]),
      on: [.float32([3, 15, 1])], gives: [.float32([3, 8, 2])],
      other: .of(adds: 3 * 3 * 15 * 4, multiplies: 2 * 3 * 15 * 4),
      traffic: .bytes(read: 4 * 3 * 15, written: 4 * 3 * 8 * 2))
    OperatorCase(
      .dft, "back from half of the spectrum", .onnx("DFT", ["onesided": true, "inverse": true]),
      on: [.float32([3, 9, 2]), .number(16)], gives: [.float32([3, 16, 1])],
      other: .of(adds: 3 * 3 * 16 * 4, multiplies: 2 * 3 * 16 * 4),
      traffic: .bytes(read: 4 * 3 * 9 * 2, written: 4 * 3 * 16))
    // (128 - 16) / 8 + 1 frames of 16 / 2 + 1 frequencies.
    OperatorCase(
      .stft, .onnx("STFT"), on: [.float32([1, 128, 1]), .number(8), .stored([16])],
      gives: [.float32([1, 15, 9, 2])],
      other: .of(adds: 3 * 15 * 16 * 4, multiplies: 2 * 15 * 16 * 4),
      traffic: .bytes(parameters: 4 * 16, read: 4 * 128, written: 4 * 15 * 9 * 2))
    // 8 rows of 16 points in 4 stages, then 9 columns of 8 points in 3.
    OperatorCase(
      .rfft2D, .tflite("RFFT2D"), on: [.float32([2, 8, 16]), .numbers([8, 16], .int32)],
      gives: [.complex64([2, 8, 9])],
      other: .of(
        adds: 3 * 2 * (8 * 16 * 4 + 9 * 8 * 3), multiplies: 2 * 2 * (8 * 16 * 4 + 9 * 8 * 3)),
      traffic: .bytes(read: 4 * 2 * 8 * 16, written: 8 * 2 * 8 * 9))
    // 10 windows of 512 points in 9 stages.
    OperatorCase(
      .audioSpectrogram, .custom("AudioSpectrogram", ["window_size": 512, "stride": 256]),
      on: [.float32([2816, 1])], gives: [.float32([1, 10, 257])],
      other: .of(adds: 3 * 10 * 512 * 9, multiplies: 2 * 10 * 512 * 9),
      traffic: .bytes(read: 4 * 2816, written: 4 * 10 * 257))
    // A weighted sum of the spectrum; the rate moves nothing.
    OperatorCase(
      .mfcc, .custom("Mfcc"), on: [.float32([1, 10, 257]), .number(16000, .int32)],
      gives: [.float32([1, 10, 13])],
      other: .of(adds: 10 * 257, multiplies: 10 * 257),
      traffic: .bytes(read: 4 * 10 * 257, written: 4 * 10 * 13))

    // Two frames of 480 elements are filled up to 512 points, in 9 stages.
    OperatorCase(
      .signalRfft, .custom("SignalRfft", ["fft_length": 512]), on: [.int16([2, 480])],
      gives: [.int16([2, 514])], other: .of(adds: 3 * 2 * 512 * 9, multiplies: 2 * 2 * 512 * 9),
      traffic: .bytes(read: 2 * 2 * 480, written: 2 * 2 * 514))
    OperatorCase(
      .signalIrfft, .custom("SignalIrfft", ["fft_length": 512]), on: [.int16([2, 514])],
      gives: [.int16([2, 512])], other: .of(adds: 3 * 2 * 512 * 9, multiplies: 2 * 2 * 512 * 9),
      traffic: .bytes(read: 2 * 2 * 514, written: 2 * 2 * 512))
    OperatorCase(
      .signalWindow, .custom("SignalWindow"),
      on: [.int16([480]), Operand(.int16([480]), isConstant: true)],
      gives: [.int16([480])], other: .of(adds: 480, multiplies: 480),
      traffic: .bytes(parameters: 2 * 480, read: 2 * 480, written: 2 * 480))
    // A search for the largest element and a shift.
    signal(.signalFftAutoScale, from: 480, to: 480, .of(adds: 2 * 480))
    // Two squares and a sum for each complex number.
    signal(.signalEnergy, from: 514, to: 257, .of(adds: 257, multiplies: 2 * 257))
    // Each energy goes into two bands with a weight.
    signal(.signalFilterBank, from: 257, to: 32, .of(adds: 2 * 257, multiplies: 2 * 257))
    signal(.signalFilterBankSquareRoot, from: 32, to: 32, .of(divides: 32))
    signal(
      .signalFilterBankSpectralSubtraction, from: 32, to: 32,
      .of(adds: 3 * 32, multiplies: 3 * 32))
    signal(.signalPCAN, from: 32, to: 32, .of(adds: 32, multiplies: 2 * 32, lookUps: 32))
    signal(.signalFilterBankLog, from: 32, to: 32, .of(multiplies: 32, transcendentals: 32))
    signal(.signalDelay, from: 32, to: 32, .moved(32))
    signal(.signalFramer, from: 32, to: 48, .moved(48))
    signal(.signalStacker, from: 32, to: 96, .moved(96))
    signal(.signalOverlapAdd, from: 48, to: 32, .of(adds: 32))

    // 0.5 - 0.5 * cos(...) for each point; of Blackman two cosines. The size moves nothing.
    OperatorCase(
      .hannWindow, .onnx("HannWindow"), on: [.number(16)], gives: [.float32([16])],
      other: .of(adds: 16, multiplies: 16, transcendentals: 16), traffic: .bytes(written: 4 * 16))
    OperatorCase(
      .hammingWindow, .onnx("HammingWindow"), on: [.number(16)], gives: [.float32([16])],
      other: .of(adds: 16, multiplies: 16, transcendentals: 16), traffic: .bytes(written: 4 * 16))
    OperatorCase(
      .blackmanWindow, .onnx("BlackmanWindow"), on: [.number(16)], gives: [.float32([16])],
      other: .of(adds: 2 * 16, multiplies: 2 * 16, transcendentals: 2 * 16),
      traffic: .bytes(written: 4 * 16))
    // 20 bands over 64 / 2 + 1 frequencies.
    OperatorCase(
      .melWeightMatrix, .onnx("MelWeightMatrix"),
      on: [.number(20), .number(64), .number(16000), .real(0), .real(8000)],
      gives: [.float32([33, 20])], other: .of(adds: 33 * 20), traffic: .bytes(written: 4 * 33 * 20))
  }
}
