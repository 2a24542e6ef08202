import Assessment
import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// The predicted schedule of one inference in the Trace Event Format that Chrome (`chrome://tracing`)
/// and Perfetto (https://ui.perfetto.dev) show: a thread for each compute unit, a slice for each
/// kernel, and the bytes that are live as a counter.
///
/// Kernels run one after the other, as latency adds them up. One whose time is not known takes none
/// and is marked as an instant.
struct PerfettoTrace: Encodable {
  private let events: Events
  private var otherData: [String: String]

  /// Times are in microseconds.
  struct Event: Encodable {
    var name: String
    /// What sort of event it is: `M` metadata, `X` slice, `i` instant, `C` counter.
    var ph: String
    var pid = 1
    var tid: Int
    var ts: Double?
    var dur: Double?
    var cat: String?
    /// How far an instant is drawn: `t` for its thread.
    var s: String?
    var args: [String: Argument] = [:]
  }

  enum Argument: Encodable {
    case number(Double)
    case count(Int)
    case text(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .count(let count): try container.encode(count)
      case .text(let text): try container.encode(text)
      }
    }
  }

  init(_ assessment: ModelAssessment, _ estimate: InferenceEstimate) {
    events = Events(assessment: assessment, estimate: estimate)
    otherData = [
      "model": printable(assessment.path), "device": printable(estimate.device.title),
      "runtime": estimate.runtime.name, "tool": "iotco2-graph \(Tool.version)",
      "note": "predicted, not measured; upper ends of intervals are in the arguments",
    ]
    if estimate.unknownKernels > 0 {
      otherData["isComplete"] =
        "false: the time of \(counted(estimate.unknownKernels, "kernel")) is unknown and left out"
    }
  }

  private enum CodingKeys: CodingKey { case displayTimeUnit, otherData, traceEvents }

  func encode(to encoder: any Encoder) throws {
    encoder.promiseSortedKeys()
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode("ms", forKey: .displayTimeUnit)
    try members.encode(otherData, forKey: .otherData)
    try members.encode(events, forKey: .traceEvents)
  }
}

extension PerfettoTrace {
  /// The list of events, each made when it is written: all of a long graph would take more memory than the graph.
  fileprivate struct Events: Encodable {
    let assessment: ModelAssessment
    let estimate: InferenceEstimate

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      let process = printable("\(fileName(assessment.path)) on \(estimate.device.title)")
      try list.encode(Event(name: "process_name", ph: "M", tid: 0, args: ["name": .text(process)]))
      for (index, unit) in estimate.runtime.units.enumerated() {
        try list.encode(
          Event(name: "thread_name", ph: "M", tid: index + 1, args: ["name": .text(unit.name)]))
      }
      var now = 0.0
      let overhead = estimate.runtime.overheadPerInference.value * 1e6
      if overhead > 0 {
        try list.encode(
          Event(
            name: "overhead of an inference", ph: "X", tid: 1, ts: now, dur: overhead,
            cat: "overhead"))
        now += overhead
      }
      let workload = assessment.workload
      let live =
        workload.memory.buffers.isEmpty
        ? [] : MemoryPlan.liveBytes(workload.memory.buffers, layers: workload.layers.count)
      for kernel in estimate.kernels {
        guard let leader = kernel.kernel.layers.first else { continue }
        if live.indices.contains(leader) {
          try list.encode(Event(liveBytes: live[leader], at: now))
        }
        let event = Event(kernel, at: now, workload.layers)
        try list.encode(event)
        now += event.dur ?? 0
      }
      if !live.isEmpty { try list.encode(Event(liveBytes: 0, at: now)) }
    }
  }
}

extension PerfettoTrace.Event {
  fileprivate init(liveBytes: Int, at time: Double) {
    self.init(
      name: "activations live", ph: "C", tid: 0, ts: time, args: ["bytes": .count(liveBytes)])
  }

  fileprivate init(
    _ kernel: InferenceEstimate.KernelEstimate, at start: Double, _ layers: [Layer]
  ) {
    let members = kernel.kernel.layers.map { layers[$0] }
    self.init(
      name: printable(members[0].shortName), ph: kernel.time == nil ? "i" : "X",
      tid: kernel.kernel.unit + 1, ts: start, dur: kernel.time.map { $0.value * 1e6 },
      cat: members[0].kind.rawValue, s: kernel.time == nil ? "t" : nil)
    args["operators"] = .text(members.map(\.operatorTitle).joined(separator: " + "))
    args["layers"] = .text(members.map { String($0.index) }.joined(separator: ", "))
    if let macs = members.map(\.work.macs).sum.fixedValue { args["macs"] = .count(macs) }
    if let bytes = kernel.kernel.traffic.total.fixedValue { args["bytes"] = .count(bytes) }
    if let energy = kernel.energy { args["energy_J"] = .number(energy.value) }
    if let time = kernel.time { args["time_high_us"] = .number(time.high * 1e6) }
    if let crossing = kernel.crossing { args["crossing_us"] = .number(crossing.value * 1e6) }
    if let bound = kernel.limitingPart { args["bound"] = .text(bound) }
    if kernel.time == nil { args["time"] = .text("unknown") }
    if let refusal = kernel.kernel.refusal { args["fallback"] = .text(refusal) }
  }
}
