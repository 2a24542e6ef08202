import Analysis
import OpGraph
import Quantities

/// Filters whose weights are all zero; known only where the weights were read.
struct ZeroFilters: HotspotRule {
  let name = "zero-filters"

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard let weights = evaluation.scenario.weights else { return [] }
    let removed = weights.removal.removedFilters
    guard !removed.isEmpty, let macs = weights.zeroMACs,
      // A network that is costed without them has none to remove.
      evaluation.workload.totals.macs.fixedValue == macs.ofModel, macs.ofModel > 0
    else { return [] }
    var changed = evaluation.scenario
    changed.complete = weights.removal.pruned
    let count = removed.values.reduce(0, +)
    let saved = macs.ofRemovable + macs.ofReaders
    let share = fixed(100 * Double(saved) / Double(macs.ofModel), decimals: 0)
    let filters = plural("filter", count)
    return [
      Proposal(
        layers: removed.keys.sorted(),
        reason:
          "\(grouped(count)) \(filters) of \(counted(removed.count, "layer")) with weights that are "
          + "all zero make channels that do not depend on the input",
        advice:
          "remove \(grouped(count)) zero \(filters), their channels and what reads these: saves "
          + "\(grouped(saved)) MACs, \(share) %",
        changed: changed)
    ]
  }
}
