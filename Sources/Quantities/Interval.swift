/// A number with the ends of its interval, in a unit that stands beside it.
///
/// `low` is at most `value` and `high` at least; a number without spread has all three alike. That of a lower
/// bound has no upper end: `high` is infinite, and null where it is written.
public struct Interval: Hashable, Sendable {
  /// The best single number.
  public var value: Double
  /// The lower end.
  public var low: Double
  /// The upper end; infinite where the number is a lower bound.
  public var high: Double

  /// Creates an interval; an end that is left out is the value.
  public init(_ value: Double, low: Double? = nil, high: Double? = nil) {
    self.value = value
    self.low = low ?? value
    self.high = high ?? value
  }

  /// The interval of an estimate.
  public init<U>(_ estimate: Estimate<U>) {
    self.init(estimate.value, low: estimate.low, high: estimate.high)
  }

  /// Whether something is left out of it that is not known.
  public var isLowerBound: Bool { high == .infinity }

  /// The interval times an exact factor.
  /// - Parameter factor: Not negative.
  package func scaled(by factor: Double) -> Interval {
    Interval(value * factor, low: low * factor, high: productOfEnds(high, factor))
  }

  /// The sum; lows and highs are added.
  package static func + (left: Interval, right: Interval) -> Interval {
    Interval(left.value + right.value, low: left.low + right.low, high: left.high + right.high)
  }
}

extension Interval: Codable {
  private enum CodingKeys: String, CodingKey { case value, low, high }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    value = try fields.decode(Double.self, forKey: .value)
    low = try fields.decode(Double.self, forKey: .low)
    high = try fields.decode(Double?.self, forKey: .high) ?? .infinity
  }

  /// Writes the ends; the upper one of a lower bound is null.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(value, forKey: .value)
    try fields.encode(low, forKey: .low)
    try fields.encode(isLowerBound ? nil : high, forKey: .high)
  }
}
