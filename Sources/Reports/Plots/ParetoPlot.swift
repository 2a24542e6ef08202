import Quantities

/// Latency over energy of compared models, both on logarithmic axes, with those on the Pareto front.
struct ParetoPlot {
  private struct Point {
    var name: String
    var energy, latency: Double
    var isOnFront: Bool
    var doesNotFit: Bool
  }

  private let points: [Point]
  /// What energy is of: an inference, or a generation.
  private let unit: String

  /// Above this many, points on the front have no names beside them.
  private static let mostNamed = 8

  /// Nil when no row has both numbers.
  init?(_ report: ComparisonReport) {
    unit = report.request.unit
    points = report.rows.compactMap { row in
      guard let energy = row.energy.value?.value, let latency = row.latency.value?.value,
        energy > 0, latency > 0
      else { return nil }
      return Point(
        name: "\(report.name(row)) on \(report.place(row))", energy: energy, latency: latency,
        isOnFront: row.isOnParetoFront, doesNotFit: row.fits.value == false)
    }
    guard !points.isEmpty else { return nil }
  }

  var picture: SVGPicture {
    let x = Axis(decadesAround: points.map(\.energy), start: 70, end: 538)
    let y = Axis(decadesAround: points.map(\.latency), start: 330, end: 16)
    var picture = SVGPicture(
      title: "Latency over energy", description: "Latency over energy of each model on each device",
      height: 372)
    picture.addAxes(x, named: "energy per \(unit)", unit: "J", y, named: "latency", unit: "s")
    let front = points.filter(\.isOnFront).sorted { $0.energy < $1.energy }
    let line = front.map {
      "\(fixed(x.place($0.energy), decimals: 1)) \(fixed(y.place($0.latency), decimals: 1))"
    }
    if front.count > 1 { picture.path("M" + line.joined(separator: "L"), "front") }
    for point in points.sorted(by: { !$0.isOnFront && $1.isOnFront }) {
      let series = point.isOnFront ? 0 : point.doesNotFit ? 1 : 2
      let (left, top) = (x.place(point.energy), y.place(point.latency))
      picture.circle(
        left, top, radius: point.isOnFront ? 6 : 5, "s\(series) mark",
        tip: "\(point.name): \(engineering(point.energy, unit: "J")), "
          + engineering(point.latency, unit: "s"))
      guard point.isOnFront, front.count <= Self.mostNamed else { continue }
      let isRight = left > (x.start + x.end) / 2
      picture.text(point.name, left + (isRight ? -10 : 10), top - 6, isRight ? "end" : "")
    }
    picture.addLegend(["on the Pareto front", "does not fit", "other"])
    return picture
  }
}
