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
}
