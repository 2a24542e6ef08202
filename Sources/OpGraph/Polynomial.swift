/// What an expression is built from besides sums and products.
///
/// Its text and size are found once, when it is made: expressions are ordered and compared by them.
final class Atom: Sendable {
  enum Form: Hashable, Sendable {
    case symbol(String)
    case floorDivide(SymbolicInt, SymbolicInt)
    case maximum(SymbolicInt, SymbolicInt)
    case minimum(SymbolicInt, SymbolicInt)

    /// How many symbols and operations the expression holds.
    var size: Int {
      switch self {
      case .symbol: return 1
      case .floorDivide(let a, let b), .maximum(let a, let b), .minimum(let a, let b):
        return 1 + a.size + b.size
      }
    }

    /// About how long the text is, in bytes, without making it.
    var length: Int {
      switch self {
      case .symbol(let name): return name.utf8.count
      case .floorDivide(let a, let b), .maximum(let a, let b), .minimum(let a, let b):
        return 8 + a.length + b.length
      }
    }

    fileprivate var text: String {
      switch self {
      case .symbol(let name): return name
      case .floorDivide(let a, let b): return "floor(\(a.parenthesized)/\(b.parenthesized))"
      case .maximum(let a, let b): return "max(\(a), \(b))"
      case .minimum(let a, let b): return "min(\(a), \(b))"
      }
    }
  }

  let form: Form
  fileprivate let text: String
  fileprivate let size: Int
  /// Of the text, in bytes.
  fileprivate var length: Int { text.utf8.count }

  init(_ form: Form) {
    self.form = form
    text = form.text
    size = form.size
  }

  fileprivate var isSymbol: Bool { if case .symbol = form { true } else { false } }

  fileprivate static func areEqual(_ left: Atom, _ right: Atom) -> Bool {
    left === right || left.size == right.size && left.text == right.text && left.form == right.form
  }
}

extension SymbolicInt {
  fileprivate var size: Int {
    guard case .symbolic(let polynomial) = self else { return 1 }
    return polynomial.size
  }

  fileprivate var length: Int {
    guard case .symbolic(let polynomial) = self else { return 8 }
    return polynomial.length
  }

  fileprivate var parenthesized: String {
    if case .symbolic(let polynomial) = self, polynomial.isSum { return "(\(polynomial))" }
    return description
  }
}

/// A product of atoms, which the terms of many expressions share.
///
/// It has no text of its own: in a graph with long names, texts would take most of the memory.
private final class Product: Sendable {
  /// The product of no atoms: that of a constant.
  static let one = Product([])

  /// Sorted by their texts; repeated for powers.
  let atoms: [Atom]
  let size: Int
  /// Of the text, in bytes.
  let length: Int

  init(_ atoms: [Atom]) {
    self.atoms = atoms
    size = atoms.reduce(0) { $0 + $1.size }
    length = atoms.reduce(0) { $0 + $1.length + 1 }
  }

  var isOne: Bool { atoms.isEmpty }

  var text: String { atoms.map(\.text).joined(separator: "*") }

  static func * (left: Product, right: Product) -> Product {
    if left.isOne { return right }
    if right.isOne { return left }
    return Product((left.atoms + right.atoms).sorted { $0.text < $1.text })
  }

  enum Order { case before, same, after }

  /// Where a product stands in relation to another one: by the texts of their atoms, with that of a constant last.
  func order(to other: Product) -> Order {
    if self === other { return .same }
    if isOne || other.isOne { return isOne && other.isOne ? .same : isOne ? .after : .before }
    for (own, others) in zip(atoms, other.atoms) where own !== others && own.text != others.text {
      return own.text < others.text ? .before : .after
    }
    if atoms.count == other.atoms.count { return .same }
    return atoms.count < other.atoms.count ? .before : .after
  }

  static func areEqual(_ left: Product, _ right: Product) -> Bool {
    left === right
      || left.atoms.count == right.atoms.count
        && zip(left.atoms, right.atoms).allSatisfy(Atom.areEqual)
  }
}

