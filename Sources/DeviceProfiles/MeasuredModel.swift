package import Quantities
import Documents

/// A network whose inference was measured with a runtime on a device.
///
/// Its time is reported as it was measured, and not as rates predict it.
package struct MeasuredModel: Codable, Sendable {
  /// The file's name, for readers.
  package var model: String
  /// Which network it is (`Workload.identity`).
  package var network: String
  /// The clock of the runtime's first unit while it was measured, in Hz.
  package var clock: Double
  /// The runtime's release, where the table states it.
  package var release: String?
  /// The measured time, with the spread over repetitions.
  package var latency: Time
  /// The measured energy; nil where only time was measured.
  package var energy: Energy?

  package init(
    model: String, network: String, clock: Double, release: String?, latency: Time,
    energy: Energy?
  ) {
    self.model = model
    self.network = network
    self.clock = clock
    self.release = release
    self.latency = latency
    self.energy = energy
  }

  /// Clocks that are as near are one: tables and profiles round them.
  private static let nearness = 0.005

  /// Whether two clocks, in Hz, are one.
  package static func isSame(clock: Double, _ other: Double) -> Bool {
    abs(clock / other - 1) < nearness
  }

  /// Whether a runtime runs as it did when the network was measured.
  package func isOf(_ runtime: Runtime) -> Bool {
    guard let clock = runtime.units.first?.clock.value else { return false }
    return Self.isSame(clock: clock, self.clock)
      && (release == nil || runtime.release == nil || Version.isSame(release, runtime.release))
  }

  /// What contradicts itself.
  var problem: DocumentProblem? {
    if latency.low <= 0 { return DocumentProblem(["latency"], "expected more than 0 s") }
    if let energy, energy.low <= 0 {
      return DocumentProblem(["energy"], "expected more than 0 J")
    }
    return clock < 1 ? DocumentProblem(["clock"], "is \(clock), expected at least 1 Hz") : nil
  }
}

extension Runtime {
  /// How a network was measured, as the runtime is; nil where it was not.
  /// - Parameter network: `Workload.identity`, which is found only where networks were measured.
  package func measurement(ofNetwork network: @autoclosure () -> String?) -> MeasuredModel? {
    guard let measured, !measured.isEmpty, let network = network() else { return nil }
    return measured.first { $0.network == network && $0.isOf(self) }
  }
}
