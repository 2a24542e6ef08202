import Assessment
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// What each layer costs, in execution order: time or energy on a device, or multiply-accumulates.
struct LayerPlot {
  private struct Bar {
    var layer: Int
    var value: Double
    var series: Int
    var name: String
  }

  private let metric: Metric
  private let bars: [Bar]
  private let layerCount: Int
  private let series: [String]
  /// Layers whose cost is not known.
  private let unknown: Int

  /// Above this many, bars are drawn as one shape for each kind, without their names.
  private static let mostNamed = 800

  /// Nil when no layer is known to cost anything.
  init?(_ table: LayerTable, _ metric: Metric) {
    let kinds = KindSeries(table)
    let unit = metric.unit
    var unknown = 0
    bars = table.rows.compactMap { row in
      let value: Double? =
        switch metric {
        case .energy: row.isElsewhere ? 0 : row.estimate?.energy?.value
        case .latency: row.isElsewhere ? 0 : row.estimate?.time?.value
        case .macs: row.layer.work.macs.fixedValue.map(Double.init)
        default: nil
        }
      if value == nil, row.layer.fold == nil { unknown += 1 }
      guard let value, value > 0 else { return nil }
      return Bar(
        layer: row.layer.index, value: value, series: kinds.series(of: row.layer.kind),
        name: "\(row.layer.index) \(row.layer.shortName) (\(row.layer.operatorTitle)): "
          + engineering(value, unit: unit))
    }
    guard !bars.isEmpty else { return nil }
    self.unknown = unknown
    self.metric = metric
    series = kinds.names
    layerCount = table.rows.count
  }

  var picture: SVGPicture {
    let x = Axis(layers: layerCount, start: 70, end: 538)
    let y = Axis(upTo: bars.map(\.value).max() ?? 1, start: 200, end: 16)
    var picture = SVGPicture(
      title: "\(metric.title.prefix(1).uppercased())\(metric.title.dropFirst()) by layer",
      description: "\(metric.title) of each layer, in execution order", height: 240)
    picture.addAxes(x, named: "layer", unit: "", y, named: metric.title, unit: metric.unit)
    let width = max(x.place(1) - x.place(0), 0.6)
    if bars.count <= Self.mostNamed {
      for bar in bars {
        let top = y.place(bar.value)
        picture.box(
          x.place(Double(bar.layer)), top, width * 0.9, y.start - top, "s\(bar.series) mark",
          tip: bar.name)
      }
    } else {
      for (series, bars) in Dictionary(grouping: bars, by: \.series).sorted(by: { $0.key < $1.key })
      {
        let path = bars.map { bar in
          "M\(fixed(x.place(Double(bar.layer)), decimals: 1)) \(fixed(y.start, decimals: 1))"
            + "V\(fixed(y.place(bar.value), decimals: 1))h\(fixed(width, decimals: 1))"
            + "V\(fixed(y.start, decimals: 1))Z"
        }
        picture.path(path.joined(), "s\(series) mark")
      }
    }
    picture.addLegend(series)
    if unknown > 0 { picture.addNote("unknown: \(counted(unknown, "layer"))") }
    return picture
  }
}
