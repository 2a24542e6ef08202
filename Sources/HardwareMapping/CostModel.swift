package import Analysis
package import DeviceProfiles
package import Quantities

/// Time and traffic of a compute unit for its kernels.
///
/// The estimator places layers, joins them to kernels, and adds starts, transfers, power and the
/// energy of single operations and bytes; what a kernel itself takes it asks of its unit's model. A
/// model is made for one workload on one unit, from a `UnitAssignment`.
package protocol CostModel: Sendable {
  /// Name and version of the formulas, as a report gives them; nil where the profile's rates are
  /// all there is.
  var version: String? { get }
  /// The documents that numbers of the formulas name besides those of the profile, by their
  /// identifiers.
  var sources: [String: Source] { get }
  /// Layers that only change the shape, but are copies on this unit.
  var copiedViews: Set<Int> { get }
  /// Cycles of one multiply-accumulate at the unit's best rate; nil when it does not compute in this
  /// precision.
  func bestCyclesPerMAC(in precision: Precision) -> Double?
  /// What gives the cost of a kernel in all its runs; nil when it is not known.
  ///
  /// Costs are asked for one at a time, since those of all would be the largest part of an estimate's memory.
  /// - Parameter kernels: All that the unit runs, since where their constants lie depends on all.
  func costs(of kernels: some Collection<Kernel>) -> (Kernel) -> KernelCost?
}

extension CostModel {
  package var sources: [String: Source] { [:] }
  package var copiedViews: Set<Int> { [] }
}

/// Cost of a kernel on its unit, without start and transfers from other units.
package struct KernelCost: Sendable {
  /// Bytes from and to a memory.
  package struct MemoryBytes: Sendable {
    package var memory: MemoryName
    package var bytes: Double

    package init(_ memory: MemoryName, _ bytes: Double) {
      self.memory = memory
      self.bytes = bytes
    }
  }

  /// Time of computing, and of moving bytes.
  package var compute, memory: Time
  /// Time of both, as far as they overlap.
  package var work: Time
  package var bytes: [MemoryBytes]
  /// The memory that takes longest.
  package var slowestMemory: String?
  /// What the time of computing, and of weights with rates of their own, is the sum of, where it is a sum
  /// over terms that rates are fitted for.
  package var terms: [(term: CostTerm, time: Time)]?

  /// The memory that takes longest is the one that does at the unit's bandwidths.
  package init(
    compute: Time, memory: Time, work: Time, bytes: [MemoryBytes], on unit: ComputeUnit,
    terms: [(term: CostTerm, time: Time)]? = nil
  ) {
    self.compute = compute
    self.memory = memory
    self.work = work
    self.bytes = bytes
    self.terms = terms
    let times = bytes.compactMap { entry in
      unit.bandwidth[entry.memory].map { (entry.memory, $0.time(bytes: entry.bytes).value) }
    }
    slowestMemory = times.max { $0.1 < $1.1 }?.0.rawValue
  }

  /// The time of a term; zero where it has none.
  func time(of term: CostTerm) -> Time { terms?.first { $0.term == term }?.time ?? .zero }
}
