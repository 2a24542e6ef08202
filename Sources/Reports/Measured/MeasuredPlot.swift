import Analysis
import Assessment
import HardwareMapping
import OpGraph
import Quantities
import RuntimeProfiles

extension ScatterPlot {
  /// Predicted over measured times of a model's layers, by kinds of kernels; nil when nothing was measured that is
  /// predicted.
  init?(_ measured: MeasuredComparison, _ table: LayerTable) {
    let kinds = KindSeries(table)
    let points = measured.rows.compactMap { row -> Point? in
      guard let predicted = row.predicted?.value, predicted > 0, row.measured.value > 0 else {
        return nil
      }
      return Point(
        name: "\(row.lead) \(abridged(row.name))", measured: row.measured.value,
        predicted: predicted, series: kinds.series(of: row.kind))
    }
    guard !points.isEmpty else { return nil }
    self.init(
      title: "Predicted and measured time by layer", points: points, series: kinds.names)
  }

  /// The same of whole inferences, by devices.
  init?(_ report: ComparisonReport) {
    let devices = Set(report.rows.map { report.place($0) }).sorted()
    let points = report.rows.compactMap { row -> Point? in
      guard let measured = row.measured?.seconds.value,
        let predicted = row.latency.value?.value, predicted > 0, measured > 0
      else { return nil }
      let place = report.place(row)
      return Point(
        name: "\(report.name(row)) on \(place)", measured: measured, predicted: predicted,
        series: (devices.firstIndex(of: place) ?? 0) % SVGPicture.seriesCount)
    }
    guard !points.isEmpty else { return nil }
    self.init(title: "Predicted and measured latency", points: points, series: devices)
  }
}
