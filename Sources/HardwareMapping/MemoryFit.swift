package import DeviceProfiles
package import Analysis
import OpGraph
import Quantities

/// Whether a model fits a device's memories.
///
/// Weights may lie in memories for weights or for both. Activations likewise, with state and constants
/// that are computed before the first inference; with TFLite Micro they are its whole arena. The structures of other
/// runtimes, and code, are not part of the need.
package struct MemoryFit: Sendable {
  /// What needs memory.
  package enum Need: String, Sendable { case weights, activations, total }

  package var need: Need
  /// Nil when a size is unknown.
  package var bytes: Int?
  /// Whether more may be needed, such as the scratch memory of an unknown operator.
  package var isLowerBound: Bool
  /// Capacity of all memories that may hold it.
  package var capacity: Int

  /// Nil when a size is unknown, or a lower bound that fits.
  package var fits: Bool? {
    guard let bytes, bytes <= capacity else { return bytes == nil ? nil : false }
    return isLowerBound ? nil : true
  }

  /// The used share of the capacity, above 1 where it does not fit; nil when a size is unknown
  /// or there is no such memory.
  package var share: Double? {
    capacity > 0 ? bytes.map { Double($0) / Double(capacity) } : nil
  }

  /// The fit of weights, of activations, and of both.
  package static func all(
    _ workload: Workload, on device: DeviceProfile, runtime: Runtime
  ) -> [MemoryFit] {
    func capacity(_ memories: [Memory]) -> Int {
      Int(min(memories.map(\.capacity.value).reduce(0, +), 1e18))
    }
    let weights = workload.totals.constantBytes.fixedValue
    var activations = workload.memory.activationArenaBytes.flatMap(workload.memory.withKeptBytes)
    var isLowerBound = !workload.coverage.isComplete
    // TFLite Micro has everything in its arena that is no constant of the file.
    if let program = workload.complete.program, workload.complete.isForMicro,
      let library = runtime.microLibrary(isCompiled: program.hasCompiledParts),
      let reserved = MicroReservation(program, library)
    {
      isLowerBound = !reserved.arena.unknownOperators.isEmpty
      if !isLowerBound { activations = reserved.value }
    }
    var fits = [
      MemoryFit(
        need: .weights, bytes: weights, isLowerBound: false,
        capacity: capacity(device.memories.filter { $0.holds != .activations })),
      MemoryFit(
        need: .activations, bytes: activations, isLowerBound: isLowerBound,
        capacity: capacity(device.memories.filter { $0.holds != .weights })),
      MemoryFit(
        need: .total, bytes: nil, isLowerBound: isLowerBound,
        capacity: capacity(device.memories)),
    ]
    fits.addUp()
    return fits
  }

  /// What both of two runs need, one after the other.
  func covering(_ other: MemoryFit) -> MemoryFit {
    var result = bytes ?? .max >= other.bytes ?? .max ? self : other
    result.isLowerBound = isLowerBound || other.isLowerBound
    return result
  }

  /// The code of the diagnostic that something does not fit.
  static let code = "does-not-fit"

  /// A warning for the first need that does not fit.
  static func diagnostics(_ fits: [MemoryFit], on device: DeviceProfile) -> [Diagnostic] {
    guard let broken = fits.first(where: { $0.fits == false }), let bytes = broken.bytes else {
      return []
    }
    let isShared = device.memories.contains { $0.holds == .both }
    let (what, memory) =
      switch broken.need {
      case .weights: ("weights", isShared ? "memory" : "flash")
      case .activations: ("activations", isShared ? "memory" : "RAM")
      case .total: ("weights and activations", "memory")
      }
    var (need, capacity) = (size(bytes), size(broken.capacity))
    if need == capacity { (need, capacity) = ("\(bytes) B", "\(broken.capacity) B") }
    return [
      Diagnostic(
        .warning, code: code,
        "does not fit: \(what) need \(broken.isLowerBound ? "at least " : "")\(need), "
          + "\(memory) is \(capacity)")
    ]
  }

  private static func size(_ bytes: Int) -> String { engineering(Double(bytes), unit: "B") }
}

extension [MemoryFit] {
  /// Makes the total that of weights and activations: runs of several graphs need the most of each.
  mutating func addUp() {
    func bytes(_ need: MemoryFit.Need) -> Int? { first { $0.need == need }?.bytes }
    guard let place = firstIndex(where: { $0.need == .total }), let weights = bytes(.weights),
      let activations = bytes(.activations)
    else { return }
    let (sum, overflow) = weights.addingReportingOverflow(activations)
    self[place].bytes = overflow ? .max : sum
  }
}

extension Runtime {
  /// The kernels of TFLite Micro, where it runs the model: alone, or around parts that are compiled for an accelerator.
  fileprivate func microLibrary(isCompiled: Bool) -> MicroReservation.Library? {
    switch isCompiled ? software ?? name : name {
    // A name may end with a release.
    case let other where other.hasPrefix("tflm-cmsis-nn"): .cmsisNN
    case let other where other.hasPrefix("tflm-esp-nn"): .espNN
    case let other where other.hasPrefix("tflm"): .reference
    default: nil
    }
  }
}
