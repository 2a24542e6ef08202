/// What TFLite Micro is built for: the width of pointers, and the library that replaces its kernels.
package struct MicroTarget: Hashable, Sendable {
  /// A library of kernels, with the variant of it that a core runs.
  package enum Kernels: Hashable, Sendable {
    case reference
    case cmsisNN(Core)
    case espNN(Chip)

    /// Which instructions CMSIS-NN uses.
    package enum Core: Hashable, Sendable, CaseIterable { case scalar, dsp, mve }
    /// ESP-NN has C code for every chip, and kernels with scratch for the ESP32-S3.
    package enum Chip: Hashable, Sendable, CaseIterable { case any, esp32s3 }
  }

  package var kernels: Kernels
  package var pointerBytes: Int
  /// Whether the allocator records what it allocates: a larger one, made for reports.
  package var isRecording = false

  package init(_ kernels: Kernels, pointerBytes: Int = 4, isRecording: Bool = false) {
    self.kernels = kernels
    self.pointerBytes = pointerBytes
    self.isRecording = isRecording
  }

  /// The reference kernels on a microcontroller.
  package static let reference = MicroTarget(.reference)
  /// The recording allocator of the `tflite-micro` package on a computer with 64 bits.
  package static let recording = MicroTarget(.reference, pointerBytes: 8, isRecording: true)
}

/// A structure of TFLite Micro: its bytes where pointers have eight, and where they have four.
struct MicroStructure: Sendable {
  private let wide: Int
  private let narrow: Int

  init(wide: Int, narrow: Int) {
    self.wide = wide
    self.narrow = narrow
  }

  /// - Parameters:
  ///   - pointers: How many pointers it has, and sizes as wide as one.
  ///   - rest: Bytes besides.
  // bounded: literals below
  init(pointers: Int = 0, _ rest: Int = 0) {
    let bytes = 8 * pointers + rest
    wide = pointers > 0 ? (bytes + 7) / 8 * 8 : bytes
    narrow = 4 * pointers + rest
  }

  func bytes(_ target: MicroTarget) -> Int { target.pointerBytes == 8 ? wide : narrow }
}

/// Structures of TFLite Micro that do not depend on operators; sizes are those of its x86-64 build of
/// October 2026, and what they are with narrow pointers.
extension MicroStructure {
  static let arenaAllocator = MicroStructure(pointers: 8, 8)
  static let recordingArenaAllocator = MicroStructure(pointers: 12, 8)
  static let greedyPlanner = MicroStructure(pointers: 6, 24)
  static let allocator = MicroStructure(pointers: 8, 8)
  static let recordingAllocator = MicroStructure(pointers: 33, 8)
  static let builtinDataAllocator = MicroStructure(pointers: 2)
  /// Tensors, nodes, and compressed tensors of a subgraph.
  static let subgraph = MicroStructure(pointers: 3)
  static let evalTensor = MicroStructure(pointers: 2, 4)
  static let tensor = MicroStructure(wide: 64, narrow: 40)
  static let quantization = MicroStructure(pointers: 2, 4)
  static let node = MicroStructure(pointers: 8)
  static let scratchHandle = MicroStructure(pointers: 1)
  static let resourceVariables = MicroStructure(pointers: 1, 8)
  static let resourceVariable = MicroStructure(pointers: 4, 4)
  /// What is there only while the arena is planned.
  static let scratchRequest = MicroStructure(pointers: 1, 8)
  static let allocationInfo = MicroStructure(pointers: 2, 16)
}
