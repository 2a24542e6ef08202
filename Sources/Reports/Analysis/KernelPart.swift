import Analysis
import DeviceProfiles
import HardwareMapping
import OpGraph
import Quantities

/// A kernel of the mapping: the file's operators that run as one.
struct KernelPart: JSONPart {
  /// Names of the layers, the producer first.
  var layers: [String]
  /// Names of the fusion patterns that joined them.
  var fusions: [String]
  var unit: String
  var macs: Nullable<Int>
  var otherOps: Nullable<Int>
  /// What moves when tensors inside the kernel do not.
  var trafficBytes: AnalysisReport.TrafficPart
  /// The scratch of the kernel (im2col), written and read once.
  var scratchBytes: Nullable<Int>
  /// Operations, two for a multiply-accumulate, for each byte that moves.
  var operationsPerByte: Double?
  var bound: String?
  /// The memory that takes longest, where memory is the bound.
  var boundMemory: String?
  /// Which part of the time the unit would take at its best rate.
  var utilisation: Double?
  var time: Nullable<Time>
  var energy: Nullable<Energy>
  /// The part of the time for transfers of operands from another unit.
  var crossing: Time?

  init(_ estimate: InferenceEstimate.KernelEstimate, _ workload: Workload) {
    let kernel = estimate.kernel
    let work = kernel.layers.reduce(Work.none) { $0 + workload.layers[$1].work }
    let isKnown = kernel.layers.allSatisfy { workload.layers[$0].hasRule }
    layers = kernel.layers.map { workload.layers[$0].name }
    fusions = kernel.fusions.map(\.rawValue)
    unit = estimate.unit
    macs = Nullable(work.macs.fixedValue)
    otherOps = Nullable(work.otherOps.fixedValue)
    trafficBytes = AnalysisReport.TrafficPart(kernel.traffic) {
      Nullable(isKnown ? $0.fixedValue : nil)
    }
    scratchBytes = Nullable(kernel.scratchBytes.fixedValue)
    operationsPerByte = estimate.operationsPerByte
    bound = estimate.bound?.rawValue
    boundMemory = estimate.boundMemory
    utilisation = estimate.utilisation
    time = Nullable(estimate.time)
    crossing = estimate.crossing
    energy = Nullable(estimate.energy)
  }

  func write(_ members: JSONMemberWriter) throws {
    try members.add("bound", bound)
    try members.add("boundMemory", boundMemory)
    try members.add("crossing", encoding: crossing)
    try members.add("energy", encoding: energy)
    try members.add("fusions", fusions)
    try members.add("layers", layers)
    try members.add("macs", macs)
    try members.add("operationsPerByte", operationsPerByte)
    try members.add("otherOps", otherOps)
    try members.add("scratchBytes", scratchBytes)
    try members.add("time", encoding: time)
    try members.add("trafficBytes", trafficBytes)
    try members.add("unit", unit)
    try members.add("utilisation", utilisation)
  }
}

/// What limits kernels on a compute unit.
struct RooflinePart: Encodable {
  var unit: String
  var peakMACsPerSecond: [String: Double]
  var bytesPerSecond: [String: Double]
  /// Operations a byte above which the unit is the bound, by precision and memory.
  var ridgeOperationsPerByte: [String: [String: Double]]

  init(_ roofline: Roofline) {
    unit = roofline.unit
    peakMACsPerSecond = roofline.peakMACsPerSecond
    bytesPerSecond = roofline.bytesPerSecond
    ridgeOperationsPerByte = [:]
    for precision in roofline.peakMACsPerSecond.keys {
      for memory in roofline.bytesPerSecond.keys {
        ridgeOperationsPerByte[precision, default: [:]][memory] = roofline.ridge(precision, memory)
      }
    }
  }
}

/// Whether weights, activations, or both fit.
struct MemoryFitPart: Encodable {
  var need: String
  var bytes: Nullable<Int>
  var capacityBytes: Int
  var fits: Nullable<Bool>

  init(_ fit: MemoryFit) {
    need = fit.need.rawValue
    bytes = Nullable(fit.bytes)
    capacityBytes = fit.capacity
    fits = Nullable(fit.fits)
  }
}
