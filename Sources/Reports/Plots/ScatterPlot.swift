import Assessment
import Quantities

/// Predicted over measured times of inferences, both on logarithmic axes.
package struct ScatterPlot {
  private let rows: [ValidationReport.Row]

  private static let size = 560.0
  private static let margin = 64.0

  init(_ report: ValidationReport) { rows = report.rows }

  var picture: SVGPicture {
    let size = Self.size
    let margin = Self.margin
    let times = rows.flatMap { [$0.measuredSeconds, $0.predictedSeconds] }
    let x = Axis(decadesAround: times, start: margin, end: size - margin)
    let y = Axis(decadesAround: times, start: size - margin, end: margin)
    var picture = SVGPicture(
      title: "Predicted and measured time",
      description: "Predicted over measured time of held-out inferences", width: size, height: size)
    picture.addAxes(x, named: "measured", unit: "s", y, named: "predicted", unit: "s")
    picture.line((x.start, y.start), (x.end, y.end), "axis")
    for factor in [1.21, 1 / 1.21] {
      let (from, to) = (x.low * max(1, 1 / factor), x.high * min(1, 1 / factor))
      picture.line(
        (x.place(from), y.place(from * factor)), (x.place(to), y.place(to * factor)), "limit")
    }
    let runtimes = Set(rows.map(\.runtime)).sorted()
    for (index, runtime) in runtimes.enumerated() {
      for row in rows where row.runtime == runtime {
        picture.circle(
          x.place(row.measuredSeconds), y.place(row.predictedSeconds), radius: 3,
          "s\(index % SVGPicture.seriesCount) mark")
      }
    }
    picture.addLegend(runtimes)
    picture.addNote("dashed: ±21 % error")
    return picture
  }
}