/// A sum of products of atoms in a normal form, so that equal expressions are equal values.
package final class Polynomial: Hashable, Sendable, CustomStringConvertible {
  /// Larger expressions are given up as unknown: files can make them grow without limit.
  static let maximumTerms = 32
  static let maximumSize = 64
  /// In bytes; what exporters write makes expressions of a few hundred.
  static let maximumLength = 1024

  private struct Term {
    var product: Product
    var coefficient: Int
  }

  /// In the order of their products, the constant last, no zero coefficients, never only a constant.
  private let terms: [Term]
  /// How many symbols and operations the expression holds, kept so that growth is noticed before
  /// anything walks the expression.
  fileprivate let size: Int
  /// Of the text, in bytes, kept for the same reason.
  fileprivate let length: Int

  convenience init(atom: Atom) { self.init([Term(product: Product([atom]), coefficient: 1)]) }

  private init(_ terms: [Term]) {
    self.terms = terms
    size = terms.reduce(0) { $0 + 1 + $1.product.size }
    length = terms.reduce(0) { $0 + 4 + $1.product.length }
  }

  package static func == (left: Polynomial, right: Polynomial) -> Bool {
    left === right
      || left.size == right.size && left.terms.count == right.terms.count
        && zip(left.terms, right.terms).allSatisfy {
          $0.coefficient == $1.coefficient && Product.areEqual($0.product, $1.product)
        }
  }

  package func hash(into hasher: inout Hasher) {
    for term in terms {
      hasher.combine(term.coefficient)
      for atom in term.product.atoms { hasher.combine(atom.text) }
    }
  }

  var atoms: [Atom] { terms.flatMap(\.product.atoms) }

  var isSum: Bool { terms.count > 1 }

  /// The expression itself, unless it is larger than a sum or a product may be.
  private var bounded: SymbolicInt {
    size <= Self.maximumSize && length <= Self.maximumLength ? .symbolic(self) : .unknown
  }

  func adding(_ number: Int) -> SymbolicInt {
    number == 0
      ? bounded : Self.sum(terms, [Term(product: .one, coefficient: number)])
  }

  func adding(_ other: Polynomial) -> SymbolicInt { Self.sum(terms, other.terms) }

  func multiplied(by number: Int) -> SymbolicInt {
    if number == 1 { return bounded }
    var products = terms
    for index in products.indices {
      let (coefficient, overflow) = products[index].coefficient.multipliedReportingOverflow(
        by: number)
      if overflow { return .overflow }
      products[index].coefficient = coefficient
    }
    return Self.bounded(products)
  }

  func multiplied(by other: Polynomial) -> SymbolicInt {
    guard terms.count * other.terms.count <= Self.maximumTerms * 4,
      size * other.terms.count + other.size * terms.count <= Self.maximumSize * 8
    else { return .unknown }
    var products: [Term] = []
    for left in terms {
      for right in other.terms {
        let (coefficient, overflow) =
          left.coefficient.multipliedReportingOverflow(by: right.coefficient)
        if overflow { return .overflow }
        products.append(Term(product: left.product * right.product, coefficient: coefficient))
      }
    }
    return Self.sum(products)
  }

  /// The product of many factors, made at once: one by one, each product on the way would be made too.
  static func product(of factors: [SymbolicInt]) -> SymbolicInt {
    var coefficient: SymbolicInt = 1
    var atoms: [Atom] = []
    var sums: [SymbolicInt] = []
    for factor in factors {
      guard case .symbolic(let polynomial) = factor, !polynomial.isSum else {
        if factor.fixedValue != nil { coefficient *= factor } else { sums.append(factor) }
        continue
      }
      coefficient *= .fixed(polynomial.terms[0].coefficient)
      atoms += polynomial.terms[0].product.atoms
    }
    guard let number = coefficient.fixedValue else { return coefficient }
    var result = coefficient
    if number != 0, atoms.count >= maximumSize {
      result = .unknown
    } else if number != 0, !atoms.isEmpty {
      atoms.sort { $0.text < $1.text }
      result = bounded([Term(product: Product(atoms), coefficient: number)])
    }
    return sums.reduce(result) { $0 * $1 }
  }

  /// The quotient when every term divides without remainder, such as `4*n / 2` or `n*c / c`.
  func dividedExactly(by divisor: SymbolicInt) -> SymbolicInt? {
    switch divisor {
    case .fixed(let number):
      guard number != 0, number != -1, terms.allSatisfy({ $0.coefficient % number == 0 }) else {
        return nil
      }
      return Self.bounded(
        terms.map { Term(product: $0.product, coefficient: $0.coefficient / number) })
    case .symbolic(let polynomial):
      guard polynomial.terms.count == 1, let by = polynomial.terms.first,
        by.coefficient != 0, by.coefficient != -1
      else { return nil }
      var quotients: [Term] = []
      for term in terms {
        var rest = term.product.atoms
        for atom in by.product.atoms {
          guard let index = rest.firstIndex(where: { Atom.areEqual($0, atom) }) else { return nil }
          rest.remove(at: index)
        }
        guard term.coefficient % by.coefficient == 0 else { return nil }
        quotients.append(
          Term(
            product: rest.isEmpty ? .one : Product(rest),
            coefficient: term.coefficient / by.coefficient))
      }
      return Self.sum(quotients)
    case .overflow, .unknown: return nil
    }
  }

  /// The value of the expression when each atom has the given value.
  func evaluated(_ value: (Atom) -> SymbolicInt) -> SymbolicInt {
    terms.reduce(0) { sum, term in
      sum + term.product.atoms.reduce(.fixed(term.coefficient)) { $0 * value($1) }
    }
  }

  /// The least value where symbols stand for sizes, which are not negative; nil where the terms do not tell.
  var leastValue: Int? {
    var least = 0
    for term in terms {
      if term.product.isOne {
        least = term.coefficient
      } else if term.coefficient < 0 || !term.product.atoms.allSatisfy(\.isSymbol) {
        return nil
      }
    }
    return least
  }

  /// The value with another one for each power of a symbol; nil where it is no polynomial in the symbol alone.
  func replacingPowers(of symbol: String, _ value: (Int) -> SymbolicInt?) -> SymbolicInt? {
    var sum: SymbolicInt = 0
    for term in terms {
      let atoms = term.product.atoms
      guard atoms.allSatisfy({ $0.form == .symbol(symbol) }), let power = value(atoms.count) else {
        return nil
      }
      sum += power * .fixed(term.coefficient)
    }
    return sum
  }

  /// The sum of two lists of terms in order.
  private static func sum(_ left: [Term], _ right: [Term]) -> SymbolicInt {
    var terms: [Term] = []
    terms.reserveCapacity(left.count + right.count)
    var (ownPlace, otherPlace) = (0, 0)
    while ownPlace < left.count, otherPlace < right.count {
      switch left[ownPlace].product.order(to: right[otherPlace].product) {
      case .before:
        terms.append(left[ownPlace])
        ownPlace += 1
      case .after:
        terms.append(right[otherPlace])
        otherPlace += 1
      case .same:
        let (sum, overflow) = left[ownPlace].coefficient.addingReportingOverflow(
          right[otherPlace].coefficient)
        if overflow { return .overflow }
        if sum != 0 { terms.append(Term(product: left[ownPlace].product, coefficient: sum)) }
        ownPlace += 1
        otherPlace += 1
      }
    }
    terms += left[ownPlace...]
    terms += right[otherPlace...]
    return bounded(terms)
  }

  /// The sum of terms in any order.
  private static func sum(_ terms: [Term]) -> SymbolicInt {
    var sums: [Term] = []
    // The order of equal products is kept: the first one stands for all.
    for term in terms.sorted(by: { $0.product.order(to: $1.product) == .before }) {
      guard let last = sums.last, last.product.order(to: term.product) == .same else {
        sums.append(term)
        continue
      }
      let (sum, overflow) = last.coefficient.addingReportingOverflow(term.coefficient)
      if overflow { return .overflow }
      sums[sums.count - 1].coefficient = sum
    }
    return bounded(sums.filter { $0.coefficient != 0 })
  }

  /// The value of a sum in normal form.
  private static func bounded(_ terms: [Term]) -> SymbolicInt {
    guard terms.count <= maximumTerms else { return .unknown }
    guard let first = terms.first else { return 0 }
    if terms.count == 1, first.product.isOne { return .fixed(first.coefficient) }
    return Polynomial(terms).bounded
  }

  /// The expression as one would write it, such as `2*seq + 1`.
  package var description: String {
    var text = ""
    for term in terms {
      let magnitude = term.coefficient.magnitude
      let sign = term.coefficient < 0
      text += text.isEmpty ? (sign ? "-" : "") : (sign ? " - " : " + ")
      if term.product.isOne {
        text += String(magnitude)
      } else {
        text += (magnitude == 1 ? "" : "\(magnitude)*") + term.product.text
      }
    }
    return text
  }
}
