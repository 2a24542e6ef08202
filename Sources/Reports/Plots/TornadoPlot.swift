import Quantities

/// How carbon changes when one input at a time goes from one end of its interval to the other.
struct TornadoPlot {
  private let base: Double
  /// What carbon is of: an inference, or a generation.
  private let unit: String
  private let bars: [FootprintReport.BarPart]

  private static let mostBars = 12

  /// Nil when nothing changes it.
  init?(_ sensitivity: FootprintReport.SensitivityPart, per unit: String) {
    self.unit = unit
    base = sensitivity.base
    bars = Array(sensitivity.bars.prefix(Self.mostBars))
    guard base > 0, !bars.isEmpty else { return nil }
  }

  var picture: SVGPicture {
    let ends = bars.flatMap { [$0.carbonAtFrom, $0.carbonAtTo] } + [base]
    let height = 38 * Double(bars.count)
    let x = Axis(upTo: ends.max() ?? base, start: 12, end: 528)
    var picture = SVGPicture(
      title: "Carbon per \(unit) by input",
      description: "Carbon per \(unit) with each input at both ends of its interval",
      height: height + 40)
    for tick in x.ticks {
      picture.line((x.place(tick), 4), (x.place(tick), height + 8), "grid")
      picture.text(Axis.label(tick, "g"), x.place(tick), height + 24, "middle")
    }
    picture.line((x.place(base), 4), (x.place(base), height + 8), "axis")
    for (index, bar) in bars.enumerated() {
      let top = 22 + 38 * Double(index)
      let carbon = [bar.carbonAtFrom, bar.carbonAtTo]
      let (low, high) = (carbon.min() ?? base, carbon.max() ?? base)
      let text = carbon.map { engineering($0, unit: GramsCO2e.symbol) }.joined(separator: " to ")
      picture.text("\(words(bar.input)): \(text)", x.start + 3, top - 4)
      picture.box(
        x.place(low), top, max(1, x.place(high) - x.place(low)), 16,
        bar.kind == "interval" ? "s0 mark" : "s1 mark",
        tip: "\(words(bar.input)) from \(engineering(bar.from, unit: "")) to "
          + "\(engineering(bar.to, unit: "")) \(bar.unit == "1" ? "" : bar.unit): \(text)")
    }
    picture.addLegend(["ends of an interval", "a choice"])
    picture.addNote("line: \(engineering(base, unit: GramsCO2e.symbol))")
    return picture
  }
}
