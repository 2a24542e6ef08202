import Quantities

/// What a score is stated of: an amount of what the model does for its user.
package struct FunctionalUnit: Codable, Sendable {
  /// The units that SCI for AI lists for those who use a model, and seconds of audio.
  package enum Name: String, Choice, Sendable {
    case inference, token, image, page, execution, secondOfAudio, secondOfVideo

    /// How texts name one.
    package var title: String {
      switch self {
      case .secondOfAudio: "second of audio"
      case .secondOfVideo: "second of video"
      default: rawValue
      }
    }

    /// How texts name several.
    package var plural: String {
      switch self {
      case .secondOfAudio: "seconds of audio"
      case .secondOfVideo: "seconds of video"
      default: rawValue + "s"
      }
    }
  }

  package var name: Name
  /// How many of it one inference does; 1 when left out, or the tokens of a text for a token.
  package var perInference: Double?

  /// An inference.
  package static let inference = FunctionalUnit(name: .inference)

  func check() throws(Problem) {
    if let perInference, !(1e-9...1e9).contains(perInference) {
      throw Problem("functionalUnit.perInference of \(perInference), expected 1e-9 to 1e9")
    }
    if name == .inference, perInference ?? 1 != 1 {
      throw Problem("functionalUnit.perInference: an inference does one inference")
    }
  }
}
