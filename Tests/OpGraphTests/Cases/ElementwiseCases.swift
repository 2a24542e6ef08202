import OpGraph

private func of(
  _ function: Elementwise.Function, gives type: ElementType? = nil
) -> any Operator {
  Elementwise(function, resultType: type)
}

/// The operands after the first are scalars.
private func clip() -> any Operator { Elementwise(.clip, broadcastOperands: 1) }

/// A function of each of 5 elements.
private func unary(
  _ name: OperatorName, _ function: Elementwise.Function, _ operations: OperationCounts
) -> OperatorCase {
  OperatorCase(
    name, of(function), on: [.float32([5])], gives: [.float32([5])], other: operations,
    traffic: .bytes(read: 4 * 5, written: 4 * 5))
}

/// A function of 4 x 6 elements and 6 that are repeated: 4 x 6 times one operation.
private func binary(
  _ name: OperatorName, _ function: Elementwise.Function, _ operations: OperationCounts
) -> OperatorCase {
  OperatorCase(
    name, of(function), on: [.float32([4, 6]), .float32([6])], gives: [.float32([4, 6])],
    other: operations, traffic: .bytes(read: 4 * (4 * 6 + 6), written: 4 * 4 * 6))
}

/// The same of integers.
private func integers(_ name: OperatorName, _ function: Elementwise.Function) -> OperatorCase {
  OperatorCase(
    name, of(function), on: [.int32([4, 6]), .int32([6])], gives: [.int32([4, 6])],
    other: .of(adds: 4 * 6), traffic: .bytes(read: 4 * (4 * 6 + 6), written: 4 * 4 * 6))
}

/// A comparison of numbers, whose results take a byte each.
private func comparison(_ name: OperatorName, _ function: Elementwise.Function) -> OperatorCase {
  OperatorCase(
    name, of(function, gives: .bool), on: [.float32([4, 6]), .float32([6])],
    gives: [.bool([4, 6])], other: .of(adds: 4 * 6),
    traffic: .bytes(read: 4 * (4 * 6 + 6), written: 4 * 6))
}

/// The same of truth values.
private func logical(_ name: OperatorName, _ function: Elementwise.Function) -> OperatorCase {
  OperatorCase(
    name, of(function, gives: .bool), on: [.bool([4, 6]), .bool([6])],
    gives: [.bool([4, 6])], other: .of(adds: 4 * 6),
    traffic: .bytes(read: 4 * 6 + 6, written: 4 * 6))
}

/// A function of three tensors of 4 x 6 elements: two operations for each element.
private func ternary(_ name: OperatorName, _ function: Elementwise.Function) -> OperatorCase {
  OperatorCase(
    name, "of three", of(function),
    on: [.float32([4, 6]), .float32([4, 6]), .float32([4, 6])], gives: [.float32([4, 6])],
    other: .of(adds: 2 * 4 * 6), traffic: .bytes(read: 4 * 3 * 4 * 6, written: 4 * 4 * 6))
}

