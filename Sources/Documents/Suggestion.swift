import Quantities

/// Known names that are close to one that is not known.
package enum Suggestion {
  /// `; did you mean 'latency'?`, or nothing where no known name is close.
  package static func text(for name: String, among known: some Sequence<String>) -> String {
    let names = nearest(to: name, among: known).map { "'\($0)'" }
    guard let last = names.last else { return "" }
    let others = names.dropLast().joined(separator: ", ")
    return "; did you mean \(others.isEmpty ? last : "\(others) or \(last)")?"
  }

  /// The closest of the known names, at most three; none where a third of a name would have to change, unless
  /// one of the two abbreviates the other.
  package static func nearest(to name: String, among known: some Sequence<String>) -> [String] {
    // A name that is no text of this kind has no neighbours, and its comparison would take long.
    let known = Set(known)
    guard name.utf8.count <= 100, isQuick([name], among: known) else { return [] }
    let wanted = letters(name)
    let candidates = known.map { (name: $0, letters: letters($0)) }
    let near = candidates.compactMap { candidate -> (distance: Int, name: String)? in
      let limit = max(1, min(wanted.count, candidate.letters.count) / 3)
      guard abs(wanted.count - candidate.letters.count) <= limit else { return nil }
      let distance = edits(from: wanted, to: candidate.letters)
      return distance <= limit ? (distance, candidate.name) : nil
    }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard near.isEmpty else {
      return near.prefix { $0.distance == near[0].distance }.prefix(3).map(\.name)
    }
    return candidates.filter { isAbbreviation($0.letters, wanted) }
      .sorted { ($0.letters.count, $0.name) < ($1.letters.count, $1.name) }
      .prefix(3).map(\.name)
  }

  /// Whether names can be compared with known ones in some tenths of a second: both may be a stranger's.
  package static func isQuick(
    _ names: some Collection<String>, among known: some Collection<String>
  ) -> Bool {
    let pairs = saturatingProduct(
      names.reduce(0) { $0 + $1.utf8.count }, known.reduce(0) { $0 + $1.utf8.count })
    return pairs <= mostPairs && saturatingProduct(names.count, known.count) <= mostNames
  }

  /// Pairs of a name and a known name.
  private static let mostNames = 100_000

  /// Pairs of a letter of a name and one of a known name.
  private static let mostPairs = 20_000_000

  /// The letters and digits of a name in lower case: `inferences_per_day` is `inferencesPerDay`.
  package static func letters(_ name: String) -> [Character] {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// Whether one of two names is the beginning, or a large part, of the other.
  private static func isAbbreviation(_ left: [Character], _ right: [Character]) -> Bool {
    let (short, long) = left.count < right.count ? (left, right) : (right, left)
    guard short.count >= 3 else { return false }
    return long.starts(with: short)
      || short.count >= 5 && long.indices.contains { long[$0...].starts(with: short) }
  }

  /// How many letters must be put in, taken out, changed, or swapped with their neighbours.
  private static func edits(from left: [Character], to right: [Character]) -> Int {
    var twoBefore: [Int] = []
    var before = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let change = before[column] + (left[row] == right[column] ? 0 : 1)
        var least = min(change, before[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, twoBefore[column - 1] + 1)
        }
        current.append(least)
      }
      (twoBefore, before) = (before, current)
    }
    return before[right.count]
  }
}
