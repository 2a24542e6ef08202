import Hotspots
import Quantities

/// What a change saves of a text; negative where it costs more.
struct TextSavingPart: Encodable {
  /// Seconds, joules and grams of CO2e.
  var latency, energy, carbon: Interval?
  /// Tokens a second with the change.
  var tokensPerSecond: Interval?
  /// Bytes of weights, activations and caches.
  var memoryBytes: Int?

  init(_ saving: TextSaving) {
    latency = saving.latency
    energy = saving.energy
    carbon = saving.carbon
    tokensPerSecond = saving.tokensPerSecond
    memoryBytes = saving.memoryBytes
  }

  /// The same in words.
  /// - Parameter request: The text that it is of.
  func sentence(_ request: RequestPart?) -> String {
    func amount(_ saved: Interval?, _ unit: String) -> String? {
      guard let saved, saved.value != 0 else { return nil }
      return "\(engineering(saved.value, unit: unit)) (\(saved.ends(unit: unit)))"
    }
    var parts = [amount(latency, "s"), amount(energy, "J")].compactMap { $0 }
    if let bytes = memoryBytes, bytes > 0 { parts.append(binarySize(bytes) + " of memory") }
    var sentence =
      parts.isEmpty ? "" : "saves per \(request.whole): \(parts.joined(separator: ", "))"
    if let bytes = memoryBytes, bytes < 0 {
      sentence += (sentence.isEmpty ? "" : "; ") + "needs \(binarySize(-bytes)) more memory"
    }
    if let speed = tokensPerSecond {
      sentence += sentence.isEmpty ? "" : "; "
      sentence +=
        "then \(significant(speed.value)) tokens per second\(request.ofAllTexts) "
        + "(\(speed.ends(significant)))"
    }
    return sentence
  }
}

extension TextSaving {
  /// What it saves in words.
  /// - Parameter request: The text that it is of.
  func sentence(_ request: RequestPart?) -> String { TextSavingPart(self).sentence(request) }
}
