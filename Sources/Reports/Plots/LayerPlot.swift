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
  /// Neighbours that share a column, where there are more layers than columns that can be told apart.
  private let layersPerColumn: Int

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
    layersPerColumn = Self.layersPerColumn(of: layerCount)
  }

  /// The fewest neighbours to a column with which no more than 234 columns, two points wide, fit the plot.
  static func layersPerColumn(of count: Int) -> Int { max(1, (count + 233) / 234) }

  var picture: SVGPicture {
    let columns = columns
    let isOneEach = layersPerColumn == 1
    let x = Axis(layers: layerCount, start: 70, end: 538)
    let y = Axis(upTo: columns.map(\.total).max() ?? 1, start: 200, end: 16)
    var picture = SVGPicture(
      title: "\(metric.title.prefix(1).uppercased())\(metric.title.dropFirst()) by layer",
      description: isOneEach
        ? "\(metric.title) of each layer, in execution order"
        : "\(metric.title) of every \(layersPerColumn) layers, in execution order", height: 240)
    picture.addAxes(
      x, named: isOneEach ? "layer" : "layer (\(layersPerColumn) in a column)", unit: "",
      y, named: metric.title, unit: metric.unit)
    let width = (x.place(Double(layersPerColumn)) - x.place(0)) * 0.9
    for column in columns {
      var below = 0.0
      for (series, bars) in column.stack {
        let value = bars.reduce(0) { $0 + $1.value }
        let top = y.place(below + value)
        picture.box(
          x.place(Double(column.first)), top, width, y.place(below) - top, "s\(series) mark",
          tip: tip(bars, series, value, in: column.first))
        below += value
      }
    }
    picture.addLegend(series)
    if unknown > 0 { picture.addNote("unknown: \(counted(unknown, "layer"))") }
    return picture
  }

  private struct Column {
    var first: Int
    /// Its bars by series, the first at the bottom.
    var stack: [(series: Int, bars: [Bar])]
    var total: Double
  }

  private var columns: [Column] {
    let places = Dictionary(grouping: bars) { $0.layer / layersPerColumn }
    return places.keys.sorted().map { place in
      let bars = places[place] ?? []
      let bySeries = Dictionary(grouping: bars, by: \.series)
      return Column(
        first: place * layersPerColumn,
        stack: bySeries.keys.sorted().map { ($0, bySeries[$0] ?? []) },
        total: bars.reduce(0) { $0 + $1.value })
    }
  }

  private func tip(_ bars: [Bar], _ kind: Int, _ value: Double, in first: Int) -> String {
    guard bars.count > 1, let costliest = bars.max(by: { $0.value < $1.value }) else {
      return bars[0].name
    }
    let last = min(first + layersPerColumn, layerCount) - 1
    // Layers that run elsewhere are in no series of their own.
    let name = series.indices.contains(kind) ? series[kind] : "other kinds"
    return "\(name) in layers \(first) to \(last): \(engineering(value, unit: metric.unit))"
      + ", most in \(costliest.name)"
  }
}
