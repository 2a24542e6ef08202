import Analysis
import OpGraph

/// The whole arena of TFLite Micro, which firmware calls `kTensorArenaSize`, with each library of kernels.
struct TensorArenaPart: Encodable {
  var libraries: [Library]
  /// As the recording allocator of the `tflite-micro` package says on x86-64.
  var recording: Recording
  /// Operators that TFLite Micro has no kernel for; what they take is not in the numbers.
  var unknownOperators: [String]

  struct Library: Encodable {
    var library: String
    /// The arena in which tensors can be allocated; in the interval, from what is used with the variant of the library
    /// that needs least.
    var bytes: Bytes
    var parts: Parts
  }

  struct Bytes: Encodable {
    var value: Int
    var low: Int
    var high: Int
  }

  struct Recording: Encodable {
    var headBytes: Int
    var usedBytes: Int
    var parts: Parts
  }

  /// What the arena is made of, with the variant that needs most.
  struct Parts: Encodable {
    var activationBytes: Int
    var kernelScratchBytes: Int
    var structureBytes: Int
    var kernelDataBytes: Int
    var stateBytes: Int
    /// What planning takes beyond all that for a moment.
    var planningBytes: Int

    init(_ arena: MicroArena) {
      activationBytes = arena.headBytes - arena.scratchBytes
      kernelScratchBytes = arena.scratchBytes
      structureBytes = arena.structureBytes
      kernelDataBytes = arena.kernelDataBytes
      stateBytes = arena.stateBytes
      planningBytes = arena.neededBytes - arena.usedBytes
    }
  }

  /// Nil when the arena is too large to plan.
  init?(_ program: StoredProgram) {
    guard let all = MicroReservation.all(program) else { return nil }
    libraries = all.libraries.map {
      Library(
        library: $0.library.rawValue, bytes: Bytes(value: $0.value, low: $0.low, high: $0.high),
        parts: Parts($0.arena))
    }
    recording = Recording(
      headBytes: all.recording.headBytes, usedBytes: all.recording.usedBytes,
      parts: Parts(all.recording))
    unknownOperators = all.recording.unknownOperators
  }
}

extension TensorArenaPart.Library {
  /// The name as its makers write it.
  var name: String {
    switch library {
    case "cmsis-nn": "CMSIS-NN"
    case "esp-nn": "ESP-NN"
    default: "reference"
    }
  }
}
