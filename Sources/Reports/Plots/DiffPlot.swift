import Quantities

/// The layers that changed most, each with a bar to the right where it grew and to the left where it shrank.
struct DiffPlot {
  private struct Bar {
    var name: String
    var change: Double
  }

  private let bars: [Bar]
  /// The name and unit of the figure that is drawn.
  private let figure: (name: String, unit: String)

  private static let mostBars = 20

  /// Nil when no layer changed in a figure.
  init?(_ report: DiffReport) {
    let changes = report.ranked.compactMap { change in
      report.foremost(change).map { (change, $0) }
    }
    guard let first = changes.first?.1 else { return nil }
    figure = (first.name, first.unit)
    bars = changes.filter { $0.1.name == first.name }.prefix(Self.mostBars).compactMap {
      change, figure in
      guard let old = figure.old.value, let new = figure.new.value else { return nil }
      let numbers = [old, new].map { engineering($0, unit: figure.unit) }
      return Bar(
        name: "\(change.newIndex) \(change.newShortName): \(numbers[0]) → \(numbers[1])",
        change: new - old)
    }
    guard !bars.isEmpty else { return nil }
  }

  var picture: SVGPicture {
    let most = bars.map { abs($0.change) }.max() ?? 1
    let height = 38 * Double(bars.count)
    var picture = SVGPicture(
      title: "Change in \(figure.name) by layer",
      description: "The layers whose \(figure.name) changed most", height: height + 12)
    let middle = picture.width / 2
    picture.line((middle, 6), (middle, height + 6), "grid")
    for (index, bar) in bars.enumerated() {
      let top = 22 + 38 * Double(index)
      let length = max(1, abs(bar.change) / most * (middle - 16))
      let sign = bar.change > 0 ? "+" : ""
      picture.text(bar.name, 8, top - 4)
      picture.box(
        bar.change > 0 ? middle : middle - length, top, length, 14,
        bar.change > 0 ? "s1 mark" : "s0 mark",
        tip: "\(bar.name), \(sign)\(engineering(bar.change, unit: figure.unit))")
    }
    picture.addLegend(["shrank", "grew"])
    return picture
  }
}
