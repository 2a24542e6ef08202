package import Quantities

/// A text that a model makes token by token: how long its prompt is, and how many tokens follow.
package struct GenerationRequest: Hashable, Sendable {
  /// Tokens of the prompt.
  package private(set) var prompt: Int
  /// Tokens that are made: the first is a result of the prompt, and each of the others takes a step.
  package private(set) var tokens: Int
  /// Whether an encoder reads the prompt.
  package private(set) var isOfEncoder = false
  /// Texts that are made at once.
  package private(set) var batch = 1
  /// Tokens of a text with its prompt at which the caller ends it, for which a shared buffer has room; nil where what lies
  /// beside the file says it.
  package private(set) var maxLength: Int?

  /// What one text is called where others have an inference.
  package static let unit = "generation"

  /// Beyond any model, and few enough for a step each.
  private static let limits = 1...1 << 20
  private static let form = "prompt=128,tokens=64, and if need be batch=1 and max_length=2048"

  /// Reads what `--generate` takes.
  /// - Throws: `Problem` that shows the form.
  package init(_ text: String) throws(Problem) {
    var numbers: [Substring: Int] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, ["prompt", "tokens", "batch", "max_length"].contains(sides[0]) else {
        throw Problem("'\(part)' in '\(text)'", expected: Self.form)
      }
      // No whole number, or one that 64 bits do not hold.
      guard let number = Int(sides[1]), Self.limits.contains(number) else {
        throw Problem("'\(part)'", expected: "a whole number from 1 to \(Self.limits.upperBound)")
      }
      guard numbers.updateValue(number, forKey: sides[0]) == nil else {
        throw Problem("'\(part)' in '\(text)'", expected: "'\(sides[0])' once")
      }
    }
    guard let prompt = numbers["prompt"], let tokens = numbers["tokens"] else {
      throw Problem(
        "'\(text)' lacks \(numbers["prompt"] == nil ? "prompt" : "tokens")", expected: Self.form)
    }
    self.prompt = prompt
    self.tokens = tokens
    batch = numbers["batch"] ?? 1
    maxLength = numbers["max_length"]
  }

  /// The same text after a prompt of another length, at least one token.
  package func withPrompt(of tokens: Int) -> GenerationRequest {
    var result = self
    result.prompt = max(1, tokens)
    return result
  }

  /// Tokens of the first run of the decoder: those of the prompt, or a single one that starts it.
  package var start: Int { isOfEncoder ? 1 : prompt }

  /// The lengths of the cache before each step that follows the first run.
  package var pastLengths: Range<Int> { start..<positions }

  /// Tokens that the cache holds at the end: the last one that is made is not fed back.
  package var positions: Int { start + tokens - 1 }

  /// Tokens of the decoder's text with what it starts with: the last has no position in the cache.
  package var length: Int { positions + 1 }

  /// The same where an encoder reads the prompt.
  var afterEncoder: GenerationRequest {
    var request = self
    request.isOfEncoder = true
    return request
  }
}
