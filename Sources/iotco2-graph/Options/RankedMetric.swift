import ArgumentParser
import Quantities
import Reports

/// A metric of a list, by its own name or by a short one.
protocol MetricArgument: ExpressibleByArgument {
  static var metrics: [Metric] { get }
  init(_ metric: Metric, as name: String)
}

extension MetricArgument {
  init?(argument: String) {
    guard
      let metric = Self.metrics.first(where: {
        $0.rawValue == argument || $0.shortName == argument
      })
    else { return nil }
    self.init(metric, as: argument)
  }

  static var allValueStrings: [String] { metrics.map(\.shortName) }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension Metric {
  /// What people type.
  fileprivate var shortName: String {
    switch self {
    case .trafficBytes: "traffic"
    case .arenaBytes: "memory"
    default: rawValue
    }
  }
}

/// A metric by which layers are ranked.
struct RankedMetric: MetricArgument {
  static let metrics = Metric.ranked

  var metric: Metric
  /// As it was given.
  var name: String

  init(_ metric: Metric, as name: String) {
    self.metric = metric
    self.name = name
  }
}

/// A metric by which models are compared.
struct ComparedMetric: MetricArgument {
  static let metrics = ComparisonReport.orders

  var metric: Metric

  init(_ metric: Metric, as name: String = "") { self.metric = metric }

  var defaultValueDescription: String { metric.rawValue }
}
