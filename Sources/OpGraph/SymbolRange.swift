/// Consecutive numbers that a symbol stands for, one after the other, such as the lengths of a growing cache.
package struct SymbolRange: Sendable {
  package let symbol: String
  package let numbers: Range<Int>
  /// By exponent, the sum of that power of all numbers.
  private let powerSums: [SymbolicInt]

  /// Counts of a decoder are of the second degree in its lengths.
  private static let greatestPower = 4

  /// - Parameter numbers: None is negative.
  package init(_ symbol: String, _ numbers: Range<Int>) {
    self.symbol = symbol
    self.numbers = numbers
    var sums = [SymbolicInt](repeating: 0, count: Self.greatestPower + 1)
    for number in numbers {
      var power: SymbolicInt = 1
      for exponent in sums.indices {
        sums[exponent] += power
        power *= .fixed(number)
      }
    }
    powerSums = sums
  }

  fileprivate func sum(ofPower exponent: Int) -> SymbolicInt? {
    powerSums.indices.contains(exponent) ? powerSums[exponent] : nil
  }
}

extension SymbolicInt {
  /// The sum of an expression's values for all numbers that a symbol stands for, exact.
  ///
  /// A polynomial is summed term by term. An expression with a quotient, a minimum or a maximum has a
  /// value for each number, and these are added.
  package func sum(over range: SymbolRange) -> SymbolicInt {
    polynomialSum(over: range)
      ?? range.numbers.lazy.map { substituting([range.symbol: $0]) }.sum
  }

  /// The same where it takes no evaluation for each number; nil otherwise.
  package func polynomialSum(over range: SymbolRange) -> SymbolicInt? {
    guard case .symbolic(let polynomial) = self else { return self * .fixed(range.numbers.count) }
    return polynomial.replacingPowers(of: range.symbol) { range.sum(ofPower: $0) }
  }
}
