/// The Cholesky decomposition of a symmetric positive definite matrix.
package struct Cholesky: Sendable {
  private let count: Int
  /// The rows of the lower half L, whose product with its transpose is the matrix; one after another.
  private let lower: [Double]

  /// Decomposes a matrix, of which the lower half is read; nil when it is not positive definite.
  package init?(_ matrix: [[Double]]) {
    let count = matrix.count
    var lower = Array(matrix.joined())
    let isDefinite = lower.withUnsafeMutableBufferPointer { lower in
      for i in 0..<count {
        for j in 0..<i {
          let sum = lower[i * count + j] - Self.product(lower, i * count, j * count, j)
          lower[i * count + j] = sum / lower[j * count + j]
        }
        let sum = lower[i * count + i] - Self.product(lower, i * count, i * count, i)
        guard sum > 0 else { return false }
        lower[i * count + i] = sum.squareRoot()
      }
      return true
    }
    guard isDefinite else { return nil }
    self.count = count
    self.lower = lower
  }

  /// The scalar product of two parts, in eight sums that a processor adds at once.
  private static func product(
    _ numbers: UnsafeMutableBufferPointer<Double>, _ one: Int, _ other: Int, _ count: Int
  ) -> Double {
    guard let start = numbers.baseAddress else { return 0 }
    let (one, other) = (start + one, start + other)
    var sums = SIMD8<Double>.zero
    var place = 0
    while place + 8 <= count {
      let left = UnsafeRawPointer(one + place).loadUnaligned(as: SIMD8<Double>.self)
      let right = UnsafeRawPointer(other + place).loadUnaligned(as: SIMD8<Double>.self)
      sums += left * right
      place += 8
    }
    var sum = sums.sum()
    while place < count {
      sum += one[place] * other[place]
      place += 1
    }
    return sum
  }

  /// The solution x of A x = right.
  package func solution(_ right: [Double]) -> [Double] {
    var solution = whitened(right)
    for i in solution.indices.reversed() {
      for k in (i + 1)..<count { solution[i] -= lower[k * count + i] * solution[k] }
      solution[i] /= lower[i * count + i]
    }
    return solution
  }

  /// The solution x of L x = right: products of two such are right' A^-1 right.
  package func whitened(_ right: [Double]) -> [Double] {
    var solution = right
    for i in solution.indices {
      for k in 0..<i { solution[i] -= lower[i * count + k] * solution[k] }
      solution[i] /= lower[i * count + i]
    }
    return solution
  }
}
