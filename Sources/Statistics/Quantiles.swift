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

/// The size that nine of ten new errors stay within, by the errors of what was left out.
///
/// The quantile of conformal prediction: the k-th smallest of n, k the whole number at or above
/// 0.9 (n + 1) (Vovk et al. 2005); with fewer than nine errors the largest, without any nil.
package func conformalQuantile(_ errors: [Double]) -> Double? {
  guard !errors.isEmpty else { return nil }
  let sizes = errors.map(abs).sorted()
  let place = min(sizes.count, Int((0.9 * Double(sizes.count + 1)).rounded(.up)))
  return sizes[place - 1]
}

/// The factor that nine of ten new errors stay within: 3 without any error.
package func intervalFactor(_ logarithms: [Double], atLeast least: Double = 1.1) -> Double {
  conformalQuantile(logarithms).map { max(least, exp($0)) } ?? 3
}
