import Assessment
import Quantities

/// Predicted over measured times, both on logarithmic axes.
package struct ScatterPlot {
  /// One measured time beside its prediction, in seconds.
  struct Point {
    /// What is shown where the pointer is; nil for none.
    var name: String?
    var measured, predicted: Double
    var series: Int
  }

  private let title: String
  private let points: [Point]
  private let series: [String]

  private static let size = 560.0
  private static let margin = 64.0

  init(title: String, points: [Point], series: [String]) {
    self.title = title
    self.points = points
    self.series = series
  }

  /// Of held-out inferences, by runtimes.
  init(_ report: ValidationReport) {
    let runtimes = Set(report.rows.map(\.runtime)).sorted()
    self.init(
      title: "Predicted and measured time",
      points: runtimes.enumerated().flatMap { index, runtime in
        report.rows.filter { $0.runtime == runtime }.map {
          Point(
            measured: $0.measuredSeconds, predicted: $0.predictedSeconds,
            series: index % SVGPicture.seriesCount)
        }
      }, series: runtimes)
  }

  var picture: SVGPicture {
    let size = Self.size
    let margin = Self.margin
    let times = points.flatMap { [$0.measured, $0.predicted] }
    let x = Axis(decadesAround: times, start: margin, end: size - margin)
    let y = Axis(decadesAround: times, start: size - margin, end: margin)
    var picture = SVGPicture(
      title: title, description: "\(title): predicted over measured", width: size, height: size)
    picture.addAxes(x, named: "measured", unit: "s", y, named: "predicted", unit: "s")
    picture.line((x.start, y.start), (x.end, y.end), "axis")
    for factor in [1.21, 1 / 1.21] {
      let (from, to) = (x.low * max(1, 1 / factor), x.high * min(1, 1 / factor))
      picture.line(
        (x.place(from), y.place(from * factor)), (x.place(to), y.place(to * factor)), "limit")
    }
    for point in points {
      picture.circle(
        x.place(point.measured), y.place(point.predicted), radius: point.name == nil ? 3 : 4,
        "s\(point.series) mark",
        tip: point.name.map {
          "\($0): measured \(engineering(point.measured, unit: "s")), predicted "
            + engineering(point.predicted, unit: "s")
        })
    }
    picture.addLegend(series)
    picture.addNote("dashed: ±21 % error")
    return picture
  }
}
