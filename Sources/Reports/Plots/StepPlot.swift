import Quantities

/// Time of a step over the length of the cache, with both ends of its interval.
struct StepPlot {
  private let steps: [GenerationPart.LengthPart]

  /// Nil where the time of fewer than two lengths is known.
  init?(_ part: GenerationPart) {
    steps = part.byLength ?? []
    guard steps.count > 1 else { return nil }
  }

  var picture: SVGPicture {
    let ends = steps.flatMap { [$0.latency.low, $0.latency.high] }.filter(\.isFinite)
    let x = Axis(upTo: Double(steps.last?.past ?? 1), start: 70, end: 538)
    let y = Axis(decadesAround: ends + steps.map(\.latency.value), start: 220, end: 16)
    var picture = SVGPicture(
      title: "Time of a token by length",
      description: "Time of a step over the tokens in the cache, with its interval", height: 264)
    picture.addAxes(x, named: "tokens in the cache", unit: "", y, named: "time", unit: "s")
    func points(_ end: (Time) -> Double) -> [(Double, Double)] {
      steps.map { (x.place(Double($0.past)), y.place(end($0.latency))) }
    }
    for end in [points(\.low), points(\.high)] {
      for (from, to) in zip(end, end.dropFirst()) { picture.line(from, to, "limit") }
    }
    let line = points(\.value)
    let path = line.map { "\(fixed($0.0, decimals: 1)) \(fixed($0.1, decimals: 1))" }
    picture.path("M" + path.joined(separator: "L"), "front")
    for (place, step) in zip(line, steps) {
      picture.circle(
        place.0, place.1, radius: 3, "s0 mark",
        tip: "after \(grouped(step.past)) tokens: \(step.latency.shown()), \(step.latency.ends())")
    }
    picture.addNote("dashed: ends of the interval")
    return picture
  }
}
