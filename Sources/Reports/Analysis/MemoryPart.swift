import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// Memory of activations.
///
/// Three numbers that are never mixed, and how they could be lower.
struct MemoryPart: Encodable {
  /// The largest sum of activations that are live at one time.
  var liveLowerBoundBytes: Nullable<Int>
  /// An arena planned greedily by size, as TFLite Micro does.
  var greedyPlanBytes: Nullable<Int>
  /// The runtime's own structures and the data of its kernels.
  var runtimeOverheadBytes = Nullable<Int>(nil)
  var runtimeOverhead = "not modelled: scratch buffers of kernels, data structures of the runtime"
  /// What firmware reserves for TFLite Micro; absent for models that it does not run.
  var tensorArena: TensorArenaPart?
  /// SRAM that Vela will use, in bytes; absent where it does not compile.
  var velaSRAM: Estimate<Bytes>?
  /// DRAM that Vela will use behind an SRAM of a fixed size, in bytes; absent where it does not compile.
  var velaDRAM: Estimate<Bytes>?
  /// State kept between inferences outside the arena.
  var stateBytes: Nullable<Int>
  /// Constants that the runtime makes of stored ones before the first inference, and keeps.
  var preparedBytes: Nullable<Int>
  /// Constants that operators read: weights and parameters of operators.
  var constantBytes: Nullable<Int>
  var peak: Peak?
  /// With layers that write over an operand; absent when that gains nothing.
  var inPlace: Alternative?
  /// With the layers in another order; absent when none with a lower peak was found.
  var reordered: Alternative?

  struct Peak: Encodable {
    var layer: String
    var layerIndex: Int
    var tensors: [Tensor]
  }

  struct Tensor: Encodable {
    var name: String
    var bytes: Int
    /// The first and the last layer that it is live during, and where it lies in the arena.
    var firstLayer: Int
    var lastLayer: Int
    var offset: Int
  }

  struct Alternative: Encodable {
    var liveLowerBoundBytes: Int
    var greedyPlanBytes: Nullable<Int>
    var savedBytes: Int
    /// The layers that write over an operand, or else all layers that run, in their new order.
    var layers: [String]
  }

  /// - Parameter estimate: Nil without a device.
  init(_ workload: Workload, _ estimate: InferenceEstimate?) {
    let plan = workload.memory
    let peak = plan.peak?.bytes
    liveLowerBoundBytes = Nullable(peak)
    greedyPlanBytes = Nullable(plan.arenaBytes)
    switch estimate?.compiledMemory {
    case .sram(let bytes): velaSRAM = bytes
    case .dram(let bytes): velaDRAM = bytes
    case nil: break
    }
    stateBytes = Nullable(plan.stateBytes.fixedValue)
    preparedBytes = Nullable(plan.preparedBytes.fixedValue)
    constantBytes = Nullable(workload.totals.constantBytes.fixedValue)
    if workload.complete.isForMicro {
      tensorArena = workload.complete.program.flatMap(TensorArenaPart.init)
    }
    if let parts = tensorArena?.libraries.first?.parts {
      runtimeOverheadBytes = Nullable(parts.structureBytes + parts.kernelDataBytes)
      runtimeOverhead =
        "structures of TFLite Micro and data of its reference kernels, with pointers of 4 bytes"
    }
    func name(_ layer: Int) -> String {
      workload.layers.indices.contains(layer) ? workload.layers[layer].name : ""
    }
    let offsets = Dictionary(plan.buffers.map { ($0.value, $0.offset) }) { first, _ in first }
    self.peak = plan.peak.flatMap { peak in
      peak.layer.map { layer in
        Peak(
          layer: name(layer), layerIndex: layer,
          tensors: peak.buffers.map {
            Tensor(
              name: workload.graph[$0.value].name, bytes: $0.bytes, firstLayer: $0.first,
              lastLayer: $0.last, offset: offsets[$0.value] ?? 0)
          })
      }
    }
    func alternative(_ found: MemoryPlan.Alternative?) -> Alternative? {
      guard let found, let peak, found.peakBytes < peak else { return nil }
      return Alternative(
        liveLowerBoundBytes: found.peakBytes, greedyPlanBytes: Nullable(found.arenaBytes),
        savedBytes: peak - found.peakBytes, layers: found.layers.map(name))
    }
    inPlace = alternative(MemoryPlan.inPlace(workload))
    reordered = alternative(MemoryPlan.reordered(workload))
  }
}
