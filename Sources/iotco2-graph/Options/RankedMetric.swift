import ArgumentParser
import Quantities

/// A metric by which layers are ranked, by its own name or by a short one.
struct RankedMetric: ExpressibleByArgument {
  var metric: Metric
  /// As it was given.
  var name: String

  private static let shortNames: [Metric: String] = [
    .trafficBytes: "traffic", .peakActivationBytes: "memory",
  ]

  init?(argument: String) {
    guard
      let metric = Metric.ranked.first(where: {
        $0.rawValue == argument || Self.shortNames[$0] == argument
      })
    else { return nil }
    self.metric = metric
    name = argument
  }

  static var allValueStrings: [String] { Metric.ranked.map { shortNames[$0] ?? $0.rawValue } }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
