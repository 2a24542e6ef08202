/// The arithmetic of an operator.
public struct Work: Hashable, Sendable {
  /// Multiply-accumulates of contractions, and nothing else.
  public var macs: SymbolicInt
  /// Element operations outside contractions: one per output element and primitive.
  public var operations: OperationCounts

  /// Creates a work record.
  public init(macs: SymbolicInt = 0, _ operations: OperationCounts = .none) {
    self.macs = macs
    self.operations = operations
  }

  /// No arithmetic at all.
  public static let none = Work()
  /// Nothing is known.
  public static let unknown = Work(macs: .unknown, .unknown)

  /// All element operations together; moving elements is none.
  public var otherOps: SymbolicInt { operations.total }

  public static func + (left: Work, right: Work) -> Work {
    Work(macs: left.macs + right.macs, left.operations + right.operations)
  }

  /// The work of several executions.
  public static func * (work: Work, count: SymbolicInt) -> Work {
    Work(macs: work.macs * count, work.operations * count)
  }
}

/// Element operations by what they take on a processor.
public struct OperationCounts: Hashable, Sendable {
  /// Additions, subtractions, comparisons, selections, roundings and bit operations.
  public var adds: SymbolicInt
  /// Products, those with a scale included.
  public var multiplies: SymbolicInt
  /// Divisions, reciprocals and square roots.
  public var divides: SymbolicInt
  /// Exponentials, logarithms, powers, and functions made of them.
  public var transcendentals: SymbolicInt
  /// Look-ups in a table of a function's values, as integer kernels make of such functions.
  public var lookUps: SymbolicInt
  /// Elements that are moved without arithmetic; no part of the total.
  public var moves: SymbolicInt

  /// Creates a record.
  public init(
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

  public static let none = OperationCounts()
  /// There are some, and it is not known how many.
  public static let unknown = OperationCounts(adds: .unknown)

  public static func adds(_ count: SymbolicInt) -> OperationCounts { OperationCounts(adds: count) }
  public static func multiplies(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(multiplies: count)
  }
  public static func divides(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(divides: count)
  }
  public static func transcendentals(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(transcendentals: count)
  }
  public static func lookUps(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(lookUps: count)
  }
  public static func moves(_ count: SymbolicInt) -> OperationCounts {
    OperationCounts(moves: count)
  }

  /// All of them but the moves.
  public var total: SymbolicInt { adds + multiplies + divides + transcendentals + lookUps }

  /// The same where functions are looked up in tables instead of computed.
  public var tabulated: OperationCounts {
    var result = self
    result.lookUps += transcendentals
    result.transcendentals = 0
    return result
  }

  public static func + (left: OperationCounts, right: OperationCounts) -> OperationCounts {
    OperationCounts(
      adds: left.adds + right.adds, multiplies: left.multiplies + right.multiplies,
      divides: left.divides + right.divides,
      transcendentals: left.transcendentals + right.transcendentals,
      lookUps: left.lookUps + right.lookUps, moves: left.moves + right.moves)
  }

  /// The counts of several elements, or of several executions.
  public static func * (counts: OperationCounts, count: SymbolicInt) -> OperationCounts {
    OperationCounts(
      adds: counts.adds * count, multiplies: counts.multiplies * count,
      divides: counts.divides * count, transcendentals: counts.transcendentals * count,
      lookUps: counts.lookUps * count, moves: counts.moves * count)
  }
}
