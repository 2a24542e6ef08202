#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A quantile of sorted numbers, between neighbours in proportion.
///
/// Type 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996.
/// - Parameters:
///   - part: Between 0 and 1.
///   - sorted: At least one number.
package func quantile(_ part: Double, of sorted: [Double]) -> Double {
  let place = part * Double(sorted.count - 1)
  let below = Int(place)
  guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
  return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
}

/// The factor that nine of ten new errors stay within, by the errors of rows that were left out.
///
/// The quantile of conformal prediction: the k-th smallest of n, k the whole number at or above
/// 0.9 (n + 1) (Vovk et al. 2005); with fewer than nine errors the largest.
package func intervalFactor(_ logarithms: [Double], atLeast least: Double = 1.1) -> Double {
  guard !logarithms.isEmpty else { return 3 }
  let sizes = logarithms.map(abs).sorted()
  let place = min(sizes.count, Int((0.9 * Double(sizes.count + 1)).rounded(.up)))
  return max(least, exp(sizes[place - 1]))
}
