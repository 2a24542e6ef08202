/// An error in the user's input: the place, the fact, the expectation.
///
/// Its description is one line, such as `policy.yaml:4: key 'metrik' is not known; did you mean 'metric'?`.
public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the user named it; empty where nothing is wrong with a file.
  public var file = ""
  /// Where in it: a line, a key, a node; empty for the whole.
  public var place: String
  /// What is wrong.
  public var fact: String
  /// What would be right, in words that follow "expected".
  public var expectation: String?
  /// Names near the one that was given, the nearest first.
  public var suggestions: [String]

  /// Creates a problem of a fact and, as far as they are known, its place and what would be right.
  public init(
    _ fact: String, at place: String = "", expected expectation: String? = nil,
    suggestions: [String] = []
  ) {
    self.place = place
    self.fact = fact
    self.expectation = expectation
    self.suggestions = suggestions
  }

  /// The problem on one line, without a full stop.
  public var description: String {
    // Parts may quote a name of any length from a file.
    func part(_ text: String) -> String { abridged(text, to: 1000) }
    var text = [file, place, fact].filter { !$0.isEmpty }.map(part).joined(separator: ": ")
    if let expectation { text += ", expected \(part(expectation))" }
    guard let last = suggestions.last else { return text }
    let names = suggestions.dropLast().map { "'\($0)'" }.joined(separator: ", ")
    return text + "; did you mean " + (names.isEmpty ? "" : names + " or ") + "'\(last)'?"
  }

  /// The same problem of something in a larger place, such as a key of a file.
  public func placed(at outer: String) -> Problem {
    var result = self
    result.file = ""
    result.place = [outer, file, place].filter { !$0.isEmpty }.joined(separator: ": ")
    return result
  }
}
