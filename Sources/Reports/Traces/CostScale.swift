/// The colours of costs, where a format takes colours: from near white to orange.
///
/// Black text can be read on all of them. Lightness falls throughout, so that they can be told apart without
/// colour vision.
enum CostScale {
  /// The colour of a part of the largest cost.
  /// - Parameter part: Between 0 and 1.
  static func colour(_ part: Double) -> String {
    "#"
      + zip([255.0, 247, 230], [224.0, 101, 32]).map { from, to in
        let digits = String(Int((from + (to - from) * part).rounded()), radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  /// The colour of text on all of them.
  static let text = "#1b1f24"
}
