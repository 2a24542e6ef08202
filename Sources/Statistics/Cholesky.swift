/// Cholesky decomposition of symmetric positive definite matrices.
package enum Cholesky {
  /// Solves a symmetric positive definite system, of which the lower half is given.
  /// - Returns: Nil when the matrix is not positive definite.
  package static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    let count = right.count
    var lower = matrix
    for i in 0..<count {
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
    var solution = right
    for i in 0..<count {
      for k in 0..<i { solution[i] -= lower[i][k] * solution[k] }
      solution[i] /= lower[i][i]
    }
    for i in (0..<count).reversed() {
      for k in (i + 1)..<count { solution[i] -= lower[k][i] * solution[k] }
      solution[i] /= lower[i][i]
    }
    return solution
  }
}
