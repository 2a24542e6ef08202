import Analysis
import Assessment
import HardwareMapping
import OpGraph
import Quantities

/// Costs that models are limited and compared by, and that are no totals of a workload.
extension ModelAssessment {
  /// Bytes of the arena and, of a text, of what lies beside it: a cache in a buffer of its caller is memory too.
  ///
  /// Nil when a size is unknown.
  var memoryBytes: Int? {
    guard let arena = workload.memory.arenaBytes, generation != nil else {
      return workload.memory.arenaBytes
    }
    return workload.memory.withKeptBytes(arena)
  }

  /// Whether more memory may be needed, as by files that are not counted and by unknown operators.
  var memoryIsLowerBound: Bool {
    !workload.coverage.isComplete || workload.memory.micro?.unknownOperators.isEmpty == false
  }

  /// Time to the first token of a text, in seconds; nil without a text or a device.
  var firstToken: Time? {
    let latency = generation?.estimate?.prefill.latency
    return workload.coverage.isComplete ? latency : latency?.asLowerBound
  }

  /// Tokens of a text after its first, in a second; nil where their time is not known, or only a lower bound.
  var tokensPerSecond: Interval? {
    guard workload.coverage.isComplete, let generation else { return nil }
    return generation.estimate?.tokensPerSecond(generation.request)
  }
}
