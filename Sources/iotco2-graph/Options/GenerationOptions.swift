import Analysis
import ArgumentParser

/// A text that a decoder makes, for commands that cost one.
struct GenerationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Cost a text that a decoder makes instead of one inference: tokens of the prompt, tokens that follow, and "
        + "',batch=N' texts at once.", valueName: "prompt=128,tokens=64"),
    transform: { try GenerationRequest($0) })
  var generate: GenerationRequest?

  /// - Parameter option: An option that is about one inference.
  /// - Throws: `ValidationError` when it is given and a text is asked for.
  func check(against option: String, isGiven: Bool) throws {
    guard isGiven, generate != nil else { return }
    throw ValidationError("\(option) is about one inference and cannot be used with --generate")
  }
}
