/// Element-wise arithmetic on known elements, as far as computations of shapes use it.
enum ElementwiseFolding {
  static func fold(
    _ operation: Elementwise, _ operands: Operands, output: TensorType
  ) -> ConstantValue? {
    guard let shape = output.shape, let count = shape.elementCount.fixedValue,
      count <= ConstantValue.maximumElements
    else { return nil }
    if operation.function == .cast {
      return cast(operands[0]?.value, to: output.elementType)?.rounded(to: output.elementType)
    }
    if let decided = decided(operation.function, operands, count: count) { return decided }
    let lists = operands.map { $0.flatMap { expand($0, to: shape) } }
    guard lists.allSatisfy({ $0 != nil }) else { return nil }
    let values = lists.compactMap { $0 }
    let integers = values.compactMap(\.integers)
    if integers.count == values.count {
      return elements(count) { index in
        integer(operation.function, integers.map { $0[index] })
      }.map(ConstantValue.integers)
    }
    let floats = values.compactMap(\.floats)
    guard floats.count == values.count else { return nil }
    if output.elementType == .bool {
      return elements(count) { index in
        floatTruth(operation.function, floats.map { $0[index] })
      }.map(ConstantValue.integers)
    }
    return elements(count) { index in
      float(operation.function, floats.map { $0[index] }).map(output.elementType.rounded)
    }.map(ConstantValue.floats)
  }

  /// A conjunction with something false, or a disjunction with something true, whatever the rest is.
  private static func decided(
    _ function: Elementwise.Function, _ operands: Operands, count: Int
  ) -> ConstantValue? {
    guard function == .and || function == .or else { return nil }
    let deciding: SymbolicInt = function == .and ? 0 : 1
    let isDecided = operands.contains { operand in
      guard let values = operand?.value?.integers, !values.isEmpty else { return false }
      return values.allSatisfy { $0.fixedValue != nil && ($0 != 0) == (deciding != 0) }
    }
    return isDecided ? .integers([SymbolicInt](repeating: deciding, count: count)) : nil
  }

  private static func elements<T>(_ count: Int, _ element: (Int) -> T?) -> [T]? {
    var result: [T] = []
    for index in 0..<count {
      guard let value = element(index) else { return nil }
      result.append(value)
    }
    return result
  }

  /// The elements of an operand in the order of the broadcast result.
  private static func expand(_ operand: Operand, to shape: Shape) -> ConstantValue? {
    guard let value = operand.value, let own = operand.type.shape,
      own.elementCount == .fixed(value.count), own.rank <= shape.rank
    else { return nil }
    return value.broadcast(from: own, to: shape)
  }

  private static func cast(_ value: ConstantValue?, to type: ElementType) -> ConstantValue? {
    guard let value else { return nil }
    // Symbols end here: arithmetic on floats is not that on integers.
    if type.isFloat { return value.floats.map(ConstantValue.floats) }
    if type == .bool {
      guard let numbers = value.floats else { return nil }
      return .integers(numbers.map { $0 != 0 ? 1 : 0 })
    }
    if case .floats(let numbers) = value {
      let whole = numbers.compactMap { Int(exactly: $0.rounded(.towardZero)) }
      return whole.count == numbers.count ? .integers(whole.map(SymbolicInt.fixed)) : nil
    }
    return value
  }

