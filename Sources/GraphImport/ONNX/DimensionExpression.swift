import OpGraph

/// A size that an exporter writes as an expression, such as `past + 1` or `2*height`.
///
/// Sums, differences and products of names and numbers are read.
struct DimensionExpression {
  private(set) var value: Dimension = 0
  /// The names in it.
  private(set) var names: Set<String> = []

  /// Nil for a single name, and for what is not read.
  init?(_ text: String) {
    guard text.contains(where: { "+-*".contains($0) }) else { return nil }
    var rest = text.filter { $0 != " " }[...]
    var sign: Dimension = 1
    while true {
      guard let term = readTerm(&rest) else { return nil }
      value += sign * term
      guard let mark = rest.popFirst() else { return }
      guard mark == "+" || mark == "-" else { return nil }
      sign = mark == "+" ? 1 : -1
    }
  }

  private mutating func readTerm(_ rest: inout Substring) -> Dimension? {
    var product: Dimension = 1
    while true {
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
      guard let first = word.first else { return nil }
      rest = rest.dropFirst(word.count)
      if let number = Int(word) {
        product *= .fixed(number)
      } else if first.isNumber {
        return nil
      } else {
        names.insert(String(word))
        product *= .symbol(String(word))
      }
      guard rest.first == "*" else { return product }
      rest = rest.dropFirst()
    }
  }
}
