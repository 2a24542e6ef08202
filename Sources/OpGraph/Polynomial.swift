/// What an expression is built from besides sums and products.
package indirect enum Atom: Hashable, Sendable {
  case symbol(String)
  case floorDivide(SymbolicInt, SymbolicInt)
  case maximum(SymbolicInt, SymbolicInt)
  case minimum(SymbolicInt, SymbolicInt)

  var description: String {
    switch self {
    case .symbol(let name): return name
    case .floorDivide(let a, let b): return "floor(\(a.parenthesized)/\(b.parenthesized))"
    case .maximum(let a, let b): return "max(\(a), \(b))"
    case .minimum(let a, let b): return "min(\(a), \(b))"
    }
  }

  /// How many symbols and operations the expression holds.
  var size: Int {
    switch self {
    case .symbol: return 1
    case .floorDivide(let a, let b), .maximum(let a, let b), .minimum(let a, let b):
      return 1 + a.size + b.size
    }
  }
}

extension SymbolicInt {
  fileprivate var size: Int {
    guard case .symbolic(let polynomial) = self else { return 1 }
    return polynomial.size
  }

  fileprivate var parenthesized: String {
    if case .symbolic(let polynomial) = self, polynomial.isSum { return "(\(polynomial))" }
    return description
  }
}

/// A sum of products of atoms in a normal form, so that equal expressions are equal values.
package struct Polynomial: Hashable, Sendable, CustomStringConvertible {
  /// Larger expressions are given up as unknown: files can make them grow without limit.
  static let maximumTerms = 32
  static let maximumSize = 128

  private struct Term: Hashable, Sendable {
    /// Sorted by description; repeated for powers; empty for the constant term.
    var atoms: [Atom]
    var coefficient: Int

    var key: String { atoms.map(\.description).joined(separator: "*") }
  }

  /// Sorted by key, the constant last, no zero coefficients, never only a constant.
  private let terms: [Term]
  /// How many symbols and operations the expression holds, kept so that growth is noticed before
  /// anything walks the expression.
  fileprivate let size: Int

  init(atom: Atom) { self.init([Term(atoms: [atom], coefficient: 1)]) }

  init(constant: Int) { self.init([Term(atoms: [], coefficient: constant)]) }

  private init(_ terms: [Term]) {
    self.terms = terms
    size = terms.reduce(0) { sum, term in term.atoms.reduce(sum + 1) { $0 + $1.size } }
  }

  var atoms: [Atom] { terms.flatMap(\.atoms) }

  var isSum: Bool { terms.count > 1 }

  func adding(_ other: Polynomial) -> SymbolicInt { Self.normalized(terms + other.terms) }

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
        let atoms = (left.atoms + right.atoms).sorted { $0.description < $1.description }
        products.append(Term(atoms: atoms, coefficient: coefficient))
      }
    }
    return Self.normalized(products)
  }

  /// The quotient when every term divides without remainder, such as `4*n / 2` or `n*c / c`.
  func dividedExactly(by divisor: SymbolicInt) -> SymbolicInt? {
    switch divisor {
    case .fixed(let number):
      guard number != 0, number != -1, terms.allSatisfy({ $0.coefficient % number == 0 }) else {
        return nil
      }
      return Self.normalized(
        terms.map { Term(atoms: $0.atoms, coefficient: $0.coefficient / number) })
    case .symbolic(let polynomial):
      guard polynomial.terms.count == 1, let by = polynomial.terms.first,
        by.coefficient != 0, by.coefficient != -1
      else { return nil }
      var quotients: [Term] = []
      for term in terms {
        var rest = term.atoms
        for atom in by.atoms {
          guard let index = rest.firstIndex(of: atom) else { return nil }
          rest.remove(at: index)
        }
        guard term.coefficient % by.coefficient == 0 else { return nil }
        quotients.append(Term(atoms: rest, coefficient: term.coefficient / by.coefficient))
      }
      return Self.normalized(quotients)
    case .overflow, .unknown: return nil
    }
  }

  /// The value of the expression when each atom has the given value.
  func evaluated(_ value: (Atom) -> SymbolicInt) -> SymbolicInt {
    terms.reduce(0) { sum, term in
      sum + term.atoms.reduce(.fixed(term.coefficient)) { $0 * value($1) }
    }
  }

  private static func normalized(_ terms: [Term]) -> SymbolicInt {
    var byKey: [String: Term] = [:]
    for term in terms {
      let key = term.key
      guard let existing = byKey[key] else {
        byKey[key] = term
        continue
      }
      let (sum, overflow) = existing.coefficient.addingReportingOverflow(term.coefficient)
      if overflow { return .overflow }
      byKey[key]?.coefficient = sum
    }
    let kept = byKey.filter { $0.value.coefficient != 0 }
      .sorted { $0.key.isEmpty ? false : $1.key.isEmpty ? true : $0.key < $1.key }
      .map(\.value)
    guard kept.count <= maximumTerms else { return .unknown }
    if kept.isEmpty { return 0 }
    if kept.count == 1, kept[0].atoms.isEmpty { return .fixed(kept[0].coefficient) }
    let polynomial = Polynomial(kept)
    return polynomial.size <= maximumSize ? .symbolic(polynomial) : .unknown
  }

  /// The expression as one would write it, such as `2*seq + 1`.
  package var description: String {
    var text = ""
    for term in terms {
      let magnitude = term.coefficient.magnitude
      let sign = term.coefficient < 0
      text += text.isEmpty ? (sign ? "-" : "") : (sign ? " - " : " + ")
      if term.atoms.isEmpty {
        text += String(magnitude)
      } else {
        text += (magnitude == 1 ? "" : "\(magnitude)*") + term.key
      }
    }
    return text
  }
}
