import Assessment
import Carbon
import Quantities

/// Masses of carbon side by side, each with its interval.
struct CarbonPlot {
  let title: String
  private let bars: [(name: String, carbon: CarbonMass)]

  /// Nil when none is known.
  init?(title: String, _ parts: [FootprintReport.SharePart]) {
    self.title = title
    bars = parts.compactMap { part in part.carbon.value.map { (part.name, $0) } }
    guard !bars.isEmpty else { return nil }
  }

  /// Carbon of the device's life by stage, or of one inference where its life is not known.
  init?(_ assessment: ModelAssessment) {
    guard let footprint = assessment.footprint, let estimate = assessment.estimate else {
      return nil
    }
    self.init(FootprintReport(assessment, footprint, estimate))
  }

  /// The same for its report.
  init?(_ report: FootprintReport) {
    guard let life = report.life else {
      let inference = report.perInference
      let parts = [("operational", inference.operational), ("embodied", inference.embodied)]
      self.init(
        title: "Carbon per \(report.request.unit)",
        parts.map { FootprintReport.SharePart($0, $1.value, of: inference.total.value) })
      return
    }
    self.init(title: "Carbon over the device's lifetime", life.stages)
  }

  var picture: SVGPicture {
    let height = 38 * Double(bars.count)
    let x = Axis(
      upTo: bars.map { $0.carbon.upperEnd ?? $0.carbon.value }.max() ?? 1, start: 12, end: 528)
    var picture = SVGPicture(
      title: title, description: "\(title), with intervals", height: height + 40)
    for tick in x.ticks {
      picture.line((x.place(tick), 4), (x.place(tick), height + 8), "grid")
      picture.text(Axis.label(tick, "g"), x.place(tick), height + 24, "middle")
    }
    for (index, bar) in bars.enumerated() {
      let top = 22 + 38 * Double(index)
      let end = x.place(bar.carbon.value)
      let text = engineering(bar.carbon.value, unit: GramsCO2e.symbol)
      picture.text("\(bar.name): \(text)", x.start + 3, top - 4)
      picture.box(
        x.start, top, end - x.start, 16, "s0 mark",
        tip: "\(bar.name): \(text) (\(bar.carbon.ends()))")
      let (low, high) = (x.place(bar.carbon.low), bar.carbon.upperEnd.map(x.place))
      picture.line((low, top + 8), (high ?? x.end, top + 8), "whisker")
      for side in [low, high].compactMap(\.self) {
        picture.line((side, top + 4), (side, top + 12), "whisker")
      }
    }
    picture.line((x.start, 4), (x.start, height + 8), "axis")
    return picture
  }
}
