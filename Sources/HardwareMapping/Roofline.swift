import DeviceProfiles
import Analysis
import OpGraph
import Quantities

/// What limits kernels on a compute unit: its best rates, and where they cross its memories'.
package struct Roofline: Sendable {
  package var unit: String
  /// Multiply-accumulates a second at the best rate of any kernel kind, by precision.
  package var peakMACsPerSecond: [String: Double]
  /// Bytes a second, by memory.
  package var bytesPerSecond: [String: Double]

  /// Operations (two for a multiply-accumulate) a byte above which a kernel in a precision is bound
  /// by the unit and not by a memory.
  package func ridge(_ precision: String, _ memory: String) -> Double? {
    guard let peak = peakMACsPerSecond[precision], let bandwidth = bytesPerSecond[memory],
      bandwidth > 0
    else { return nil }
    return 2 * peak / bandwidth
  }

  /// The roofline of a unit with the best rates of its cost model.
  init(_ unit: ComputeUnit, _ model: any CostModel) {
    self.unit = unit.name
    peakMACsPerSecond = [:]
    for precision in Precision.allCases {
      guard let cycles = model.bestCyclesPerMAC(in: precision), cycles > 0 else { continue }
      peakMACsPerSecond[precision.rawValue] = unit.clock.value / cycles
    }
    bytesPerSecond = Dictionary(
      uniqueKeysWithValues: unit.bandwidth.map { ($0.key.rawValue, $0.value.value) })
  }
}
