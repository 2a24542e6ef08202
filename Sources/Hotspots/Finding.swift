import Analysis
import HardwareMapping
import OpGraph
package import Quantities

/// A reason of costs, and the saving of a change.
package struct Finding: Sendable {
  /// The rule's name, such as `float-island`.
  package var rule: String
  /// Indices of the affected layers.
  package var layers: [Int]
  /// Why they are costly, as a clause.
  package var reason: String
  /// What to change, as a clause.
  package var advice: String
  /// The share of a cost that the change saves; negative where it costs more.
  ///
  /// Its ends are those over the interval of the estimate. A metric that is unknown with the change
  /// is left out.
  package var savings: [Metric: Interval]
  /// What a text saves, where one is generated.
  package var text: TextSaving?
}

/// What a change saves of a text; negative where it costs more.
package struct TextSaving: Sendable {
  /// Seconds, joules and grams of CO2e; nil where they are not known.
  package var latency, energy, carbon: Interval?
  /// Tokens a second with the change, all texts of a batch together; nil where they are not known.
  package var tokensPerSecond: Interval?
  /// Bytes of weights, activations and caches; nil where they are not known.
  package var memoryBytes: Int?

  /// - Parameters:
  ///   - before: The text as it is.
  ///   - after: The text with the change.
  ///   - savings: Which shares of costs the change saves.
  init?(_ before: Evaluation, _ after: Evaluation, _ savings: [Metric: Interval]) {
    guard before.generation != nil, let generation = after.generation else { return nil }
    func saved(_ metric: Metric) -> Interval? {
      guard let cost = before.total(metric), let share = savings[metric] else { return nil }
      let ends = [share.low, share.high].flatMap { end in
        [cost.low, cost.high].map { end == 0 ? 0 : end * $0 }
      }
      // Of a cost without an upper end, a change that may cost more costs any amount more.
      guard let least = ends.min(), least > -.infinity else { return nil }
      let value = cost.value * share.value
      return Interval(value, low: least, high: ends.max() ?? value)
    }
    latency = saved(.latency)
    energy = saved(.energy)
    carbon = saved(.carbon)
    tokensPerSecond = generation.estimate?.tokensPerSecond(generation.work.request)
    if let old = before.memoryBytes, let new = after.memoryBytes { memoryBytes = old - new }
  }
}

extension Evaluation {
  /// Bytes of weights, activations and what is kept; nil where a size is unknown.
  fileprivate var memoryBytes: Int? {
    guard let arena = workload.memory.activationArenaBytes else { return nil }
    return (workload.totals.constantBytes + workload.memory.keptBytes + .fixed(arena)).fixedValue
  }
}

/// A change that a rule proposes.
package struct Proposal: Sendable {
  package var layers: [Int]
  package var reason: String
  package var advice: String
  private let change: Change

  private enum Change {
    case scenario(Scenario)
    case evaluated(Evaluation)
  }

  /// - Parameter changed: The model, or how it runs, with the change.
  package init(layers: [Int], reason: String, advice: String, changed: Scenario) {
    (self.layers, self.reason, self.advice) = (layers, reason, advice)
    change = .scenario(changed)
  }

  /// - Parameter changed: What it costs with the change, where a rule knows that.
  init(layers: [Int], reason: String, advice: String, changed: Evaluation) {
    (self.layers, self.reason, self.advice) = (layers, reason, advice)
    change = .evaluated(changed)
  }

  /// What the model costs with the change.
  /// - Throws: `Problem` when a count does not fit in 64 bits, or when a change cannot be made in all runs of a text.
  package func evaluation() throws(Problem) -> Evaluation {
    switch change {
    case .scenario(let scenario): try Evaluation(scenario)
    case .evaluated(let evaluation): evaluation
    }
  }

  /// How many proposals of one rule are computed; a large model can give rise to one at each layer.
  static let limitPerRule = 8
}

/// Finds layers that are costly for one reason.
package protocol HotspotRule: Sendable {
  /// A stable identifier, such as `float-island`.
  var name: String { get }
  /// Changes that would make the model cheaper, in this rule's view.
  func proposals(_ evaluation: Evaluation) -> [Proposal]
  /// Whether its changes are worth a finding for the memory that they save alone.
  var savesMemory: Bool { get }
}

extension HotspotRule {
  package var savesMemory: Bool { false }
}

extension Evaluation {
  /// Layers whose cost is not known, alone or in a kernel with one; a change must not hide cost.
  var unknownLayers: Int {
    guard let estimate else { return workload.layers.filter { !$0.isCosted }.count }
    return estimate.kernels.filter { $0.time == nil }.reduce(0) { $0 + $1.kernel.layers.count }
  }

  /// Whether totals are those of all layers; if not, they are lower bounds.
  package var isComplete: Bool { unknownLayers == 0 && workload.coverage.isComplete }
}