extension OperatorCases {
  /// Of n operands n - 1 operations an element, at least one; a clip or a selection takes one.
  static let elementwise = list {
    unary(.abs, .absolute, .of(adds: 5))
    unary(.neg, .negate, .of(adds: 5))
    unary(.sign, .sign, .of(adds: 5))
    unary(.floor, .floor, .of(adds: 5))
    unary(.ceil, .ceil, .of(adds: 5))
    unary(.round, .round, .of(adds: 5))
    unary(.square, .square, .of(multiplies: 5))
    unary(.reciprocal, .reciprocal, .of(divides: 5))
    unary(.sqrt, .squareRoot, .of(divides: 5))
    unary(.rsqrt, .reciprocalSquareRoot, .of(divides: 5))
    unary(.cbrt, .cubeRoot, .of(transcendentals: 5))
    unary(.exp, .exponential, .of(transcendentals: 5))
    unary(.log, .logarithm, .of(transcendentals: 5))
    unary(.erf, .errorFunction, .of(transcendentals: 5))
    unary(.sin, .sine, .of(transcendentals: 5))
    unary(.cos, .cosine, .of(transcendentals: 5))
    unary(.tan, .tangent, .of(transcendentals: 5))
    unary(.asin, .arcSine, .of(transcendentals: 5))
    unary(.acos, .arcCosine, .of(transcendentals: 5))
    unary(.atan, .arcTangent, .of(transcendentals: 5))
    unary(.sinh, .hyperbolicSine, .of(transcendentals: 5))
    unary(.cosh, .hyperbolicCosine, .of(transcendentals: 5))
    unary(.asinh, .arcHyperbolicSine, .of(transcendentals: 5))
    unary(.acosh, .arcHyperbolicCosine, .of(transcendentals: 5))
    unary(.atanh, .arcHyperbolicTangent, .of(transcendentals: 5))

    binary(.add, .add, .of(adds: 4 * 6))
    binary(.sub, .subtract, .of(adds: 4 * 6))
    binary(.mul, .multiply, .of(multiplies: 4 * 6))
    binary(.div, .divide, .of(divides: 4 * 6))
    binary(.floorDiv, .floorDivide, .of(divides: 4 * 6))
    binary(.mod, .remainder, .of(divides: 4 * 6))
    binary(.pow, .power, .of(transcendentals: 4 * 6))
    binary(.atan2, .arcTangent2, .of(transcendentals: 4 * 6))
    binary(.squaredDifference, .squaredDifference, .of(multiplies: 4 * 6))
    binary(.max, .maximum, .of(adds: 4 * 6))
    binary(.min, .minimum, .of(adds: 4 * 6))
    ternary(.max, .maximum)
    ternary(.min, .minimum)
    ternary(.sum, .sum)
    // Two additions and no product: what takes one operation for all operands is not counted.
    ternary(.mean, .mean)

    integers(.bitwiseAnd, .bitwiseAnd)
    integers(.bitwiseOr, .bitwiseOr)
    integers(.bitwiseXor, .bitwiseXor)
    integers(.bitShift, .shift)
    OperatorCase(
      .bitwiseNot, of(.bitwiseNot), on: [.int32([5])], gives: [.int32([5])],
      other: .of(adds: 5), traffic: .bytes(read: 4 * 5, written: 4 * 5))
    comparison(.equal, .equal)
    comparison(.notEqual, .notEqual)
    comparison(.less, .less)
    comparison(.lessOrEqual, .lessOrEqual)
    comparison(.greater, .greater)
    comparison(.greaterOrEqual, .greaterOrEqual)
    logical(.and, .and)
    logical(.or, .or)
    logical(.xor, .xor)
    OperatorCase(
      .not, of(.not, gives: .bool), on: [.bool([5])], gives: [.bool([5])],
      other: .of(adds: 5), traffic: .bytes(read: 5, written: 5))
    OperatorCase(
      .isNaN, of(.isNaN, gives: .bool), on: [.float32([5])], gives: [.bool([5])],
      other: .of(adds: 5), traffic: .bytes(read: 4 * 5, written: 5))
    OperatorCase(
      .isInf, of(.isInfinite, gives: .bool), on: [.float32([5])], gives: [.bool([5])],
      other: .of(adds: 5), traffic: .bytes(read: 4 * 5, written: 5))
    OperatorCase(
      .add, "open batch, stored operand", of(.add),
      on: [.float32([.symbol("batch"), 6]), .stored([6])], gives: [.float32([7, 6])],
      other: .of(adds: 7 * 6),
      traffic: .bytes(parameters: 4 * 6, read: 4 * 7 * 6, written: 4 * 7 * 6),
      with: ["batch": 7])
    OperatorCase(
      .add, "from an axis on, as old files say", .onnx("Add", ["axis": 1], operatorSet: 6),
      on: [.float32([2, 3, 4]), .stored([3])], gives: [.float32([2, 3, 4])],
      other: .of(adds: 2 * 3 * 4),
      traffic: .bytes(parameters: 4 * 3, read: 4 * 2 * 3 * 4, written: 4 * 2 * 3 * 4))
    OperatorCase(
      .clip, "stored limits", clip(), on: [.float32([4, 6]), .real(0), .real(6)],
      gives: [.float32([4, 6])], other: .of(adds: 4 * 6),
      traffic: .bytes(parameters: 4 * 2, read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .where, of(.select), on: [.bool([4, 6]), .float32([4, 6]), .float32([6])],
      gives: [.float32([4, 6])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 6 + 4 * (4 * 6 + 6), written: 4 * 4 * 6))
    OperatorCase(
      .cast, of(.cast, gives: .float16), on: [.float32([4, 6])],
      gives: [.float16([4, 6])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 2 * 4 * 6))
    // The second operand gives its type only.
    OperatorCase(
      .castLike, .onnx("CastLike"), on: [.float32([4, 6]), .float16([100])],
      gives: [.float16([4, 6])], other: .of(adds: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 2 * 4 * 6))

    // The axis says how to compute and moves nothing.
    OperatorCase(
      .cumSum, .onnx("CumSum"), on: [.float32([4, 6]), .number(1)], gives: [.float32([4, 6])],
      other: .of(adds: 4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .cumProd, .onnx("CumProd"), on: [.float32([4, 6]), .number(1)], gives: [.float32([4, 6])],
      other: .of(multiplies: 4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    // A product and a sum.
    OperatorCase(
      .affine, .onnx("Affine"), on: [.float32([4, 6])], gives: [.float32([4, 6])],
      other: .of(adds: 4 * 6, multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    OperatorCase(
      .imageScaler, .onnx("ImageScaler"), on: [.float32([1, 3, 4, 5])],
      gives: [.float32([1, 3, 4, 5])], other: .of(adds: 3 * 4 * 5, multiplies: 3 * 4 * 5),
      traffic: .bytes(read: 4 * 3 * 4 * 5, written: 4 * 3 * 4 * 5))
    OperatorCase(
      .scale, .onnx("Scale"), on: [.float32([4, 6])], gives: [.float32([4, 6])],
      other: .of(multiplies: 4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    // A bias and a skipped input are added.
    OperatorCase(
      .biasAdd, .microsoft("BiasAdd"),
      on: [.float32([1, 10, 8]), .stored([8]), .float32([1, 10, 8])],
      gives: [.float32([1, 10, 8])],
      other: .of(adds: 2 * 10 * 8),
      traffic: .bytes(parameters: 4 * 8, read: 4 * 2 * 10 * 8, written: 4 * 10 * 8))
    OperatorCase(
      .biasDropout, "bias and residual", .microsoft("BiasDropout"),
      on: [.float32([10, 8]), .stored([8]), .float32([10, 8])], gives: [.float32([10, 8])],
      other: .of(adds: 2 * 10 * 8),
      traffic: .bytes(parameters: 4 * 8, read: 4 * 2 * 10 * 8, written: 4 * 10 * 8))
    OperatorCase(
      .biasDropout, "bias alone", .microsoft("BiasDropout"),
      on: [.float32([10, 8]), .stored([8])], gives: [.float32([10, 8])], other: .of(adds: 10 * 8),
      traffic: .bytes(parameters: 4 * 8, read: 4 * 10 * 8, written: 4 * 10 * 8))
    OperatorCase(
      .murmurHash3, .microsoft("MurmurHash3"), on: [.int32([4, 6])],
      gives: [TensorType(.uint32, [4, 6])], other: .of(multiplies: 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    // Tokens so far, and scores of the next one, each of which is kept or not.
    OperatorCase(
      .nGramRepeatBlock, .microsoft("NGramRepeatBlock"),
      on: [.int64([2, 7]), .float32([2, 50])],
      gives: [.float32([2, 50])], other: .of(adds: 2 * 50),
      traffic: .bytes(read: 8 * 2 * 7 + 4 * 2 * 50, written: 4 * 2 * 50))
    // A search among 5 boundaries takes 3 comparisons.
    OperatorCase(
      .bucketize, .tflite("BUCKETIZE", ["boundaries": [1, 2, 3, 4, 5]]), on: [.float32([4, 6])],
      gives: [.int32([4, 6])], other: .of(adds: 3 * 4 * 6),
      traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
    // Two products and two sums for each coordinate.
    OperatorCase(
      .transformLandmarks, .custom("TransformLandmarks"),
      on: [.float32([1, 21, 3]), .float32([1, 4, 4])], gives: [.float32([1, 21, 3])],
      other: .of(adds: 2 * 21 * 3, multiplies: 2 * 21 * 3),
      traffic: .bytes(read: 4 * (21 * 3 + 4 * 4), written: 4 * 21 * 3))
  }
}
