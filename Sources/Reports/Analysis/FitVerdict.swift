import Assessment
import DeviceProfiles
import HardwareMapping
import Quantities

/// Whether a model fits the memory of its device, in a word and in numbers.
struct FitVerdict {
  enum Outcome { case fits, doesNotFit, unknown }

  let outcome: Outcome
  /// What it needs of what there is: `RAM 15.6 of 640 KiB (2.4 %), flash 23.8 KiB of 2 MiB (1.2 %)`.
  let reason: String

  /// Nil without a device.
  init?(_ assessment: ModelAssessment) {
    guard let fits = assessment.estimate?.memoryFits else { return nil }
    outcome =
      fits.contains { $0.fits == false }
      ? .doesNotFit : fits.contains { $0.fits == nil } ? .unknown : .fits
    let isShared = assessment.estimate?.device.memories.allSatisfy { $0.holds == .both } ?? false
    let parts = fits.filter { $0.need != .total }.sorted { $0.need.order < $1.need.order }
    // The total says it all where one memory holds everything, and where it alone does not fit.
    let isTotal = isShared || (outcome == .doesNotFit && !parts.contains { $0.fits == false })
    let shown = isTotal ? fits.filter { $0.need == .total } : parts
    reason = shown.map(Self.sentence).joined(separator: ", ")
  }

  var word: String {
    switch outcome {
    case .fits: "fits"
    case .doesNotFit: "does not fit"
    case .unknown: "fit unknown"
    }
  }

  /// Such as `fits: RAM 15.6 KiB of 640 KiB (2.44 %), flash 23.8 KiB of 2 MiB (1.16 %)`.
  var text: String { "\(word): \(reason)" }

  /// The text in the colour of its outcome.
  func lines(in layout: TextLayout, margin: Int = 0) -> [String] {
    wrapped(text, width: layout.width, margin: margin, indent: 4).map {
      switch outcome {
      case .fits: layout.green($0)
      case .doesNotFit: layout.red($0)
      case .unknown: layout.yellow($0)
      }
    }
  }

  private static func sentence(_ fit: MemoryFit) -> String {
    let capacity = binarySize(fit.capacity)
    guard let bytes = fit.bytes else { return "\(fit.need.memory) unknown of \(capacity)" }
    let share =
      fit.share.map { $0 < 1e-4 ? " (below 0.01 %)" : " (\(significant(100 * $0)) %)" } ?? ""
    let least = fit.isLowerBound ? "at least " : ""
    return "\(fit.need.memory) \(least)\(binarySize(bytes)) of \(capacity)\(share)"
  }
}

extension MemoryFit.Need {
  /// What memory is called that it needs.
  fileprivate var memory: String {
    switch self {
    case .activations: "RAM"
    case .weights: "flash"
    case .total: "memory"
    }
  }

  fileprivate var order: Int { self == .activations ? 0 : self == .weights ? 1 : 2 }
}
