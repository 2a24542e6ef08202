package import DeviceProfiles
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

  /// The rooflines of a runtime's units.
  package static func all(_ runtime: Runtime) -> [Roofline] {
    runtime.units.map { unit in
      var peaks: [String: Double] = [:]
      for precision in Precision.allCases {
        guard let cycles = unit.bestCyclesPerMAC(in: precision), cycles > 0 else { continue }
        peaks[precision.rawValue] = unit.clock.value / cycles
      }
      return Roofline(
        unit: unit.name, peakMACsPerSecond: peaks,
        bytesPerSecond: Dictionary(
          uniqueKeysWithValues: unit.bandwidth.map { ($0.key.rawValue, $0.value.value) }))
    }
  }
}
