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
  var maxLength: Int?

  /// Nil where no text is generated.
  init?(_ assessment: ModelAssessment) {
    guard let request = assessment.generation?.request else { return nil }
    (prompt, tokens, batch) = (request.prompt, request.tokens, request.batch)
    maxLength = request.maxLength
  }

  /// As `--generate` takes it.
  var text: String {
    "prompt=\(prompt),tokens=\(tokens)" + (batch > 1 ? ",batch=\(batch)" : "")
      + (maxLength.map { ",max_length=\($0)" } ?? "")
  }

  /// Tokens that are made, of all texts of the batch.
  var allTokens: Double { Double(tokens) * Double(batch) }
}

extension RequestPart? {
  /// What numbers are of, in a word.
  var unit: String { self?.unit ?? "inference" }

  /// One of them.
  var oneUnit: String { (self == nil ? "an inference" : "a generation") + ofTexts }

  /// Several of them.
  var units: String { unit + "s" }

  /// The unit with what was asked for: `generation (prompt=128,tokens=64)`.
  var unitWithRequest: String { unit + ofTexts + inBrackets }

  /// What stands behind the unit where it makes several texts at once: ` of 4 texts`.
  var ofTexts: String { map { $0.batch > 1 ? " of \(grouped($0.batch)) texts" : "" } ?? "" }

  /// What numbers are of where reports speak of texts: `text`, or `4 texts` that are made at once.
  var whole: String {
    map { $0.batch > 1 ? "\(grouped($0.batch)) texts" : "text" } ?? unit
  }

  /// The same with what was asked for: `text (prompt=128,tokens=64)`.
  var wholeWithRequest: String { whole + inBrackets }

  /// The same in a sentence: `one inference`, `the whole text`, `all 4 texts`.
  var oneWhole: String {
    map { $0.batch > 1 ? "all \(grouped($0.batch)) texts" : "the whole text" } ?? "one inference"
  }

  /// What stands behind a speed that several texts reach together: `, of all 4 texts`.
  var ofAllTexts: String { map { $0.batch > 1 ? ", of \(oneWhole)" : "" } ?? "" }

  private var inBrackets: String { map { " (\($0.text))" } ?? "" }
}
