import Assessment
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where numbers lie along one side of a plot.
package struct Axis {
  enum Scale { case linear, logarithmic }

  let scale: Scale
  /// The numbers at both ends.
  let low, high: Double
  /// Where the ends are in the picture.
  let start, end: Double
  /// Numbers that are marked.
  let ticks: [Double]
  /// How far behind its number a mark stands: a layer's in the middle of its bar.
  var tickOffset = 0.0

  /// An axis from zero to the first round number at or above the largest.
  init(upTo largest: Double, start: Double, end: Double) {
    scale = .linear
    let largest = largest > 0 && largest.isFinite ? largest : 1
    let magnitude = pow(10, floor(log10(largest)))
    let step = [0.2, 0.5, 1, 2].map { $0 * magnitude }.first { largest / $0 <= 5 } ?? 2 * magnitude
    let count = Int((largest / step).rounded(.up))
    ticks = (0...count).map { Double($0) * step }
    (low, high) = (0, Double(count) * step)
    (self.start, self.end) = (start, end)
  }

  /// An axis of bytes from zero to the first round number of KiB, MiB at or above the largest.
  init(bytesUpTo largest: Int, start: Double, end: Double) {
    var unit = 1.0
    while Double(largest) >= 1024 * unit { unit *= 1024 }
    let rounded = Axis(upTo: Double(largest) / unit, start: start, end: end)
    scale = .linear
    ticks = rounded.ticks.map { $0 * unit }
    (low, high) = (0, rounded.high * unit)
    (self.start, self.end) = (start, end)
  }

  /// An axis over layers: from the start of the first to the end of the last.
  init(layers count: Int, start: Double, end: Double) {
    let rounded = Axis(upTo: Double(count), start: start, end: end)
    scale = .linear
    ticks = rounded.ticks.filter { $0 < Double(count) && $0 == $0.rounded() }
    tickOffset = 0.5
    (low, high) = (0, Double(max(count, 1)))
    (self.start, self.end) = (start, end)
  }

  /// An axis over whole decades around positive numbers.
  init(decadesAround numbers: [Double], start: Double, end: Double) {
    scale = .logarithmic
    let known = numbers.filter { $0 > 0 && $0.isFinite }
    let first = floor(log10(known.min() ?? 1))
    let last = max(first + 1, ceil(log10(known.max() ?? 1)))
    ticks = stride(from: first, through: last, by: max(1, ((last - first) / 8).rounded(.up)))
      .map { pow(10, $0) }
    (low, high) = (pow(10, first), pow(10, last))
    (self.start, self.end) = (start, end)
  }

  /// A tick's number without zeros behind its point.
  static func label(_ number: Double, _ unit: String) -> String {
    if unit == "B" { return withoutZeros(binarySize(number.rounded())) }
    if unit.isEmpty, number == 0 || (1e-3..<1e3).contains(number) { return shortest(number) }
    return withoutZeros(engineering(number, unit: unit))
  }

  /// `2.5 k` of `2.50 k`.
  private static func withoutZeros(_ text: String) -> String {
    let parts = text.split(separator: " ")
    var digits = String(parts[0])
    if digits.contains(".") {
      while digits.hasSuffix("0") { digits.removeLast() }
      if digits.hasSuffix(".") { digits.removeLast() }
    }
    return parts.count < 2 ? digits : "\(digits) \(parts[1])"
  }

  /// Where a number is in the picture; what is beyond an end is at it.
  func place(_ number: Double) -> Double {
    let share =
      scale == .linear
      ? (number - low) / (high - low)
      : (log10(max(number, low)) - log10(low)) / (log10(high) - log10(low))
    return start + min(max(share, 0), 1) * (end - start)
  }
}

extension SVGPicture {
  /// Grid, marks and a name for each of two axes.
  mutating func addAxes(
    _ x: Axis, named xName: String, unit xUnit: String, _ y: Axis, named yName: String,
    unit yUnit: String
  ) {
    for tick in x.ticks {
      let place = x.place(tick + x.tickOffset)
      line((place, y.start), (place, y.end), "grid")
      text(Axis.label(tick, xUnit), place, y.start + 16, "middle")
    }
    for tick in y.ticks {
      line((x.start, y.place(tick)), (x.end, y.place(tick)), "grid")
      text(Axis.label(tick, yUnit), x.start - 6, y.place(tick) + 4, "end")
    }
    line((x.start, y.start), (x.end, y.start), "axis")
    line((x.start, y.start), (x.start, y.end), "axis")
    text(xName, (x.start + x.end) / 2, y.start + 34, "middle")
    text(yName, 14, (y.start + y.end) / 2, "middle", angle: 90)
  }
}
