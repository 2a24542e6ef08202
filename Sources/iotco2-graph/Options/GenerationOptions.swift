import Analysis
import ArgumentParser

/// A text that a decoder makes, for commands that cost one.
struct GenerationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Cost a text that a decoder makes instead of one inference: tokens of the prompt, tokens that follow, "
        + "',batch=N' texts at once, and ',max_length=N' tokens that a shared buffer of the cache has room for.",
      valueName: "prompt=128,tokens=64"),
    transform: { try GenerationRequest($0) })
  var generate: GenerationRequest?

  /// - Throws: `ValidationError` for an option of the model that says what a text states, or that is about one inference.
  func check(against model: ModelOptions) throws {
    guard generate != nil else { return }
    try check(against: "--drop-zero-filters", isGiven: model.dropZeroFilters)
    try check(against: "--signature", isGiven: model.signature != nil)
    try check(against: "--original", isGiven: model.original != nil)
    guard model.batch == nil else {
      throw ValidationError("--batch with --generate: write prompt=128,tokens=64,batch=N")
    }
  }

  /// - Parameter option: An option that is about one inference.
  /// - Throws: `ValidationError` when it is given and a text is asked for.
  func check(against option: String, isGiven: Bool) throws {
    guard isGiven, generate != nil else { return }
    throw ValidationError("\(option) is about one inference and cannot be used with --generate")
  }
}
