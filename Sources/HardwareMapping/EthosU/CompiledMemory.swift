import Analysis
import DeviceProfiles
import OpGraph
package import Quantities

/// The memory that Vela needs for the operators that it compiles.
package enum CompiledMemory: Sendable {
  /// SRAM, where all feature maps lie in it.
  case sram(Estimate<Bytes>)
  /// DRAM behind an SRAM of a fixed size, for weights and what the SRAM does not hold.
  case dram(Estimate<Bytes>)

  /// Constants of models that are so small that commands and alignment weigh more, in bytes.
  private static let fewConstants = 8 << 10

  /// What Vela reports as memory used; nil where it compiles nothing.
  ///
  /// Vela runs operators in stripes, one after the other, and copies weights ahead. So it needs less or more than
  /// the live activations, within the interval of `EthosUConstants.compiledMemory`. An external memory also has the
  /// weights, encoded, and not the tensors that the SRAM holds.
  init?(_ workload: Workload, _ assignments: [UnitAssignment]) {
    // A compiled file states it itself, and its memory is that of the file.
    guard !(workload.complete.program?.hasCompiledParts ?? false), workload.coverage.isComplete,
      let peak = workload.memory.peak?.bytes
    else { return nil }
    for assignment in assignments where assignment.isOnUnit.contains(true) {
      guard case .ethosU = assignment.unit.costMethod, let memories = EthosUMemories(assignment)
      else { continue }
      let ratios = EthosUConstants.standard
      if memories.capacity == nil {
        self = .sram(ratios.compiledMemory.converted(by: Double(peak)))
        return
      }
      guard let constants = workload.totals.constantBytes.fixedValue,
        constants >= Self.fewConstants
      else { return nil }
      self = .dram(
        ratios.compiledExternalMemory.converted(by: Double(peak) + Double(constants)))
      return
    }
    return nil
  }
}
