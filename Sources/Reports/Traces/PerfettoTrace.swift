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
package struct PerfettoTrace: Encodable {
  var traceEvents: [Event] = []
  var displayTimeUnit = "ms"
  var otherData: [String: String]

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
    let workload = assessment.workload
    otherData = [
      "model": printable(assessment.path), "device": printable(estimate.device.title),
      "runtime": estimate.runtime.name, "tool": "iotco2-graph \(Tool.version)",
      "note": "predicted, not measured; upper ends of intervals are in the arguments",
    ]
    if estimate.unknownKernels > 0 {
      otherData["isComplete"] =
        "false: the time of \(counted(estimate.unknownKernels, "kernel")) is unknown and left out"
    }
    traceEvents.append(
      Event(
        name: "process_name", ph: "M", tid: 0,
        args: ["name": .text(printable("\(fileName(assessment.path)) on \(estimate.device.title)"))]
      ))
    for (index, unit) in estimate.runtime.units.enumerated() {
      traceEvents.append(
        Event(name: "thread_name", ph: "M", tid: index + 1, args: ["name": .text(unit.name)]))
    }
    var now = 0.0
    let overhead = estimate.runtime.overheadPerInference.value * 1e6
    if overhead > 0 {
      traceEvents.append(
        Event(
          name: "overhead of an inference", ph: "X", tid: 1, ts: now, dur: overhead,
          cat: "overhead"))
      now += overhead
    }
    let live =
      workload.memory.buffers.isEmpty
      ? [] : MemoryPlan.liveBytes(workload.memory.buffers, layers: workload.layers.count)
    for kernel in estimate.kernels {
      guard let leader = kernel.kernel.layers.first else { continue }
      if live.indices.contains(leader) {
        traceEvents.append(
          Event(
            name: "activations live", ph: "C", tid: 0, ts: now,
            args: ["bytes": .count(live[leader])]))
      }
      let event = Event(kernel, at: now, workload.layers)
      traceEvents.append(event)
      now += event.dur ?? 0
    }
    if !live.isEmpty {
      traceEvents.append(
        Event(name: "activations live", ph: "C", tid: 0, ts: now, args: ["bytes": .count(0)]))
    }
  }
}

extension PerfettoTrace.Event {
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
