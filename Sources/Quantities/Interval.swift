/// A number with the ends of its interval, in a unit that stands beside it.
///
/// `low` is at most `value` and `high` at least; a number without spread has all three alike.
public struct Interval: Hashable, Codable, Sendable {
  /// The best single number.
  public var value: Double
  /// The lower end.
  public var low: Double
  /// The upper end.
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
}