  private static func integer(
    _ function: Elementwise.Function, _ values: [SymbolicInt]
  ) -> SymbolicInt? {
    guard let first = values.first else { return nil }
    if values.count == 1 { return unary(function, first) }
    if function == .select, values.count == 3 {
      return first.fixedValue.map { $0 != 0 ? values[1] : values[2] }
    }
    let second = values[1]
    switch function {
    case .add, .sum: return values.sum
    case .multiply: return values.product
    case .maximum: return values.dropFirst().reduce(first, SymbolicInt.maximum)
    case .minimum: return values.dropFirst().reduce(first, SymbolicInt.minimum)
    case .subtract: return first - second
    case .floorDivide: return first.floorDivided(by: second)
    case .divide: return truncatingQuotient(first, second)
    case .remainder: return first.remainder(by: second)
    case .equal: return first.sign(against: second).map { $0 == 0 ? 1 : 0 }
    case .notEqual: return first.sign(against: second).map { $0 != 0 ? 1 : 0 }
    case .less: return first.sign(against: second).map { $0 < 0 ? 1 : 0 }
    case .lessOrEqual: return first.sign(against: second).map { $0 <= 0 ? 1 : 0 }
    case .greater: return first.sign(against: second).map { $0 > 0 ? 1 : 0 }
    case .greaterOrEqual: return first.sign(against: second).map { $0 >= 0 ? 1 : 0 }
    case .and: return truth(first, second) { $0 != 0 && $1 != 0 }
    case .or: return truth(first, second) { $0 != 0 || $1 != 0 }
    case .xor: return truth(first, second) { ($0 != 0) != ($1 != 0) }
    default: return nil
    }
  }

  /// The quotient without its fraction.
  ///
  /// Sizes, which symbols stand for, are not negative, where that is flooring.
  private static func truncatingQuotient(_ a: SymbolicInt, _ b: SymbolicInt) -> SymbolicInt {
    guard let dividend = a.fixedValue, let divisor = b.fixedValue, divisor != 0 else {
      return a.floorDivided(by: b)
    }
    let (quotient, overflow) = dividend.dividedReportingOverflow(by: divisor)
    return overflow ? .overflow : .fixed(quotient)
  }

  private static func unary(
    _ function: Elementwise.Function, _ value: SymbolicInt
  ) -> SymbolicInt? {
    switch function {
    case .negate: return value * -1
    case .absolute: return value.fixedValue.map { .fixed(Swift.max($0, 0 &- $0)) }
    case .not: return value.fixedValue.map { $0 == 0 ? 1 : 0 }
    case .floor, .ceil, .round: return value
    case .square: return value * value
    case .add, .sum, .maximum, .minimum, .mean: return value
    default: return nil
    }
  }

  private static func truth(
    _ left: SymbolicInt, _ right: SymbolicInt, _ compare: (Int, Int) -> Bool
  ) -> SymbolicInt? {
    guard let left = left.fixedValue, let right = right.fixedValue else { return nil }
    return compare(left, right) ? 1 : 0
  }

  private static func floatTruth(
    _ function: Elementwise.Function, _ values: [Double]
  ) -> SymbolicInt? {
    guard let first = values.first else { return nil }
    let second = values.count > 1 ? values[1] : 0
    switch function {
    case .isNaN: return first.isNaN ? 1 : 0
    // Which infinities count is the file's choice.
    case .isInfinite: return first.isInfinite ? nil : 0
    case .equal: return first == second ? 1 : 0
    case .notEqual: return first != second ? 1 : 0
    case .less: return first < second ? 1 : 0
    case .lessOrEqual: return first <= second ? 1 : 0
    case .greater: return first > second ? 1 : 0
    case .greaterOrEqual: return first >= second ? 1 : 0
    default: return nil
    }
  }

  private static func float(_ function: Elementwise.Function, _ values: [Double]) -> Double? {
    guard let first = values.first else { return nil }
    let second = values.count > 1 ? values[1] : 0
    switch function {
    case .add, .sum: return values.reduce(0, +)
    case .multiply: return values.reduce(1, *)
    case .subtract: return first - second
    case .divide: return first / second
    case .maximum: return values.max()
    case .minimum: return values.min()
    case .floor: return first.rounded(.down)
    case .ceil: return first.rounded(.up)
    case .round: return first.rounded(.toNearestOrEven)
    case .squareRoot: return first.squareRoot()
    case .negate: return -first
    default: return nil
    }
  }
}
