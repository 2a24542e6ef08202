import OpGraph

/// A step of an optimizer on one tensor of 10 elements.
///
/// Everything is read, the tensor and its states are written anew. The rate takes 4 bytes and the
/// step number 8.
private func step(_ name: OperatorName, states: Int, _ operations: OperationCounts) -> OperatorCase
{
  OperatorCase(
    name, .onnx("ai.onnx.preview.training", name.rawValue),
    on: [.float32([]), .int64([])] + [Operand?](repeating: .float32([10]), count: 2 + states),
    gives: [TensorType](repeating: .float32([10]), count: 1 + states), other: operations,
    traffic: .bytes(read: 4 + 8 + 4 * 10 * (2 + states), written: 4 * 10 * (1 + states)))
}

/// Random numbers in the shape of a tensor that is not read: one operation each.
private func like(_ name: OperatorName) -> OperatorCase {
  OperatorCase(
    name, .onnx(name.rawValue), on: [.float32([4, 6])], gives: [.float32([4, 6])],
    other: .of(adds: 4 * 6),
    traffic: .bytes(written: 4 * 4 * 6))
}

extension OperatorCases {
  static let random = list {
    OperatorCase(
      .randomNormal, .onnx("RandomNormal", ["shape": [4, 6]]), on: [], gives: [.float32([4, 6])],
      other: .of(adds: 4 * 6), traffic: .bytes(written: 4 * 4 * 6))
    OperatorCase(
      .randomUniform, .onnx("RandomUniform", ["shape": [4, 6]]), on: [],
      gives: [.float32([4, 6])], other: .of(adds: 4 * 6), traffic: .bytes(written: 4 * 4 * 6))
    OperatorCase(
      .randomNormal, "TFLite", .tflite("RANDOM_STANDARD_NORMAL"), on: [.numbers([4, 6], .int32)],
      gives: [.float32([4, 6])], other: .of(adds: 4 * 6), traffic: .bytes(written: 4 * 4 * 6))
    OperatorCase(
      .randomUniform, "TFLite", .tflite("RANDOM_UNIFORM"), on: [.numbers([4, 6], .int32)],
      gives: [.float32([4, 6])], other: .of(adds: 4 * 6), traffic: .bytes(written: 4 * 4 * 6))
    like(.randomNormalLike)
    like(.randomUniformLike)
    // The probabilities are read.
    OperatorCase(
      .bernoulli, .onnx("Bernoulli"), on: [.float32([4, 6])], gives: [.float32([4, 6])],
      other: .of(adds: 4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    // One operation for each outcome; the number of draws moves nothing.
    OperatorCase(
      .multinomial, "draws stated", .onnx("Multinomial", ["sample_size": 3]),
      on: [.float32([4, 6])], gives: [.int32([4, 3])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 3))
    OperatorCase(
      .multinomial, "draws in an operand", .tflite("MULTINOMIAL"),
      on: [.float32([4, 6]), .number(3, .int32)], gives: [.int64([4, 3])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 8 * 4 * 3))
    // Results: the state of the generator, and the numbers.
    OperatorCase(
      .rngBitGenerator, .tflite("STABLEHLO_RNG_BIT_GENERATOR"), on: [.int64([2])],
      gives: [.int64([2]), .int32([4, 6])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 8 * 2, written: 8 * 2 + 4 * 4 * 6))
  }

  /// What the update rules of the standard do with each element.
  static let training = list {
    // Of each element: G' = c X + G (a product, a sum); H' = H + G' G' (the same);
    // sqrt(H') + e (a root, a sum); X - r G' / that (a product, a quotient, a difference).
    step(.adagrad, states: 1, .of(adds: 4 * 10, multiplies: 3 * 10, divides: 2 * 10))
    // G' as above (a product, a sum); V' = a V + (1 - a) G' (two products, a sum);
    // H' = b H + (1 - b) G' G' (three products, a sum); sqrt(H') + e (a root, a sum);
    // X - R V' / that (a product, a quotient, a difference); the final scale (a product).
    step(.adam, states: 2, .of(adds: 5 * 10, multiplies: 8 * 10, divides: 2 * 10))
    // G' as above (a product, a sum); V' = a V + b G' (two products, a sum); X - R V' (a product, a
    // difference).
    step(.momentum, states: 1, .of(adds: 3 * 10, multiplies: 4 * 10))
    // The work is that of another graph, which the file does not hold.
    OperatorCase(
      .gradient, "unknown work", Gradient(tensors: 1), on: [.float32([4, 6])],
      gives: [.float32([4, 6])], macs: nil, other: .unknown,
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
  }
}
