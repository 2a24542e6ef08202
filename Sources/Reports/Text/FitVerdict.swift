import Analysis
import Assessment
import HardwareMapping
import Quantities

/// Whether a model fits its device, in one line.
struct FitVerdict {
  enum Outcome { case fits, doesNotFit, unknown }

  let outcome: Outcome
  /// Such as `fits: RAM 15.6 KiB of 640 KiB (2.4 %), flash 23.8 KiB of 2.00 MiB (1.2 %)`.
  let text: String

  /// Nil without a device.
  init?(_ assessment: ModelAssessment) {
    guard let estimate = assessment.estimate else { return nil }
    let fits = estimate.memoryFits
    let isLowerBound = assessment.workload.coverage.operatorsWithoutRule > 0
    outcome =
      if fits.contains(where: { $0.fits == false }) {
        .doesNotFit
      } else if isLowerBound || fits.contains(where: { $0.fits == nil }) {
        .unknown
      } else {
        .fits
      }
    // One memory for all is named once.
    let total = fits.filter { $0.need == .total }
    let isOneMemory = Set(fits.map(\.capacity)).count == 1
    let parts = fits.filter { $0.need != .total }.reversed()
    var shown = isOneMemory ? total : Array(parts)
    if !isOneMemory, parts.allSatisfy({ $0.fits != false }) {
      shown += total.filter { $0.fits == false }
    }
    let uses = shown.map { Self.use($0, isLowerBound: isLowerBound, isOneMemory: isOneMemory) }
    let word =
      switch outcome {
      case .fits: "fits"
      case .doesNotFit: "does not fit"
      case .unknown: "fit unknown"
      }
    text = "\(word): \(uses.joined(separator: ", "))"
  }

  private static func use(_ fit: MemoryFit, isLowerBound: Bool, isOneMemory: Bool) -> String {
    let name =
      switch fit.need {
      case .activations: "RAM"
      case .weights: "flash"
      case .total: isOneMemory ? "memory" : "both"
      }
    let capacity = engineering(Double(fit.capacity), unit: Bytes.symbol)
    guard let bytes = fit.bytes else { return "\(name) unknown of \(capacity)" }
    let least = isLowerBound ? "at least " : ""
    let share = fit.share.map { " (\(fixed(100 * $0, decimals: 1)) %)" } ?? ""
    return
      "\(name) \(least)\(engineering(Double(bytes), unit: Bytes.symbol)) of \(capacity)\(share)"
  }

  /// The line in the colour of its outcome.
  func line(in layout: TextLayout) -> [String] {
    wrapped(text, width: layout.width, indent: 4).map {
      switch outcome {
      case .fits: layout.green($0)
      case .doesNotFit: layout.red($0)
      case .unknown: layout.yellow($0)
      }
    }
  }
}
