import Analysis
import Assessment
import Quantities

/// The text that a report's numbers are of, where they are not those of an inference.
struct RequestPart: Encodable {
  /// What all numbers are of that are of an inference otherwise.
  var unit = GenerationRequest.unit
  var prompt: Int
  var tokens: Int
  var batch: Int

  /// Nil where no text is generated.
  init?(_ assessment: ModelAssessment) {
    guard let request = assessment.generation?.request else { return nil }
    (prompt, tokens, batch) = (request.prompt, request.tokens, request.batch)
  }

  /// As `--generate` takes it.
  var text: String {
    "prompt=\(prompt),tokens=\(tokens)" + (batch > 1 ? ",batch=\(batch)" : "")
  }

  /// Tokens that are made, of all texts of the batch.
  var allTokens: Double { Double(tokens) * Double(batch) }
}

extension RequestPart? {
  /// What numbers are of, in a word.
  var unit: String { self?.unit ?? "inference" }

  /// One of them.
  var oneUnit: String { self == nil ? "an inference" : "a generation" }

  /// Several of them.
  var units: String { unit + "s" }

  /// The unit with what was asked for: `generation (prompt=128,tokens=64)`.
  var unitWithRequest: String { unit + (map { " (\($0.text))" } ?? "") }
}
