import OpGraph

/// A size that an exporter writes as an expression, such as `past + 1`, `((h - 1)//2) + 1` or
/// `floor(h/2 + 1/2)`.
///
/// Exporters of torch and shape inferences print expressions of SymPy: sums, differences, products,
/// quotients and remainders of names and numbers, and some functions of them.
struct DimensionExpression {
  /// The size; a quotient without a function around it is exact by the word of who wrote it.
  private(set) var value: Dimension = 0
  /// The names that may be in it; nil for any.
  private let known: Set<String>?
  private var hasNames = false
  private var rest: Substring
  /// How many parentheses are open.
  private var depth = 0

  private static let mostDepth = 32
  private static let mostCharacters = 1024

  /// A quotient of two sizes.
  private struct Fraction {
    var numerator: Dimension
    var denominator: Dimension = 1

    init(_ numerator: Dimension, over denominator: Dimension = 1) {
      self.numerator = numerator
      self.denominator = denominator
    }

    var floor: Dimension { numerator.floorDivided(by: denominator) }
    var ceiling: Dimension { numerator.ceilDivided(by: denominator) }

    static func + (left: Fraction, right: Fraction) -> Fraction {
      if left.denominator == right.denominator {
        return Fraction(left.numerator + right.numerator, over: left.denominator)
      }
      return Fraction(
        left.numerator * right.denominator + right.numerator * left.denominator,
        over: left.denominator * right.denominator)
    }

    static func * (left: Fraction, right: Fraction) -> Fraction {
      Fraction(left.numerator * right.numerator, over: left.denominator * right.denominator)
    }

    static func / (left: Fraction, right: Fraction) -> Fraction {
      Fraction(left.numerator * right.denominator, over: left.denominator * right.numerator)
    }
  }

  /// Nil for a single name, for what is not read, and where another name than the known ones is in it.
  init?(_ text: String, of known: Set<String>? = nil) {
    guard text.contains(where: { "+-*/%(".contains($0) }), text.count <= Self.mostCharacters else {
      return nil
    }
    self.known = known
    let compact = text.filter { $0 != " " }
    rest = compact[...]
    guard let sum = readSum(), rest.isEmpty, hasNames else { return nil }
    value = sum.floor
    switch value {
    case .unknown, .overflow: return nil
    case .fixed, .symbolic: break
    }
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  private mutating func readSum() -> Fraction? {
    guard var sum = readProduct() else { return nil }
    while true {
      if take("+") {
        guard let term = readProduct() else { return nil }
        sum = sum + term
      } else if take("-") {
        guard let term = readProduct() else { return nil }
        sum = sum + term * Fraction(-1)
      } else {
        return sum
      }
    }
  }

  private mutating func readProduct() -> Fraction? {
    guard var product = readPower() else { return nil }
    while true {
      if take("*") {
        guard let factor = readPower() else { return nil }
        product = product * factor
      } else if take("//") {
        guard let divisor = readPower() else { return nil }
        product = Fraction((product / divisor).floor)
      } else if take("/") {
        // A name with a slash in it, such as a tensor's, is no quotient.
        guard rest.first?.isNumber ?? false, let divisor = readPower() else { return nil }
        product = product / divisor
      } else if take("%") {
        guard let divisor = readPower(), let left = remainder(product, divisor) else { return nil }
        product = left
      } else {
        return product
      }
    }
  }

  private func remainder(_ value: Fraction, _ divisor: Fraction) -> Fraction? {
    guard value.denominator == 1, divisor.denominator == 1 else { return nil }
    return Fraction(value.numerator.remainder(by: divisor.numerator))
  }

  private mutating func readPower() -> Fraction? {
    if take("-") { return readPower().map { $0 * Fraction(-1) } }
    guard let base = readOperand() else { return nil }
    guard take("**") else { return base }
    let digits = rest.prefix { $0.isNumber }
    guard let exponent = Int(digits), (1...8).contains(exponent) else { return nil }
    rest = rest.dropFirst(digits.count)
    return (1..<exponent).reduce(base) { product, _ in product * base }
  }

  private mutating func readOperand() -> Fraction? {
    if rest.first == "(" {
      guard let arguments = readArguments(), arguments.count == 1 else { return nil }
      return arguments[0]
    }
    let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    guard let first = word.first else { return nil }
    rest = rest.dropFirst(word.count)
    if let number = Int(word) { return Fraction(.fixed(number)) }
    guard !first.isNumber else { return nil }
    if rest.first == "(" { return readArguments().flatMap { call(String(word), $0) } }
    guard known?.contains(String(word)) ?? true else { return nil }
    hasNames = true
    return Fraction(.symbol(String(word)))
  }

  /// Sums in parentheses, separated by commas.
  private mutating func readArguments() -> [Fraction]? {
    guard depth < Self.mostDepth, take("(") else { return nil }
    depth += 1
    defer { depth -= 1 }
    var arguments: [Fraction] = []
    repeat {
      guard let argument = readSum() else { return nil }
      arguments.append(argument)
    } while take(",")
    return take(")") ? arguments : nil
  }

  /// What the functions of SymPy and of torch's symbolic sizes give.
  private func call(_ function: String, _ arguments: [Fraction]) -> Fraction? {
    switch (function, arguments.count) {
    case ("floor", 1), ("FloorToInt", 1), ("TruncToInt", 1): return Fraction(arguments[0].floor)
    case ("ceil", 1), ("ceiling", 1), ("CeilToInt", 1): return Fraction(arguments[0].ceiling)
    case ("ToFloat", 1): return arguments[0]
    case ("FloorDiv", 2): return Fraction((arguments[0] / arguments[1]).floor)
    case ("CleanDiv", 2), ("IntTrueDiv", 2): return arguments[0] / arguments[1]
    case ("Mod", 2), ("PythonMod", 2): return remainder(arguments[0], arguments[1])
    case ("Max", 2...), ("max", 2...): return extremum(arguments, SymbolicInt.maximum)
    case ("Min", 2...), ("min", 2...): return extremum(arguments, SymbolicInt.minimum)
    default: return nil
    }
  }

  private func extremum(
    _ arguments: [Fraction], _ pick: (SymbolicInt, SymbolicInt) -> SymbolicInt
  ) -> Fraction? {
    guard arguments.allSatisfy({ $0.denominator == 1 }) else { return nil }
    return Fraction(arguments.dropFirst().reduce(arguments[0].numerator) { pick($0, $1.numerator) })
  }
}
