package import OpGraph

/// What firmware reserves for the arena of TFLite Micro with a library of kernels.
///
/// A library has variants that ask for different scratch: CMSIS-NN depends on the core, ESP-NN on the chip.
package struct MicroReservation: Sendable {
  package enum Library: String, Sendable, CaseIterable {
    case reference
    case cmsisNN = "cmsis-nn"
    case espNN = "esp-nn"

    var kernels: [MicroTarget.Kernels] {
      switch self {
      case .reference: [.reference]
      case .cmsisNN: MicroTarget.Kernels.Core.allCases.map { .cmsisNN($0) }
      case .espNN: MicroTarget.Kernels.Chip.allCases.map { .espNN($0) }
      }
    }
  }

  package let library: Library
  /// The variant that needs most.
  package let arena: MicroArena
  /// The least that a variant uses once tensors are allocated.
  package let low: Int
  /// The arena in which tensors can be allocated with every variant.
  package var value: Int { ArenaPlan.aligned(arena.neededBytes) }
  /// The same for an arena that starts anywhere.
  package var high: Int { value + ArenaPlan.alignment }  // bounded: an arena is below 2^62

  /// Nil when the arena is too large to plan.
  package init?(_ program: StoredProgram, _ library: Library) {
    var heads = MicroHeads()
    self.init(program, library, &heads)
  }

  private init?(_ program: StoredProgram, _ library: Library, _ heads: inout MicroHeads) {
    var arenas: [MicroArena] = []
    for kernels in library.kernels {
      guard let arena = MicroArena(program, on: MicroTarget(kernels), &heads) else { return nil }
      arenas.append(arena)
    }
    guard let largest = arenas.max(by: { $0.neededBytes < $1.neededBytes }) else { return nil }
    self.library = library
    arena = largest
    low = arenas.map(\.usedBytes).min() ?? 0
  }

  /// All libraries, and what the recording allocator of the `tflite-micro` package says; nil when the arena is too
  /// large to plan.
  package static func all(
    _ program: StoredProgram
  ) -> (libraries: [MicroReservation], recording: MicroArena)? {
    var heads = MicroHeads()
    let libraries = Library.allCases.compactMap { MicroReservation(program, $0, &heads) }
    guard libraries.count == Library.allCases.count,
      let recording = MicroArena(program, on: .recording, &heads)
    else { return nil }
    return (libraries, recording)
  }
}

/// Heads that were planned: most kernels ask for the same scratch in every library.
struct MicroHeads {
  private var known: [[[[Int]]]: MicroHead?] = [:]

  mutating func head(_ program: StoredProgram, scratch: [[[Int]]]) -> MicroHead? {
    if let head = known[scratch] { return head }
    let head = MicroHead(program, scratch: scratch)
    known[scratch] = head
    return head
  }
}
