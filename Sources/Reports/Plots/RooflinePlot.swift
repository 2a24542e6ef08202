import Assessment
import Analysis
import HardwareMapping
import OpGraph
import Quantities

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
    let x = Axis(decadesAround: intensities + ridges, start: 76, end: 620)
    let y = Axis(
      decadesAround: points.map(\.rate) + roofs.map(\.operationsPerSecond), start: 360, end: 16)
    var picture = SVGPicture(
      title: "Roofline: operations per second over operations per byte of each kernel, with the "
        + "limits of the compute units and memories",
      width: 860, height: 404)
    picture.addAxes(
      x, named: "operations per byte (1 MAC = 2 operations)", unit: "", y,
      named: "operations per second", unit: "")
    let top = roofs.map(\.operationsPerSecond).max() ?? y.high
    for slope in slopes {
      // From where the slope enters the picture to where it meets the highest roof.
      let from = max(x.low, y.low / slope.bytesPerSecond)
      let to = min(x.high, top / slope.bytesPerSecond)
      guard from < to else { continue }
      picture.line(
        (x.place(from), y.place(from * slope.bytesPerSecond)),
        (x.place(to), y.place(to * slope.bytesPerSecond)), "roof")
    }
    let fastest = slopes.map(\.bytesPerSecond).max()
    for roof in roofs {
      let ridge = fastest.map { roof.operationsPerSecond / $0 } ?? x.low
      let height = y.place(roof.operationsPerSecond)
      picture.line((x.place(ridge), height), (x.end, height), "roof")
      picture.text(
        "\(roof.name), \(engineering(roof.operationsPerSecond))op/s", x.end, height - 4, "end")
    }
    // Small ones on top, so that none is hidden.
    for point in points.sorted(by: { $0.share > $1.share }) {
      picture.circle(
        x.place(point.intensity), y.place(point.rate), radius: 3 + 11 * point.share.squareRoot(),
        "s\(point.series) hollow", tip: point.name)
    }
    picture.addLegend(series, x: 640, y: 28)
    let lines =
      ["area: share of time", "slopes:"]
      + slopes.map { "\($0.name), \(engineering($0.bytesPerSecond))B/s" }
    for (index, line) in lines.enumerated() {
      picture.text(line, 640, 40 + 16 * Double(series.count + index))
    }
    return picture
  }
}
