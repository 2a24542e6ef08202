/// A non-fatal integer: a number, an expression in named symbols, or a result that does not exist.
///
/// Sizes of tensors and counts of work are computed in this arithmetic. It never traps: a number
/// too large for 64 bits becomes `overflow`, and an expression too large to be of use `unknown`.
package enum SymbolicInt: Hashable, Sendable {
  case fixed(Int)
  case symbolic(Polynomial)
  /// A value that does not fit in 64 bits.
  case overflow
  /// A value that cannot be known from the file alone.
  case unknown

  /// A named unknown, such as `batch`.
  package static func symbol(_ name: String) -> SymbolicInt {
    .symbolic(Polynomial(atom: Atom(.symbol(name))))
  }

  /// The number, when it is known.
  package var fixedValue: Int? {
    if case .fixed(let value) = self { return value }
    return nil
  }
}

extension SymbolicInt: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int) { self = .fixed(value) }
}

extension SymbolicInt {
  package static func + (left: SymbolicInt, right: SymbolicInt) -> SymbolicInt {
    switch (left, right) {
    case (.fixed(let a), .fixed(let b)):
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? .overflow : .fixed(sum)
    case (.overflow, _), (_, .overflow): return .overflow
    case (.unknown, _), (_, .unknown): return .unknown
    case (.symbolic(let a), .symbolic(let b)): return a.adding(b)
    case (.symbolic(let a), .fixed(let b)), (.fixed(let b), .symbolic(let a)): return a.adding(b)
    }
  }

  package static func - (left: SymbolicInt, right: SymbolicInt) -> SymbolicInt {
    left + right * -1
  }

  package static func * (left: SymbolicInt, right: SymbolicInt) -> SymbolicInt {
    switch (left, right) {
    case (.fixed(let a), .fixed(let b)):
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? .overflow : .fixed(product)
    case (.fixed(0), _), (_, .fixed(0)): return 0
    case (.overflow, _), (_, .overflow): return .overflow
    case (.unknown, _), (_, .unknown): return .unknown
    case (.symbolic(let a), .symbolic(let b)): return a.multiplied(by: b)
    case (.symbolic(let a), .fixed(let b)), (.fixed(let b), .symbolic(let a)):
      return a.multiplied(by: b)
    }
  }

  package static func += (left: inout SymbolicInt, right: SymbolicInt) { left = left + right }
  package static func *= (left: inout SymbolicInt, right: SymbolicInt) { left = left * right }

  /// The quotient rounded towards negative infinity; `unknown` when the divisor may be zero.
  package func floorDivided(by divisor: SymbolicInt) -> SymbolicInt {
    if divisor == 1 { return self }
    if case .symbolic = self, self == divisor { return 1 }
    switch (self, divisor) {
    case (.fixed(let a), .fixed(let b)):
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      if b == 0 { return .unknown }
      if overflow { return .overflow }
      return .fixed(a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient)
    case (.overflow, _), (_, .overflow): return .overflow
    case (.unknown, _), (_, .unknown), (_, .fixed(0)): return .unknown
    default:
      if case .symbolic(let polynomial) = self, let exact = polynomial.dividedExactly(by: divisor) {
        return exact
      }
      return .atom(.floorDivide(self, divisor))
    }
  }

  /// The quotient rounded towards positive infinity, for a positive divisor.
  package func ceilDivided(by divisor: SymbolicInt) -> SymbolicInt {
    (self + divisor - 1).floorDivided(by: divisor)
  }

  /// The remainder of the floored division.
  package func remainder(by divisor: SymbolicInt) -> SymbolicInt {
    self - floorDivided(by: divisor) * divisor
  }

  /// The larger of two values.
  package static func maximum(_ left: SymbolicInt, _ right: SymbolicInt) -> SymbolicInt {
    extremum(left, right, pick: max, form: Atom.Form.maximum)
  }

