package import Quantities

/// Software that runs models on a device, with the rates that it reaches there.
package struct Runtime: Codable, Sendable {
  package var name: String
  package var title: String
  /// Time of one inference outside kernels.
  package var overheadPerInference: Time
  /// Time from an input to its result over the time between two results, where a stream of inputs was measured.
  ///
  /// A pipeline works on several inputs at once: its times and energies are those of a frame in a stream, and an input
  /// alone takes longer. Nil where an inference ends before the next one starts.
  package var pipelineFactor: Estimate<Ratio>?
  /// The fusion patterns that the runtime applies (`FusionCatalog`).
  package var fusions: [FusionPatternName]
  /// Compute units; an operator goes to the first that accepts it.
  package var units: [ComputeUnit]
  /// The software whose measurements determine the rates of the last unit, where the runtime has another
  /// name: what a host runs, or a release.
  ///
  /// Measurements of an accelerator with a host have the runtime's name.
  package var software: String?
  /// The release of that software that the rates are of; the newest measured one when a profile leaves
  /// it out.
  package var release: String?
  /// How the rates of that release are known; nil where the profile states them.
  package var releaseBasis: ReleaseBasis?
  /// The measured releases of that software, and how their rates differ.
  package var releases: ReleaseLine?
  /// Ratio of measured time to the prediction by the rates of the only unit.
  package var discrepancy: Discrepancy?
  /// How far off predictions can be; without it, the interval of an inference is the sum of those of kernels.
  package var spread: PredictionSpread?
  /// Why times and energies may be off by more than a factor of two; nil where measurements say that they are not.
  package var experimental: String?
  /// How the rates were fitted, when they were.
  package var calibration: CalibrationRecord?
  /// Networks that were measured with it on the device.
  package var measured: [MeasuredModel]?
  /// What is taken from another device; nil where all is the device's own.
  package var borrowed: BorrowedParts?

  /// A runtime of one unit that takes every operator and has no rates: which kernels there are does
  /// not depend on rates.
  package static func withoutRates(fusions: [FusionPatternName]) -> Runtime {
    let unit = ComputeUnit(
      name: "cpu", clock: .zero, cyclesPerMAC: [:], cyclesPerOp: [:], bandwidth: [:],
      overheadPerKernel: .zero, staticPower: .zero)
    return Runtime(
      name: "", title: "", overheadPerInference: .zero, fusions: fusions, units: [unit])
  }
}

extension Runtime {
  /// The software whose measurements determine the rates of a unit; nil where none do.
  package func software(ofUnit index: Int) -> String? {
    if let own = units[index].software { return own }
    if units.count == 1 { return software ?? name }
    if index == units.count - 1 { return software }
    return index == 0 ? name : nil
  }

  /// The unit whose errors `calibration` gives: the first that was fitted, or else the last one.
  package var calibratedUnit: Int {
    units.firstIndex { $0.overheadPerKernel.sources.contains(CalibrationRecord.source) }
      ?? units.count - 1
  }

  /// The unit whose rates measurements of a software determine.
  package func unit(running software: String) -> ComputeUnit? {
    units.indices.first { self.software(ofUnit: $0) == software }.map { units[$0] }
  }

  /// The release that the profile states, and not a fit.
  package var statedRelease: String? { releaseBasis == nil ? release : nil }

  /// Whether it is LiteRT (TensorFlow Lite), alone or with a delegate: it keeps dequantized and dense forms of
  /// stored tensors, where TFLite Micro makes them in each inference.
  package var keepsUnpacked: Bool { ["tflite", "edgetpu-delegate"].contains(software ?? name) }

  /// Whether it is onnxruntime, whose rules decide in which arithmetic packed weights are multiplied.
  package var isONNXRuntime: Bool { (software ?? name) == "onnxruntime" }

  /// Reads a runtime; values of a calibration may be missing.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    title = try fields.decode(String.self, forKey: .title)
    overheadPerInference =
      try fields.decodeIfPresent(Time.self, forKey: .overheadPerInference) ?? .leftOut
    pipelineFactor = try fields.decodeIfPresent(Estimate<Ratio>.self, forKey: .pipelineFactor)
    fusions = try fields.decode([FusionPatternName].self, forKey: .fusions)
    units = try fields.decode([ComputeUnit].self, forKey: .units)
    software = try fields.decodeIfPresent(String.self, forKey: .software)
    release = try fields.decodeIfPresent(String.self, forKey: .release)
    releaseBasis = try fields.decodeIfPresent(ReleaseBasis.self, forKey: .releaseBasis)
    releases = try fields.decodeIfPresent(ReleaseLine.self, forKey: .releases)
    discrepancy = try fields.decodeIfPresent(Discrepancy.self, forKey: .discrepancy)
    spread = try fields.decodeIfPresent(PredictionSpread.self, forKey: .spread)
    experimental = try fields.decodeIfPresent(String.self, forKey: .experimental)
    calibration = try fields.decodeIfPresent(CalibrationRecord.self, forKey: .calibration)
    measured = try fields.decodeIfPresent([MeasuredModel].self, forKey: .measured)
    borrowed = try fields.decodeIfPresent(BorrowedParts.self, forKey: .borrowed)
  }
}
