import Analysis
import HardwareMapping
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
}

/// A change that a rule proposes.
package struct Proposal: Sendable {
  package var layers: [Int]
  package var reason: String
  package var advice: String
  /// The model, or how it runs, with the change.
  package var changed: Scenario

  /// How many proposals of one rule are computed; a large model can give rise to one at each layer.
  static let limitPerRule = 8
}

/// Finds layers that are costly for one reason.
package protocol HotspotRule: Sendable {
  /// A stable identifier, such as `float-island`.
  var name: String { get }
  /// Changes that would make the model cheaper, in this rule's view.
  func proposals(_ evaluation: Evaluation) -> [Proposal]
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
