/// The Cholesky decomposition of a symmetric positive definite matrix.
package struct Cholesky: Sendable {
  /// The lower half L, whose product with its transpose is the matrix.
  private let lower: [[Double]]

  /// Decomposes a matrix, of which the lower half is read; nil when it is not positive definite.
  package init?(_ matrix: [[Double]]) {
    var lower = matrix
    for i in matrix.indices {
      var row = lower[i]
      for j in 0..<i {
        var sum = row[j]
        lower[j].withUnsafeBufferPointer { other in
          for k in 0..<j { sum -= row[k] * other[k] }
          row[j] = sum / other[j]
        }
      }
      var sum = row[i]
      for k in 0..<i { sum -= row[k] * row[k] }
      guard sum > 0 else { return nil }
      row[i] = sum.squareRoot()
      lower[i] = row
    }
    self.lower = lower
  }

  /// The solution x of A x = right.
  package func solution(_ right: [Double]) -> [Double] {
    var solution = whitened(right)
    for i in solution.indices.reversed() {
      for k in (i + 1)..<solution.count { solution[i] -= lower[k][i] * solution[k] }
      solution[i] /= lower[i][i]
    }
    return solution
  }

  /// The solution x of L x = right: products of two such are right' A^-1 right.
  package func whitened(_ right: [Double]) -> [Double] {
    var solution = right
    for i in solution.indices {
      for k in 0..<i { solution[i] -= lower[i][k] * solution[k] }
      solution[i] /= lower[i][i]
    }
    return solution
  }
}
