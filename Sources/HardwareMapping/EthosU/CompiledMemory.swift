import Analysis
import DeviceProfiles
import OpGraph
import Quantities

/// The memory that Vela needs for the operators that it compiles.
enum CompiledMemory {
  /// What Vela reports as total SRAM used; nil where it compiles nothing, and where it has an external
  /// memory for what does not fit.
  ///
  /// Vela runs operators in stripes, one after the other, and copies weights ahead. So it needs less or more than
  /// the live activations, within the interval of `EthosUConstants.compiledMemory`.
  static func estimate(
    _ workload: Workload, _ assignments: [UnitAssignment]
  ) -> Estimate<Bytes>? {
    // A compiled file states it itself, and its memory is that of the file.
    guard !(workload.complete.program?.hasCompiledParts ?? false), workload.coverage.isComplete,
      let peak = workload.memory.peak?.bytes
    else { return nil }
    for assignment in assignments where assignment.isOnUnit.contains(true) {
      guard case .ethosU = assignment.unit.costMethod,
        let memories = EthosUMemories(assignment), memories.capacity == nil
      else { continue }
      return EthosUConstants.standard.compiledMemory.converted(by: Double(peak))
    }
    return nil
  }
}
