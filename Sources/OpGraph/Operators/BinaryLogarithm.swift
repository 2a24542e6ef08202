/// The binary logarithm, rounded up and at least one: how often so many elements can be halved.
///
/// Those are the comparisons of a binary search, the passes of a merge sort, the stages of a fast
/// Fourier transform.
func binaryLogarithm(_ count: Int) -> Int {
  Swift.max(1, Int.bitWidth - Swift.max(0, count - 1).leadingZeroBitCount)
}
