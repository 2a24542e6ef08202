import Assessment
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// The arena of activations over the layers: buffers with offsets, and live bytes.
struct MemoryPlot {
  private let buffers: [ArenaBuffer]
  private let names: [String]
  private let layerCount: Int
  private let arenaBytes: Int
  private let peak: MemoryPlan.Peak
  private let peakLayer: Int
  /// Capacity for activations on the device.
  private let capacity: Int?

  /// Above this many, buffers are drawn as one shape, without their names.
  private static let mostNamed = 800

  /// Nil when the plan is not known, or is empty.
  init?(_ assessment: ModelAssessment) {
    let plan = assessment.workload.memory
    guard let peak = plan.peak, let layer = peak.layer, let arenaBytes = plan.arenaBytes,
      arenaBytes > 0
    else { return nil }
    buffers = plan.buffers
    names = plan.buffers.map { assessment.workload.graph[$0.value].name }
    layerCount = assessment.workload.layers.count
    self.arenaBytes = arenaBytes
    self.peak = peak
    peakLayer = layer
    capacity = assessment.estimate?.memoryFits.first { $0.need == .activations }?.capacity
  }

  var picture: SVGPicture {
    let shownCapacity = capacity.flatMap { $0 > 0 && $0 <= 4 * arenaBytes ? $0 : nil }
    let x = Axis(layers: layerCount, start: 70, end: 538)
    let y = Axis(bytesUpTo: max(arenaBytes, shownCapacity ?? 0), start: 300, end: 16)
    var picture = SVGPicture(
      title: "Activation memory",
      description: "Buffers of the planned arena over the layers, and the bytes live at each",
      height: 344)
    picture.addAxes(x, named: "layer", unit: "", y, named: "bytes", unit: "B")
    addBuffers(to: &picture, x, y)
    addLiveBytes(to: &picture, x, y)
    if let shownCapacity {
      let height = y.place(Double(shownCapacity))
      picture.line((x.start, height), (x.end, height), "limit")
    }
    picture.addLegend(["in the arena", "live at the peak"])
    picture.addNote("line: live bytes")
    picture.addNote("planned arena \(binarySize(arenaBytes))")
    picture.addNote("peak \(binarySize(peak.bytes)), in layer \(peakLayer)")
    if let capacity, capacity > 0 {
      let place = shownCapacity == nil ? "beyond the plot" : "dashed"
      picture.addNote("RAM of the device \(binarySize(capacity)), \(place)")
    }
    return picture
  }

  private func addBuffers(to picture: inout SVGPicture, _ x: Axis, _ y: Axis) {
    let atPeak = Set(peak.buffers.map(\.value))
    func corners(_ buffer: ArenaBuffer) -> (left: Double, top: Double, right: Double, base: Double)
    {
      (
        x.place(Double(buffer.first)), y.place(Double(buffer.offset + buffer.bytes)),
        x.place(Double(buffer.last + 1)), y.place(Double(buffer.offset))
      )
    }
    guard buffers.count <= Self.mostNamed else {
      for isAtPeak in [false, true] {
        let path = buffers.filter { atPeak.contains($0.value) == isAtPeak }.map { buffer in
          let box = corners(buffer)
          let numbers = [box.left, box.top, box.right, box.base].map { fixed($0, decimals: 1) }
          return "M\(numbers[0]) \(numbers[1])H\(numbers[2])V\(numbers[3])H\(numbers[0])Z"
        }
        picture.path(path.joined(), isAtPeak ? "s1 mark" : "s0 mark")
      }
      return
    }
    for (buffer, name) in zip(buffers, names) {
      let box = corners(buffer)
      picture.box(
        box.left, box.top, box.right - box.left, box.base - box.top,
        atPeak.contains(buffer.value) ? "s1 mark" : "s0 mark",
        tip:
          "\(name): \(buffer.bytes) B at \(buffer.offset), layers \(buffer.first) to \(buffer.last)"
      )
    }
  }

  private func addLiveBytes(to picture: inout SVGPicture, _ x: Axis, _ y: Axis) {
    var path = ""
    for (layer, bytes) in MemoryPlan.liveBytes(buffers, layers: layerCount).enumerated() {
      let height = fixed(y.place(Double(bytes)), decimals: 1)
      let left = fixed(x.place(Double(layer)), decimals: 1)
      let right = fixed(x.place(Double(layer + 1)), decimals: 1)
      path += path.isEmpty ? "M\(left) \(height)H\(right)" : "V\(height)H\(right)"
    }
    picture.path(path, "live")
  }
}
