/// The version of a release, compared number by number: 2.7.1 is before 2.11.0, and 7.1 is 7.1.0.
package struct Version: Sendable {
  /// The version as it is written.
  package var text: String
  /// Its numbers without zeros at the end.
  private var numbers: [Int]

  /// Reads a version such as `10.2`, `v1.1` or `2023.05`.
  ///
  /// Nil for a text that has no place among the others, such as `not stated`.
  package init?(_ text: some StringProtocol) {
    let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
    numbers = []
    for part in digits.split(separator: ".", omittingEmptySubsequences: false) {
      guard part.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(part) else {
        return nil
      }
      numbers.append(number)
    }
    while numbers.last == 0 { numbers.removeLast() }
    self.text = String(text)
  }

  /// The first number.
  var major: Int { numbers.first ?? 0 }

  /// Whether two texts name one release: as versions if both are, else letter by letter.
  package static func isSame(_ one: String?, _ other: String?) -> Bool {
    guard let one, let other else { return false }
    return one == other || Version(one).map { $0 == Version(other) } ?? false
  }
}

extension Version: Comparable, Hashable {
  package static func == (one: Version, other: Version) -> Bool { one.numbers == other.numbers }

  package static func < (one: Version, other: Version) -> Bool {
    one.numbers.lexicographicallyPrecedes(other.numbers)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(numbers) }
}

/// The place of a release among the measured releases of its runtime, oldest first.
package enum ReleasePlace: Equatable, Sendable {
  /// It is the measured one of this index.
  case measured(Int)
  /// It lies between the measured one of this index and the next.
  case after(Int)
  /// It is so many steps older than the first.
  case older(steps: Int)
  /// It is so many steps newer than the last, which has this index.
  case newer(Int, steps: Int)

  /// Finds the place of a release; nil without measured ones.
  /// - Parameter measured: The measured releases, oldest first.
  package init?(of version: Version, among measured: [Version]) {
    guard let first = measured.first, let last = measured.last else { return nil }
    if let index = measured.firstIndex(of: version) {
      self = .measured(index)
    } else if version < first {
      self = .older(steps: Self.steps(from: version, to: first))
    } else if last < version {
      self = .newer(measured.count - 1, steps: Self.steps(from: last, to: version))
    } else {
      self = .after((measured.firstIndex { version < $0 } ?? 1) - 1)
    }
  }

  /// How many releases lie between two versions is not known: each major version is one, and of more
  /// than ten nothing is known anyway.
  private static func steps(from old: Version, to new: Version) -> Int {
    min(max(1, new.major.subtractingReportingOverflow(old.major).partialValue), 10)
  }

  /// The variance of a random walk at this place, in those of its steps, given the measured ones.
  package var variance: Double {
    switch self {
    case .measured: 0
    // The middle of two known places.
    case .after: 0.25
    case .older(let steps), .newer(_, let steps): Double(steps)
    }
  }
}
