package import OpGraph
import Quantities

/// Sums over layers.
extension WeightReview {
  /// Sums over the weights of layers, each stored tensor once.
  package struct Totals: Sendable {
    package var elements = 0
    /// Nil where it is not known of a tensor which elements stand for zero.
    package var zeros: Int? = 0
    /// Filters of convolutions, channels of depthwise ones included, and those of them that are zero.
    package var filters = 0, zeroFilters = 0
    /// Rows of fully connected layers, and those of them that are zero.
    package var rows = 0, zeroRows = 0
    package var duplicateFilters = 0
    package var negligibleFilters = 0
  }

  package func totals(_ workload: Workload) -> Totals {
    var totals = Totals()
    for layer in layers where !layer.isShared {
      // bounded: a review of weights with more elements is refused, and no more of them are zero
      totals.elements += layer.elements
      totals.zeros = layer.zeros.flatMap { own in totals.zeros.map { $0 + own } }
      guard let filters = layer.filters else { continue }
      totals.duplicateFilters += filters.duplicates
      totals.negligibleFilters += filters.negligible
      if workload.layers[layer.layer].kind == .fullyConnected {
        totals.rows += filters.count
        totals.zeroRows += filters.zero.count
      } else {
        totals.filters += filters.count
        totals.zeroFilters += filters.zero.count
      }
    }
    return totals
  }

  /// Multiply-accumulates of a model that go with its zero filters.
  package struct ZeroMACs: Sendable {
    /// Of all zero filters.
    package var ofFilters: Int
    /// Of the zero filters that can be removed.
    package var ofRemovable: Int
    /// Of layers that read the channels of these: the part that multiplies them.
    package var ofReaders: Int
    /// Of the whole model.
    package var ofModel: Int
  }

  /// Nil where the work of a layer is not known.
  package var zeroMACs: ZeroMACs? {
    guard let before = wholeMACs,
      let after = try? Workload(removal.pruned).totals.macs.fixedValue
    else { return nil }
    var macs = ZeroMACs(ofFilters: 0, ofRemovable: 0, ofReaders: 0, ofModel: before)
    for layer in layers {
      guard let filters = layer.filters, !filters.zero.isEmpty else { continue }
      guard let own = filters.macsOfZero else { return nil }
      macs.ofFilters += own
      macs.ofRemovable +=
        own / filters.zero.count * (removal.removedFilters[layer.layer] ?? 0)
    }
    macs.ofReaders = before - after - macs.ofRemovable
    return macs
  }

  /// What a workload that is costed without the zero filters leaves out.
  package var droppedDiagnostic: Diagnostic {
    let count = removal.removedFilters.values.reduce(0, +)
    guard count > 0 else {
      return Diagnostic(
        .note, code: "zero-filters", "no zero filter can be removed: costs are those of the file")
    }
    let filters = "\(grouped(count)) zero \(plural("filter", count))"
    var text = "costs are those without \(filters), their channels and what reads these"
    if let macs = zeroMACs, macs.ofModel > 0 {
      let saved = macs.ofRemovable + macs.ofReaders
      let share = fixed(100 * Double(saved) / Double(macs.ofModel), decimals: 1)
      text += ": \(grouped(saved)) of \(grouped(macs.ofModel)) MACs (\(share) %) less"
    }
    return Diagnostic(.note, code: "zero-filters", text)
  }
}
