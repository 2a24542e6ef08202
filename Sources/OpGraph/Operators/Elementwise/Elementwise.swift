/// A function that is applied element by element to one or more tensors that broadcast.
package struct Elementwise: Operator {
  /// What is computed of the elements.
  package enum Function: Hashable, Sendable {
    case add, subtract, multiply, divide, power
    case maximum, minimum, mean, sum
    case remainder, floorDivide, squaredDifference
    case and, or, xor, not
    case bitwiseAnd, bitwiseOr, bitwiseXor
    case bitwiseNot, shift
    case equal, notEqual, less, lessOrEqual
    case greater, greaterOrEqual
    case absolute, negate, sign, reciprocal
    case floor, ceil, round
    case squareRoot, reciprocalSquareRoot, square
    case cubeRoot
    case exponential, logarithm, errorFunction
    case sine, cosine, tangent, arcSine, arcCosine
    case arcTangent, arcTangent2, hyperbolicSine
    case hyperbolicCosine, arcHyperbolicSine, arcHyperbolicCosine
    case arcHyperbolicTangent
    case clip, select, isNaN, isInfinite
    case cast
  }

  package var function: Function
  /// The element type of the result where it is not that of the first operand.
  package var resultType: ElementType?
  /// How many leading operands broadcast; the others (such as clip's limits) are scalars.
  package var broadcastOperands: Int?
  /// The axis of the first operand that the second one's first axis goes with, where it is not
  /// aligned at the last (old ONNX files).
  package var secondOperandAxis: Int?

  package init(
    _ function: Function, resultType: ElementType? = nil, broadcastOperands: Int? = nil
  ) {
    self.function = function
    self.resultType = resultType
    self.broadcastOperands = broadcastOperands
  }

  package var name: OperatorName { function.name }
  /// A clip is how ONNX writes ReLU6.
  package func kind(for operands: Operands) -> KernelKind {
    function == .clip ? .activation : .elementwise
  }

  /// A select's first operand is its condition.
  package var dataOperand: Int { function == .select ? 1 : 0 }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[dataOperand]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shapes: [Shape] = []
    for index in 0..<(broadcastOperands ?? operands.count) where operands[index] != nil {
      shapes.append(try operands.shape(index))
    }
    if let axis = secondOperandAxis, shapes.count == 2 {
      let first = try resolvedAxis(axis, rank: shapes[0].rank)
      let missing = shapes[0].rank - first - shapes[1].rank  // bounded: axes
      guard missing >= 0 else {
        throw .invalid("an operand of rank \(shapes[1].rank) does not fit from axis \(first) on")
      }
      shapes[1].dimensions += [Dimension](repeating: 1, count: missing)
    }
    guard !shapes.isEmpty else { throw .invalid("an element-wise operator without operands") }
    return [
      TensorType(try operands.elementType(resultType, orOf: dataOperand), try broadcast(shapes))
    ]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    // n operands take n - 1 operations an element; a select or clip takes one.
    let primitives =
      broadcastOperands == nil && function != .select
      ? Swift.max(1, operands.count - 1) : 1
    let count = (outputs.first?.elementCount ?? .unknown) * .fixed(primitives)
    switch function {
    case .multiply, .square, .squaredDifference: return Work(.multiplies(count))
    case .divide, .remainder, .floorDivide, .reciprocal, .squareRoot, .reciprocalSquareRoot:
      return Work(.divides(count))
    case .power, .cubeRoot, .exponential, .logarithm, .errorFunction, .sine, .cosine, .tangent,
      .arcSine, .arcCosine, .arcTangent, .arcTangent2, .hyperbolicSine, .hyperbolicCosine,
      .arcHyperbolicSine, .arcHyperbolicCosine, .arcHyperbolicTangent:
      return Work(.transcendentals(count))
    default: return Work(.adds(count))
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    outputs.first.map { [ElementwiseFolding.fold(self, operands, output: $0)] } ?? []
  }
}

extension Elementwise.Function {
  /// The canonical operator that computes the function.
  package var name: OperatorName {
    switch self {
    case .add: .add
    case .subtract: .sub
    case .multiply: .mul
    case .divide: .div
    case .power: .pow
    case .maximum: .max
    case .minimum: .min
    case .mean: .mean
    case .sum: .sum
    case .remainder: .mod
    case .floorDivide: .floorDiv
    case .squaredDifference: .squaredDifference
    case .and: .and
    case .or: .or
    case .xor: .xor
    case .not: .not
    case .bitwiseAnd: .bitwiseAnd
    case .bitwiseOr: .bitwiseOr
    case .bitwiseXor: .bitwiseXor
    case .bitwiseNot: .bitwiseNot
    case .shift: .bitShift
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .absolute: .abs
    case .negate: .neg
    case .sign: .sign
    case .reciprocal: .reciprocal
    case .floor: .floor
    case .ceil: .ceil
    case .round: .round
    case .squareRoot: .sqrt
    case .reciprocalSquareRoot: .rsqrt
    case .square: .square
    case .cubeRoot: .cbrt
    case .exponential: .exp
    case .logarithm: .log
    case .errorFunction: .erf
    case .sine: .sin
    case .cosine: .cos
    case .tangent: .tan
    case .arcSine: .asin
    case .arcCosine: .acos
    case .arcTangent: .atan
    case .arcTangent2: .atan2
    case .hyperbolicSine: .sinh
    case .hyperbolicCosine: .cosh
    case .arcHyperbolicSine: .asinh
    case .arcHyperbolicCosine: .acosh
    case .arcHyperbolicTangent: .atanh
    case .clip: .clip
    case .select: .where
    case .isNaN: .isNaN
    case .isInfinite: .isInf
    case .cast: .cast
    }
  }
}
