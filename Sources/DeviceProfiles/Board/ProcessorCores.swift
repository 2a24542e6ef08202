import Documents
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The processor cores of the built-in devices, and others that are near one of them.
package enum ProcessorCores {
  /// A core without rates, and the one with rates whose instructions are most like its own.
  struct Neighbour: Codable, Sendable {
    var core, like: String
    /// Multiply-accumulates that it can start in a cycle.
    var nominalMACsPerCycle: Double
    var reason: String
  }

  struct File: Codable, Sendable {
    var source: Source
    var cores: [Neighbour]
  }

  private static let neighbours = embedded("Data/cores").decoded(as: File.self).cores

  /// A processor that runs models alone, as a built-in device has it.
  private struct Entry {
    var device, runtime, core: String
    var clock: Double
    var nominalMACsPerCycle: Double?
    var rows: Int
  }

  private static let entries = DeviceCatalog.names.flatMap { device -> [Entry] in
    (embedded("Devices/\(device)")["runtimes"]?.elements ?? []).compactMap { runtime in
      guard let name = runtime["name"]?.text, let units = runtime["units"]?.elements,
        units.count == 1, let core = units[0]["core"]?.text,
        let clock = units[0]["clock"]?["value"]?.decoded(as: Double.self)
      else { return nil }
      let rates = EmbeddedResources.contents("Rates/\(device)").map { _ in
        embedded("Rates/\(device)")
      }
      return Entry(
        device: device, runtime: name, core: core, clock: clock,
        nominalMACsPerCycle: units[0]["nominalMACsPerCycle"]?["value"]?.decoded(),
        rows: rates?["runtimes"]?[name]?["calibration"]?["rows"]?.integer ?? 0)
    }
  }

  /// All known cores, sorted.
  package static var names: [String] {
    Set(entries.map(\.core) + neighbours.map(\.core)).sorted()
  }

  /// Multiply-accumulates that a core can start in a cycle; nil for one that is not known.
  package static func nominalMACsPerCycle(of core: String) -> Double? {
    neighbours.first { $0.core == core }?.nominalMACsPerCycle
      ?? entries.first { $0.core == core && $0.nominalMACsPerCycle != nil }?.nominalMACsPerCycle
  }

  /// The built-in device that is most like a processor: with its runtime, with its core or one near it, measured,
  /// and with the nearest clock.
  /// - Throws: `Problem` with the known cores.
  package static func device(
    like core: String, at clock: Double, runtime: String?
  ) throws(Problem) -> String {
    guard names.contains(core) else {
      throw Problem(
        "core '\(core)' is not known",
        expected: "one of \(names.joined(separator: ", ")), or the device that it is like",
        suggestions: Suggestion.nearest(to: core, among: names))
    }
    let near = neighbours.first { $0.core == core }?.like ?? core
    func rank(_ entry: Entry) -> (Int, Int, Int, Double) {
      (
        runtime == nil || entry.runtime == runtime ? 0 : 1, entry.core == near ? 0 : 1,
        entry.rows > 0 ? 0 : 1, abs(log(entry.clock / clock))
      )
    }
    guard let best = entries.min(by: { rank($0) < rank($1) }) else {
      throw Problem("no device with a processor is built in")
    }
    return best.device
  }
}
