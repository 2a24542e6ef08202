/// A function that is applied element by element to one or more tensors that broadcast.
package struct Elementwise: Operator {
  /// What is computed of the elements.
  package enum Function: String, Hashable, Sendable {
    case add = "Add", subtract = "Sub", multiply = "Mul", divide = "Div", power = "Pow"
    case maximum = "Max", minimum = "Min", mean = "Mean", sum = "Sum"
    case remainder = "Mod", floorDivide = "FloorDiv", squaredDifference = "SquaredDifference"
    case and = "And", or = "Or", xor = "Xor", not = "Not"
    case bitwiseAnd = "BitwiseAnd", bitwiseOr = "BitwiseOr", bitwiseXor = "BitwiseXor"
    case bitwiseNot = "BitwiseNot", shift = "BitShift"
    case equal = "Equal", notEqual = "NotEqual", less = "Less", lessOrEqual = "LessOrEqual"
    case greater = "Greater", greaterOrEqual = "GreaterOrEqual"
    case absolute = "Abs", negate = "Neg", sign = "Sign", reciprocal = "Reciprocal"
    case floor = "Floor", ceil = "Ceil", round = "Round"
    case squareRoot = "Sqrt", reciprocalSquareRoot = "Rsqrt", square = "Square"
    case cubeRoot = "Cbrt"
    case exponential = "Exp", logarithm = "Log", errorFunction = "Erf"
    case sine = "Sin", cosine = "Cos", tangent = "Tan", arcSine = "Asin", arcCosine = "Acos"
    case arcTangent = "Atan", arcTangent2 = "Atan2", hyperbolicSine = "Sinh"
    case hyperbolicCosine = "Cosh", arcHyperbolicSine = "Asinh", arcHyperbolicCosine = "Acosh"
    case arcHyperbolicTangent = "Atanh"
    case clip = "Clip", select = "Where", isNaN = "IsNaN", isInfinite = "IsInf"
    case cast = "Cast"
  }

  package var function: Function
  /// The element type of the result where it is not that of the first operand.
  package var resultType: ElementType?
  /// How many leading operands broadcast; the others (such as clip's limits) are scalars.
  package var broadcastOperands: Int?
  /// The axis of the first operand that the second one's first axis goes with, where it is not
  /// aligned at the last (old ONNX files).
  package var secondOperandAxis: Int?

  /// Creates an element-wise operator.
  package init(
    _ function: Function, resultType: ElementType? = nil, broadcastOperands: Int? = nil
  ) {
    self.function = function
    self.resultType = resultType
    self.broadcastOperands = broadcastOperands
  }

  package var name: String { function.rawValue }
  /// A clip is how ONNX writes ReLU6.
  package func kind(for operands: Operands) -> KernelKind {
    function == .clip ? .activation : .elementwise
  }

  /// The operand whose element type the result has.
  private var typedOperand: Int { function == .select ? 1 : 0 }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[typedOperand]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shapes: [Shape] = []
    for index in 0..<(broadcastOperands ?? operands.count) where operands[index] != nil {
      shapes.append(try operands.shape(index))
    }
    if let axis = secondOperandAxis, shapes.count == 2 {
      let first = try resolvedAxis(axis, rank: shapes[0].rank)
      let missing = shapes[0].rank - first - shapes[1].rank
      guard missing >= 0 else {
        throw .invalid("an operand of rank \(shapes[1].rank) does not fit from axis \(first) on")
      }
      shapes[1].dimensions += [Dimension](repeating: 1, count: missing)
    }
    guard !shapes.isEmpty else { throw .invalid("an element-wise operator without operands") }
    return [
      TensorType(try operands.elementType(resultType, orOf: typedOperand), try broadcast(shapes))
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

/// The elements of a tensor in the element type of another.
package struct CastLike: Operator {
  package var name: String { "CastLike" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .elementwise }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  /// The other tensor gives its type only.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    .compulsory(Operands([operands[0]]), outputs: outputs, constantRole: constantRole)
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[1]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(1).elementType, try operands.shape(0))]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    outputs.first.map {
      [ElementwiseFolding.fold(Elementwise(.cast), Operands([operands[0]]), output: $0)]
    } ?? []
  }
}
