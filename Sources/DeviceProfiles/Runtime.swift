package import Quantities

/// Software that runs models on a device, with the rates that it reaches there.
package struct Runtime: Codable, Sendable {
  package var name: String
  package var title: String
  /// Time of one inference that belongs to no kernel.
  package var overheadPerInference: Time
  /// Names of the fusion patterns that the runtime applies (`FusionCatalog`).
  package var fusions: [String]
  /// Compute units; an operator goes to the first that accepts it.
  package var units: [ComputeUnit]
  /// The software whose measurements tell the rates of the last unit, where the runtime has another
  /// name: what a host runs, or a release.
  package var software: String?
  /// The release of that software; the usual one when left out.
  package var release: String?
  /// What measured models took over what the rates of the only unit say.
  package var discrepancy: Discrepancy?
  /// How the rates were fitted, when they were.
  package var calibration: CalibrationRecord?

  /// A runtime of one unit that takes every operator and has no rates: which kernels there are does
  /// not depend on rates.
  package static func withoutRates(fusions: [String]) -> Runtime {
    let unit = ComputeUnit(
      name: "cpu", clock: .zero, cyclesPerMAC: [:], cyclesPerOp: [:], bandwidth: [:],
      overheadPerKernel: .zero, staticPower: .zero)
    return Runtime(
      name: "", title: "", overheadPerInference: .zero, fusions: fusions, units: [unit])
  }
}
