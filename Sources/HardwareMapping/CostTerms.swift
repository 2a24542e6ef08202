package import DeviceProfiles
package import Analysis
import OpGraph

/// How much of each term a kernel has.
package struct CostTerms: Sendable {
  /// Each term once, in the order in which the kernel's layers have them.
  package private(set) var amounts: [(term: CostTerm, amount: Double)] = []

  /// The terms of a kernel, in all its runs; nil when one is unknown.
  /// - Parameter chargesResults: Whether elements of results have a rate of their own, which then
  ///   holds what follows a contraction in its kernel as well.
  package init?(_ kernel: Kernel, _ workload: Workload, chargesResults: Bool) {
    guard let repetitions = kernel.repetitions.fixedValue,
      let constants = kernel.traffic.constants.fixedValue
    else { return nil }
    add(.kernel, Double(max(0, repetitions)))
    add(.weights, Double(constants))
    let leader = workload.layers[kernel.layers[0]]
    let isContraction = kernel.layers.contains { workload.layers[$0].work.macs != 0 }
    for index in kernel.layers {
      let layer = workload.layers[index]
      guard layer.isCosted, let macs = layer.work.macs.fixedValue,
        let operations = layer.work.otherOps.fixedValue
      else { return nil }
      if macs > 0 { add(.mac(layer.precision, RateKind(layer)), Double(macs)) }
      if chargesResults, layer.kind.isContraction {
        guard let results = layer.resultElements.fixedValue else { return nil }
        add(.result(layer.precision, RateKind(layer)), Double(results))
      } else if chargesResults, isContraction, index != leader.index, layer.kind.isApplied {
        continue
      } else {
        add(.operation(layer.kind), Double(max(operations, moved(layer, chargesResults))))
      }
    }
  }

  /// Elements that are only moved take time where results do: both are loads and stores.
  private func moved(_ layer: Layer, _ chargesResults: Bool) -> Int {
    chargesResults ? layer.work.operations.moves.fixedValue ?? 0 : 0
  }

  private mutating func add(_ term: CostTerm, _ amount: Double) {
    guard amount > 0 else { return }
    if let place = amounts.firstIndex(where: { $0.term == term }) {
      amounts[place].amount += amount
    } else {
      amounts.append((term, amount))
    }
  }
}

extension KernelKind {
  /// Whether such a layer is applied to each element of a result before it is stored.
  fileprivate var isApplied: Bool { self == .activation || self == .normalization }
}

extension RateKind {
  /// The rate kind of a layer.
  package init(_ layer: Layer) {
    self = layer.isShallow ? .shallowConvolution : .kind(layer.kind)
  }
}
