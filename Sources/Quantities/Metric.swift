/// Costs of models, which are ranked, compared and limited: the one list of metrics.
package enum Metric: String, Choice, Sendable {
  case latency, energy, carbon, operationalCarbon, embodiedCarbon, lifeCarbon
  /// Of a text that a model makes: the time to its first token, and the tokens after it in a second.
  case firstToken, tokensPerSecond
  case macs, otherOps, parameters, weightBytes, trafficBytes
  case peakActivationBytes, arenaBytes
  /// Shares of the device's memory that activations, and that weights, take; above 1 does not fit.
  case ramShare, flashShare
  /// The largest of these shares, and of that of weights and activations in all memories together.
  case memoryShare
  /// The share of operators whose cost is known, between 0 and 1.
  case coverage
  /// Operators that an accelerator leaves to its host.
  case fallbackOperators
  /// The share of multiply-accumulates that multiply floating-point numbers, between 0 and 1.
  case unquantizedShare
  /// How many diagnostics have a code.
  case diagnostics

  /// The metrics by which layers and models are ranked.
  package static let ranked: [Metric] = [
    .energy, .latency, .carbon, .macs, .trafficBytes, .arenaBytes,
  ]

  /// Its unit; empty for plain numbers.
  package var unit: String {
    switch self {
    case .latency, .firstToken: "s"
    case .tokensPerSecond: "token/s"
    case .energy: "J"
    case .carbon, .operationalCarbon, .embodiedCarbon, .lifeCarbon: "gCO2e"
    case .macs: "MAC"
    case .weightBytes, .trafficBytes, .peakActivationBytes, .arenaBytes: "B"
    default: ""
    }
  }

  /// Its name in a sentence.
  package var title: String {
    switch self {
    case .firstToken: "time to the first token"
    case .tokensPerSecond: "tokens per second"
    case .macs: "MACs"
    case .trafficBytes: "traffic"
    case .peakActivationBytes, .arenaBytes: "memory"
    default: rawValue
    }
  }

  /// Whether it is a share of something.
  package var isShare: Bool {
    [.ramShare, .flashShare, .memoryShare, .coverage, .unquantizedShare].contains(self)
  }

  /// Whether single layers have it.
  package var isOfLayers: Bool {
    [.latency, .energy, .carbon, .macs, .otherOps, .parameters, .trafficBytes].contains(self)
  }

  /// Whether a device is needed to know it.
  package var needsDevice: Bool {
    switch self {
    case .latency, .firstToken, .tokensPerSecond, .energy, .carbon, .operationalCarbon,
      .embodiedCarbon, .lifeCarbon, .ramShare, .flashShare, .memoryShare, .fallbackOperators:
      true
    default: false
    }
  }

  /// Whether only a text that a model makes has it.
  package var needsText: Bool { self == .firstToken || self == .tokensPerSecond }

  /// Whether the cost of a model is the sum of its layers'; memory is a maximum.
  package var isSum: Bool { self != .peakActivationBytes && self != .arenaBytes }

  /// A number of it with its unit.
  package func text(_ value: Double) -> String {
    if isShare { return fixed(100 * value, decimals: 1) + " %" }
    if self == .fallbackOperators || self == .diagnostics { return fixed(value, decimals: 0) }
    return engineering(value, unit: unit)
  }
}
