import Analysis
import Quantities

/// A prompt that is read before the first token, and whose keys and values are read for each further one.
struct LongPrompt: HotspotRule {
  let name = "long-prompt"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let text = evaluation.scenario.text, text.request.prompt > 1,
      // Beside an encoder of sound or images it is a few tokens that name the task.
      !text.base.hasEncoder || text.request.isOfEncoder
    else { return [] }
    var changed = evaluation.scenario
    let half = text.request.prompt / 2
    changed.text?.request = text.request.withPrompt(of: half)
    let reads = text.request.isOfEncoder ? "which the encoder reads, and " : ""
    return [
      Proposal(
        layers: [],
        reason:
          "a prompt of \(counted(text.request.prompt, "token")), \(reads)whose keys and values every step reads",
        advice: "shorten the prompt to \(counted(half, "token"))", changed: changed)
    ]
  }
}