  /// The smaller of two values.
  package static func minimum(_ left: SymbolicInt, _ right: SymbolicInt) -> SymbolicInt {
    extremum(left, right, pick: min, form: Atom.Form.minimum)
  }

  /// The value with symbols replaced by numbers.
  package func substituting(_ bindings: [String: Int]) -> SymbolicInt {
    replacing { bindings[$0].map(SymbolicInt.fixed) }
  }

  /// The value with symbols replaced by expressions; those without a replacement stay.
  package func replacing(_ replacement: (String) -> SymbolicInt?) -> SymbolicInt {
    guard case .symbolic(let polynomial) = self else { return self }
    return polynomial.evaluated { atom in
      switch atom.form {
      case .symbol(let name): return replacement(name) ?? .symbol(name)
      case .floorDivide(let a, let b):
        return a.replacing(replacement).floorDivided(by: b.replacing(replacement))
      case .maximum(let a, let b):
        return .maximum(a.replacing(replacement), b.replacing(replacement))
      case .minimum(let a, let b):
        return .minimum(a.replacing(replacement), b.replacing(replacement))
      }
    }
  }

  /// Whether it is above, equal to or below another value wherever symbols stand for sizes: 1, 0 or -1.
  ///
  /// Nil where that depends on the sizes.
  package func sign(against other: SymbolicInt) -> Int? {
    if let left = fixedValue, let right = other.fixedValue {
      return left == right ? 0 : left < right ? -1 : 1
    }
    switch self - other {
    case .fixed(let difference): return difference.signum()
    case .symbolic(let difference):
      if let least = difference.leastValue, least > 0 { return 1 }
      if case .symbolic(let opposite) = other - self, let least = opposite.leastValue, least > 0 {
        return -1
      }
      return nil
    case .overflow, .unknown: return nil
    }
  }

  /// The names of the symbols in the expression.
  package var symbols: Set<String> {
    guard case .symbolic(let polynomial) = self else { return [] }
    return polynomial.atoms.reduce(into: []) { names, atom in
      switch atom.form {
      case .symbol(let name): names.insert(name)
      case .floorDivide(let a, let b), .maximum(let a, let b), .minimum(let a, let b):
        names.formUnion(a.symbols.union(b.symbols))
      }
    }
  }

  static func atom(_ form: Atom.Form) -> SymbolicInt {
    form.size > Polynomial.maximumSize || form.length > Polynomial.maximumLength
      ? .unknown : .symbolic(Polynomial(atom: Atom(form)))
  }

  private static func extremum(
    _ left: SymbolicInt, _ right: SymbolicInt, pick: (Int, Int) -> Int,
    form: (SymbolicInt, SymbolicInt) -> Atom.Form
  ) -> SymbolicInt {
    switch (left, right) {
    case (.fixed(let a), .fixed(let b)): return .fixed(pick(a, b))
    case (.overflow, _), (_, .overflow): return .overflow
    case (.unknown, _), (_, .unknown): return .unknown
    default:
      if left == right { return left }
      // One order for both spellings, so that equal expressions compare equal.
      return left.description < right.description
        ? .atom(form(left, right)) : .atom(form(right, left))
    }
  }
}

extension SymbolicInt: CustomStringConvertible {
  package var description: String {
    switch self {
    case .fixed(let value): return String(value)
    case .symbolic(let polynomial): return polynomial.description
    case .overflow: return "overflow"
    case .unknown: return "?"
    }
  }
}

extension Sequence where Element == SymbolicInt {
  /// The product of all elements; 1 when there are none.
  package var product: SymbolicInt { Polynomial.product(of: Array(self)) }
  /// The sum of all elements; 0 when there are none.
  package var sum: SymbolicInt { reduce(0) { $0 + $1 } }
  /// The elements as numbers; nil when one is not.
  package var numbers: [Int]? {
    var numbers: [Int] = []
    for element in self {
      guard let number = element.fixedValue else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
