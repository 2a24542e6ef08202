/// The arithmetic of an operator.
package struct Work: Hashable, Sendable {
  /// Multiply-accumulates of contractions, and nothing else.
  package var macs: SymbolicInt
  /// Element operations outside contractions: one per output element and primitive.
  package var operations: OperationCounts

  package init(macs: SymbolicInt = 0, _ operations: OperationCounts = .none) {
    self.macs = macs
    self.operations = operations
  }

  /// No arithmetic at all.
  package static let none = Work()
  /// Unknown work.
  package static let unknown = Work(macs: .unknown, .unknown)

  /// All element operations; data movement does not count.
  package var otherOps: SymbolicInt { operations.total }

  package static func + (left: Work, right: Work) -> Work {
    Work(macs: left.macs + right.macs, left.operations + right.operations)
  }

  /// The work of several executions.
  package static func * (work: Work, count: SymbolicInt) -> Work {
    work.mapCounts { $0 * count }
  }

  /// The work with each of its counts replaced.
  package func mapCounts(_ transform: (SymbolicInt) -> SymbolicInt) -> Work {
    Work(macs: transform(macs), operations.mapCounts(transform))
  }
}

/// Element operations by what they take on a processor.
package struct OperationCounts: Hashable, Sendable {
  /// Additions, subtractions, comparisons, selections, roundings and bit operations.
  package var adds: SymbolicInt
  /// Products, those with a scale included.
  package var multiplies: SymbolicInt
  /// Divisions, reciprocals and square roots.
  package var divides: SymbolicInt
  /// Exponentials, logarithms, powers, and functions made of them.
  package var transcendentals: SymbolicInt
  /// Look-ups in a table of a function's values, as integer kernels make of such functions.
  package var lookUps: SymbolicInt
  /// Elements that are moved without arithmetic; no part of the total.
  package var moves: SymbolicInt

  package init(
    adds: SymbolicInt = 0, multiplies: SymbolicInt = 0, divides: SymbolicInt = 0,
    transcendentals: SymbolicInt = 0, lookUps: SymbolicInt = 0, moves: SymbolicInt = 0
  ) {
    self.adds = adds
    self.multiplies = multiplies
    self.divides = divides
    self.transcendentals = transcendentals
    self.lookUps = lookUps
    self.moves = moves
  }

  package static let none = OperationCounts()
  /// There are some, and it is not known how many.
  package static let unknown = OperationCounts(adds: .unknown)

  package static func adds(_ count: SymbolicInt) -> OperationCounts { OperationCounts(adds: count) }
  package static func multiplies(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(multiplies: count)
  }
  package static func divides(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(divides: count)
  }
  package static func transcendentals(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(transcendentals: count)
  }
  package static func lookUps(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(lookUps: count)
  }
  package static func moves(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(moves: count)
  }

  /// All of them but the moves.
  package var total: SymbolicInt { adds + multiplies + divides + transcendentals + lookUps }

  /// The same where functions are looked up in tables instead of computed.
  package var tabulated: OperationCounts {
    var result = self
    result.lookUps += transcendentals
    result.transcendentals = 0
    return result
  }

  package static func + (left: OperationCounts, right: OperationCounts) -> OperationCounts {
    OperationCounts(
      adds: left.adds + right.adds, multiplies: left.multiplies + right.multiplies,
      divides: left.divides + right.divides,
      transcendentals: left.transcendentals + right.transcendentals,
      lookUps: left.lookUps + right.lookUps, moves: left.moves + right.moves)
  }

  /// The counts of several elements, or of several executions.
  package static func * (counts: OperationCounts, count: SymbolicInt) -> OperationCounts {
    counts.mapCounts { $0 * count }
  }

  func mapCounts(_ transform: (SymbolicInt) -> SymbolicInt) -> OperationCounts {
    OperationCounts(
      adds: transform(adds), multiplies: transform(multiplies), divides: transform(divides),
      transcendentals: transform(transcendentals), lookUps: transform(lookUps),
      moves: transform(moves))
  }
}
