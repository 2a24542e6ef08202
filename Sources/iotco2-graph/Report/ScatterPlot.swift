import Quantities

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Predicted over measured times of inferences, both on logarithmic axes, as SVG.
struct ScatterPlot {
  private let rows: [ValidationReport.Row]

  private static let size = 560.0
  private static let margin = 56.0
  /// Told apart without colour vision as well (Okabe and Ito 2008).
  private static let colours = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
  ]

  init(_ report: ValidationReport) { rows = report.rows }

  var svg: String {
    let times = rows.flatMap { [$0.measuredSeconds, $0.predictedSeconds] }
    let low = floor(log10(times.min() ?? 1e-3))
    let high = max(low + 1, ceil(log10(times.max() ?? 1)))
    let scale = (Self.size - 2 * Self.margin) / (high - low)
    func x(_ seconds: Double) -> Double { Self.margin + (log10(seconds) - low) * scale }
    func y(_ seconds: Double) -> Double { Self.size - x(seconds) }
    func line(_ from: (Double, Double), _ to: (Double, Double), _ style: String) -> String {
      "<line x1=\"\(digits(from.0))\" y1=\"\(digits(from.1))\" x2=\"\(digits(to.0))\" "
        + "y2=\"\(digits(to.1))\" \(style)/>"
    }
    let (first, last) = (pow(10, low), pow(10, high))
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.size) + 130) "
        + "\(Int(Self.size))\" font-family=\"sans-serif\" font-size=\"11\">",
      "<title>Predicted and measured time of inferences that the fit has not seen</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
    ]
    for exponent in Int(low)...Int(high) {
      let value = pow(10, Double(exponent))
      parts.append(line((x(value), y(first)), (x(value), y(last)), "stroke=\"#ddd\""))
      parts.append(line((x(first), y(value)), (x(last), y(value)), "stroke=\"#ddd\""))
      let label = engineering(value) + "s"
      parts.append(text(label, x(value), y(first) + 16, "text-anchor=\"middle\""))
      parts.append(text(label, x(first) - 6, y(value) + 4, "text-anchor=\"end\""))
    }
    parts.append(line((x(first), y(first)), (x(last), y(last)), "stroke=\"#444\""))
    for factor in [1.21, 1 / 1.21] {
      let (from, to) = (first * max(1, 1 / factor), last * min(1, 1 / factor))
      parts.append(
        line(
          (x(from), y(from * factor)), (x(to), y(to * factor)),
          "stroke=\"#444\" stroke-dasharray=\"4 4\""))
    }
    let stacks = Set(rows.map(\.stack)).sorted()
    for (index, stack) in stacks.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      for row in rows where row.stack == stack {
        parts.append(
          circle(x(row.measuredSeconds), y(row.predictedSeconds), colour, "fill-opacity=\"0.55\""))
      }
      let place = Self.margin + 18 * Double(index)
      parts.append(circle(Self.size - 20, place, colour, ""))
      parts.append(text(stack, Self.size - 10, place + 4, ""))
    }
    parts.append(text("measured", Self.size / 2, Self.size - 12, "text-anchor=\"middle\""))
    parts.append(
      text(
        "predicted without it", 14, Self.size / 2,
        "text-anchor=\"middle\" transform=\"rotate(-90 14 \(digits(Self.size / 2)))\""))
    parts.append(text("dashed: 21 % off", Self.size - 26, Self.size - Self.margin, ""))
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private func digits(_ number: Double) -> String { fixed(number, decimals: 1) }

  private func circle(_ x: Double, _ y: Double, _ colour: String, _ style: String) -> String {
    "<circle cx=\"\(digits(x))\" cy=\"\(digits(y))\" r=\"3\" fill=\"\(colour)\" \(style)/>"
  }

  /// Names of stacks are the tool's own, or a table's that its user wrote.
  private func text(_ text: String, _ x: Double, _ y: Double, _ style: String) -> String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return "<text x=\"\(digits(x))\" y=\"\(digits(y))\" \(style)>\(escaped)</text>"
  }
}
