import Assessment
import Analysis
import HardwareMapping
import OpGraph
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where each kernel stands below what limits it: operations a second over operations a byte.
///
/// Both axes are logarithmic (Williams and others 2009, https://doi.org/10.1145/1498765.1498785).
struct RooflinePlot {
  private struct Point {
    var name: String
    var series: Int
    var intensity, rate, share: Double
  }

  private let points: [Point]
  private let series: [String]
  private let roofs: [(name: String, operationsPerSecond: Double)]
  private let slopes: [(name: String, bytesPerSecond: Double)]

  /// Nil when there is no point: without operations, or without a known time.
  init?(_ assessment: ModelAssessment, _ table: LayerTable) {
    guard let estimate = assessment.estimate else { return nil }
    let layers = assessment.workload.layers
    let kinds = KindSeries(table)
    let whole = estimate.kernels.compactMap(\.time?.value).reduce(0, +)
    var used: [String: Set<String>] = [:]
    var points: [Point] = []
    for kernel in estimate.kernels {
      guard let time = kernel.time?.value, time > 0, let intensity = kernel.operationsPerByte,
        intensity > 0, let leader = kernel.kernel.layers.first
      else { continue }
      let work = kernel.kernel.layers.reduce(Work.none) { $0 + layers[$1].work }
      guard let operations = (work.macs * 2 + work.otherOps).fixedValue, operations > 0 else {
        continue
      }
      let rate = Double(operations) / time
      used[kernel.unit, default: []].insert(layers[leader].precision.rawValue)
      points.append(
        Point(
          name: "\(layers[leader].shortName) (\(layers[leader].operatorTitle)): "
            + "\(engineering(rate))op/s, \(significant(intensity)) op/B, \(engineering(time))s",
          series: kinds.series(of: layers[leader].kind), intensity: intensity, rate: rate,
          share: time / whole))
    }
    guard !points.isEmpty else { return nil }
    self.points = points
    series = kinds.names
    var roofs: [(String, Double)] = []
    var slopes: [(String, Double)] = []
    for roofline in estimate.rooflines {
      let precisions = used[roofline.unit] ?? []
      for (precision, peak) in roofline.peakMACsPerSecond.sorted(by: { $0.key < $1.key })
      where precisions.contains(precision) {
        roofs.append(("\(roofline.unit), \(precision)", 2 * peak))
      }
      guard !precisions.isEmpty else { continue }
      for (memory, rate) in roofline.bytesPerSecond.sorted(by: { $0.key < $1.key }) {
        slopes.append(("\(roofline.unit), \(memory)", rate))
      }
    }
    self.roofs = roofs
    self.slopes = slopes
  }

  var picture: SVGPicture {
    let intensities = points.map(\.intensity)
    let ridges = slopes.flatMap { slope in
      roofs.map { $0.operationsPerSecond / slope.bytesPerSecond }
    }
    let x = Axis(decadesAround: intensities + ridges, start: 70, end: 538)
    let y = Axis(
      decadesAround: points.map(\.rate) + roofs.map(\.operationsPerSecond), start: 330, end: 16)
    var picture = SVGPicture(
      title: "Roofline",
      description: "Operations per second over operations per byte of each kernel, with the limits "
        + "of the compute units and memories", height: 372)
    picture.addAxes(
      x, named: "operations per byte (1 MAC = 2 operations)", unit: "", y,
      named: "operations per second", unit: "")
    let top = roofs.map(\.operationsPerSecond).max() ?? y.high
    var starts: [Double] = []
    for slope in slopes {
      // From where the slope enters the picture to where it meets the highest roof.
      let from = max(x.low, y.low / slope.bytesPerSecond)
      let to = min(x.high, top / slope.bytesPerSecond)
      guard from < to else { continue }
      picture.line(
        (x.place(from), y.place(from * slope.bytesPerSecond)),
        (x.place(to), y.place(to * slope.bytesPerSecond)), "roof")
      // Where a slope would cross the left side of the picture: near ones have their labels in turn.
      let start = y.place(from * slope.bytesPerSecond) + x.place(from)
      let turn = starts.count { abs($0 - start) < 24 }
      starts.append(start)
      label(slope, from: from, to: to, turn: turn, in: &picture, x, y)
    }
    let fastest = slopes.map(\.bytesPerSecond).max()
    var labels: [Double] = []
    for roof in roofs {
      let ridge = fastest.map { roof.operationsPerSecond / $0 } ?? x.low
      let height = y.place(roof.operationsPerSecond)
      picture.line((x.place(ridge), height), (x.end, height), "roof")
      // Labels of roofs that lie close together stand on top of each other.
      var base = height - 5
      while labels.contains(where: { abs($0 - base) < 13 }) { base -= 13 }
      labels.append(base)
      picture.text(
        "\(roof.name), \(engineering(roof.operationsPerSecond))op/s", x.end, base, "end")
    }
    // Small ones on top, so that none is hidden.
    for point in points.sorted(by: { $0.share > $1.share }) {
      picture.circle(
        x.place(point.intensity), y.place(point.rate), radius: 3 + 11 * point.share.squareRoot(),
        "s\(point.series) mark", tip: point.name)
    }
    picture.addLegend(series)
    picture.addNote("area: share of time")
    return picture
  }

  /// Writes along a slope what it is.
  /// - Parameter turn: How many labels stand before it on slopes that lie close.
  private func label(
    _ slope: (name: String, bytesPerSecond: Double), from: Double, to: Double, turn: Int,
    in picture: inout SVGPicture, _ x: Axis, _ y: Axis
  ) {
    let (start, end) = (
      (x.place(from), y.place(from * slope.bytesPerSecond)),
      (x.place(to), y.place(to * slope.bytesPerSecond))
    )
    let angle = atan2(start.1 - end.1, end.0 - start.0)
    let length = hypot(end.0 - start.0, end.1 - start.1)
    let way = min(8 + 190 * Double(turn), max(8, length - 180))
    // The text stands a little above its line.
    picture.text(
      "\(slope.name), \(engineering(slope.bytesPerSecond))B/s",
      start.0 + way * cos(angle) - 5 * sin(angle), start.1 - way * sin(angle) - 5 * cos(angle),
      angle: angle * 180 / .pi)
  }
}
