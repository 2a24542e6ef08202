/// A type of which a file may have certain words only.
///
/// An enum whose raw values are texts needs no conformance: its cases are the words.
package protocol Words {
  /// All words that may stand in a file.
  static var words: [String] { get }
}

/// What lists the words that a type may be written as; nil where any text, or something else, may stand.
///
/// Only errors list them.
func words(of type: Any.Type) -> (() -> [String])? {
  func rawValues<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) -> [String] {
    Choice.allCases.map(\.rawValue)
  }
  func numbers<Choice: CaseIterable & RawRepresentable<Int>>(_ type: Choice.Type) -> [String] {
    Choice.allCases.map { "\($0.rawValue)" }
  }
  if let type = type as? any Words.Type { return { type.words } }
  if let type = type as? any (CaseIterable & RawRepresentable<String>).Type {
    return { rawValues(type) }
  }
  if let type = type as? any (CaseIterable & RawRepresentable<Int>).Type {
    return { numbers(type) }
  }
  return nil
}

/// A dictionary, whose keys may have certain words only.
protocol WordKeyed {
  static var keyWords: [String]? { get }
}

extension Dictionary: WordKeyed {
  static var keyWords: [String]? { words(of: Key.self)?() }
}

/// What was expected instead of a word.
func expectation(of words: [String], instead found: String) -> String {
  // A long list hides the one that was meant.
  let list =
    words.count <= 24
    ? "expected one of: \(words.joined(separator: ", "))"
    : "expected one of \(words.count) names"
  return "\(list), found '\(found.prefix(40))'\(Suggestion.text(for: found, among: words))"
}
