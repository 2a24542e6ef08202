package import Quantities

/// A device as data: compute units, rates, power and memories.
///
/// Every number is an `Estimate` with unit, interval, provenance and source.
package struct DeviceProfile: Codable, Sendable {
  /// What sort of device it is.
  package enum Class: String, Codable, Sendable, CaseIterable {
    case microcontroller, applicationProcessor, gpu, npu
  }

  /// Version of the profile format; `1.0` is the only one.
  package var schemaVersion: String?
  /// Identifier, also the file's name.
  package var name: String
  /// What people call it, with clock and supply.
  package var title: String
  package var `class`: Class
  /// What the energy numbers contain: chip pins, board, or wall.
  package var energyBoundary: String
  /// The place of that boundary.
  package var energyMeasuredAt: EnergyBoundary
  /// The runtime that is used when none is named.
  package var defaultRuntime: String
  /// Memories, nearest to the compute units first.
  package var memories: [Memory]
  /// Power while waiting, ready to run.
  package var idlePower: Power?
  /// Power while asleep, memory kept.
  package var sleepPower: Power?
  /// Software that runs models on the device.
  package var runtimes: [Runtime]
  /// The product that the device is, by its identifier in the carbon library's catalog; nil when
  /// its parts are unknown.
  package var product: String?
  /// Documents and data sets by the identifiers that estimates name.
  package var sources: [String: Source]

  /// Identifiers of the documents that were not opened, sorted: what names them is from general knowledge.
  package var unopenedSources: [String] {
    sources.filter { $0.value.opened == false }.keys.sorted()
  }

  /// The runtime of a name, or the default one.
  /// - Parameter name: `x-cube-ai`, or with a release `x-cube-ai-10.2`.
  package func runtime(named name: String?) -> Runtime? {
    let wanted = RuntimeName(name ?? defaultRuntime, among: runtimes.map(\.name))
    let runtime = runtimes.first { $0.name == wanted.runtime }
    guard let release = wanted.release else { return runtime }
    guard var result = runtime?.at(release: release) else { return nil }
    result.software = result.software ?? wanted.runtime
    result.name = "\(wanted.runtime)-\(release)"
    return result
  }
}

/// Where the energy numbers of a device were measured.
package enum EnergyBoundary: String, Codable, Sendable, CaseIterable {
  /// At the supply pins of the chip.
  case chip
  /// At the rail of a board, behind its regulator.
  case rail
  /// At the input of a board, before its regulators.
  case board
  /// At the wall, before the power supply.
  case wall
}
