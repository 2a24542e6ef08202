/// The provenance of a number, best first.
///
/// A sum of numbers of one provenance keeps it. A product or quotient is at best `derived`. What rests
/// on something assumed is assumed.
public enum Provenance: String, Codable, Sendable, Comparable, CaseIterable {
  /// Read off an instrument, or counted.
  case measured
  /// From the manufacturer's own document.
  case datasheet
  /// From a publication of others.
  case literature
  /// Computed or fitted from the ones before.
  case derived
  /// From general knowledge of a document that was not opened.
  case recalled
  /// A judgement, with its reason beside it.
  case assumed

  /// Whether the left one is better than the right one.
  public static func < (left: Provenance, right: Provenance) -> Bool {
    allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
  }

  /// The provenance of a sum of numbers of both: theirs if it is the same, derived or assumed when
  /// one of them is weaker.
  func summed(with other: Provenance) -> Provenance {
    if self == .assumed || other == .assumed { return .assumed }
    return self == other ? self : .derived
  }

  /// The provenance of a product or quotient, which is computed and not measured: derived, or assumed
  /// as soon as one of its factors is.
  func multiplied(by other: Provenance) -> Provenance {
    self == .assumed || other == .assumed ? .assumed : .derived
  }
}

/// A value with an interval, a unit, a provenance and its sources.
///
/// The unit is a type, such as ``Joules``, so numbers of different units cannot be added or exchanged.
///
/// Intervals are nominal 90 % intervals. They are carried by interval arithmetic over monotone
/// terms: a sum adds lows and highs, a product of non-negative factors multiplies them. That
/// treats errors as fully dependent, which is right for layers that share one coefficient and
/// otherwise errs on the wide side; `independentSum` is for terms that share nothing.
public struct Estimate<U: UnitOfMeasure>: Hashable, Sendable {
  /// The symbol of the unit, such as `J`.
  public static var unit: String { U.symbol }

  /// The best single number, in `U`.
  public var value: Double
  /// The lower end of the interval, in `U`; at most `value`.
  public var low: Double
  /// The upper end of the interval, in `U`; at least `value`, and infinite where the number is a lower bound.
  public var high: Double
  /// Where the number comes from.
  public var provenance: Provenance
  /// Identifiers of the sources, sorted, each once; reports say what each is.
  public var sources: [String]
  /// A note for readers of a profile; derived numbers have none.
  public var note: String?

  /// Creates an estimate with an interval.
  package init(
    _ value: Double, low: Double, high: Double, provenance: Provenance, sources: [String] = [],
    note: String? = nil
  ) {
    precondition(low <= value && value <= high, "an interval must hold its value")
    self.note = note
    self.value = value
    self.low = low
    self.high = high
    self.provenance = provenance
    self.sources = sources
  }

  /// Whether something is left out of it that is not known, so that its interval has no upper end.
  public var isLowerBound: Bool { high == .infinity }

  /// The upper end of the interval, in `U`; nil where there is none.
  package var upperEnd: Double? { isLowerBound ? nil : high }

  /// The same number as what a sum is at least.
  package var asLowerBound: Self {
    Self(
      value, low: low, high: .infinity, provenance: provenance, sources: sources, note: note)
  }

  /// Creates an estimate without spread, for a number that is given or counted.
  package init(exactly value: Double, provenance: Provenance, sources: [String] = []) {
    self.init(value, low: value, high: value, provenance: provenance, sources: sources)
  }

  /// Zero, the start of a sum.
  package static var zero: Self { Self(exactly: 0, provenance: .measured) }

  /// The estimate times an exact count, which keeps its provenance: a number of pieces of
  /// what was measured are as measured as one.
  /// - Parameter count: Not negative.
  package func scaled(by count: Double) -> Self { converted(by: count) }

  /// The estimate with an interval whose ends lie farther out by a factor.
  /// - Parameter factor: At least 1.
  package func widened(by factor: Double) -> Self {
    var result = self
    result.low /= factor
    result.high *= factor
    return result
  }

  /// The same value with an interval from it over one factor to it times another.
  /// - Parameters:
  ///   - below: At least 1.
  ///   - above: At least 1.
  package func within(below: Double, above: Double) -> Self {
    var result = self
    result.low = min(value, value / below)
    result.high = max(value, value * above)
    return result
  }

  /// The estimate in another unit, by an exact factor: 3600 joules to the watt-hour.
  ///
  /// Its provenance stays, unlike that of a product or a quotient of two estimates, which is computed.
  /// - Parameter factor: Not negative, and without error.
  package func converted<V>(by factor: Double, to unit: V.Type = V.self) -> Estimate<V> {
    precondition(factor >= 0, "a negative factor would turn the interval round")
    return Estimate<V>(
      value * factor, low: low * factor, high: productOfEnds(high, factor), provenance: provenance,
      sources: sources)
  }

  /// The sum; lows and highs are added.
  package static func + (left: Self, right: Self) -> Self {
    if left.isEmptySum { return right }
    if right.isEmptySum { return left }
    return Self(
      left.value + right.value, low: left.low + right.low, high: left.high + right.high,
      provenance: left.provenance.summed(with: right.provenance),
      sources: mergedSources(left.sources, right.sources))
  }

  /// The sum of terms with independent errors.
  ///
  /// Distances from the value to the ends add as squares: errors of independent terms partly cancel,
  /// where `+` lets all err the same way.
  package static func independentSum(_ terms: [Self]) -> Self {
    guard terms.count > 1 else { return terms.first ?? .zero }
    var sum = terms.reduce(.zero, +)
    func squared(_ distance: (Self) -> Double) -> Double {
      terms.reduce(0) { $0 + distance($1) * distance($1) }.squareRoot()
    }
    sum.low = min(max(sum.low, sum.value - squared { $0.value - $0.low }), sum.value)
    sum.high = max(min(sum.high, sum.value + squared { $0.high - $0.value }), sum.value)
    return sum
  }

  /// Adds to the estimate; lows and highs are added.
  package static func += (left: inout Self, right: Self) { left = left + right }

  /// The larger of both, end by end.
  package static func maximum(_ left: Self, _ right: Self) -> Self {
    // One that is larger throughout decides alone.
    if left.low >= right.high { return left }
    if right.low >= left.high { return right }
    return Self(
      max(left.value, right.value), low: max(left.low, right.low),
      high: max(left.high, right.high), provenance: left.provenance.summed(with: right.provenance),
      sources: mergedSources(left.sources, right.sources))
  }

  private var isEmptySum: Bool { high == 0 && low == 0 && sources.isEmpty }

  /// The product with another non-negative estimate, in the unit `V`.
  ///
  /// Private to the unit relations below: each states once which units multiply to which.
  fileprivate func product<T, V>(_ other: Estimate<T>, unitFactor: Double = 1) -> Estimate<V> {
    Estimate<V>(
      productOfEnds(value, other.value) * unitFactor,
      low: productOfEnds(low, other.low) * unitFactor,
      high: productOfEnds(high, other.high) * unitFactor,
      provenance: provenance.multiplied(by: other.provenance),
      sources: mergedSources(sources, other.sources))
  }

  /// The quotient by a positive estimate, in the unit `V`.
  fileprivate func quotient<T, V>(_ other: Estimate<T>) -> Estimate<V> {
    Estimate<V>(
      quotientOfEnds(value, other.value), low: quotientOfEnds(low, other.high),
      high: quotientOfEnds(high, other.low),
      provenance: provenance.multiplied(by: other.provenance),
      sources: mergedSources(sources, other.sources))
  }
}

/// The quotient of two ends; nothing has no part of anything, not even of nothing.
func quotientOfEnds(_ left: Double, _ right: Double) -> Double { left == 0 ? 0 : left / right }

/// The product of two ends; none of something is nothing, even where that has no upper end.
func productOfEnds(_ left: Double, _ right: Double) -> Double {
  left == 0 || right == 0 ? 0 : left * right
}

/// The union of two sorted source lists, sorted.
///
/// Most sums go over terms of one profile, so a list that holds the other already is not made again.
private func mergedSources(_ left: [String], _ right: [String]) -> [String] {
  if right.isEmpty || left == right { return left }
  if left.isEmpty { return right }
  var place = 0
  let addsNothing = right.allSatisfy { source in
    while place < left.count, left[place] < source { place += 1 }
    return place < left.count && left[place] == source
  }
  if addsNothing { return left }
  var merged: [String] = []
  merged.reserveCapacity(left.count + right.count)
  var (leftPlace, rightPlace) = (0, 0)
  while leftPlace < left.count, rightPlace < right.count {
    let (own, other) = (left[leftPlace], right[rightPlace])
    merged.append(min(own, other))
    if own <= other { leftPlace += 1 }
    if other <= own { rightPlace += 1 }
  }
  return merged + left[leftPlace...] + right[rightPlace...]
}

// The relations between units. Each is one line of physics.

/// Power over time is energy.
package func * (power: Power, time: Time) -> Energy { power.product(time) }

/// Energy times carbon intensity is carbon; 1 kWh is 3.6e6 J.
package func * (energy: Energy, intensity: CarbonIntensity) -> CarbonMass {
  energy.product(intensity, unitFactor: 1 / 3.6e6)
}

/// An amount times carbon per amount.
package func * <Amount>(
  amount: Estimate<Amount>, factor: Estimate<GramsCO2ePer<Amount>>
) -> CarbonMass { amount.product(factor) }

/// Processed area times energy per area times carbon intensity; both energies in kWh.
package func * (
  energy: Estimate<KilowattHoursPerSquareMillimetre>, intensity: CarbonIntensity
) -> Estimate<GramsCO2ePer<SquareMillimetres>> { energy.product(intensity) }

/// Mass in grams carried over a distance in kilometres.
package func * (mass: Estimate<Grams>, distance: Estimate<Kilometres>) -> Estimate<
  KilogramKilometres
> { mass.product(distance, unitFactor: 1e-3) }

extension Estimate {
  /// The estimate times a factor.
  package func times(_ factor: Estimate<Ratio>) -> Self { product(factor) }
}

extension Estimate where U == Ratio {
  /// The quotient of two ratios.
  package func over(_ other: Self) -> Self { quotient(other) }
}

extension Estimate where U == Seconds {
  /// The share of a whole of so many seconds.
  package func ratio(toSeconds seconds: Double) -> Estimate<Ratio> { converted(by: 1 / seconds) }
}

extension Estimate where U == WattHours {
  /// The same energy in joules; 1 Wh is 3600 J.
  package var joules: Energy { converted(by: 3600) }
}

extension Estimate where U == CyclesPerMAC {
  /// The time that `macs` multiply-accumulates take at a clock.
  package func time(macs: Double, at clock: Frequency) -> Time {
    scaled(by: macs).quotient(clock)
  }
}

extension Estimate where U == CyclesPerOperation {
  /// The time that `operations` element operations take at a clock.
  package func time(operations: Double, at clock: Frequency) -> Time {
    scaled(by: operations).quotient(clock)
  }
}

extension Estimate where U == CyclesPerByte {
  /// The time that reading exactly so many `bytes` takes at a clock.
  package func time(bytes: Double, at clock: Frequency) -> Time {
    scaled(by: bytes).quotient(clock)
  }
}

extension Estimate where U == Cycles {
  /// The time that these cycles take at a clock.
  package func time(at clock: Frequency) -> Time { quotient(clock) }
}

extension Estimate where U == BytesPerSecond {
  /// The time that exactly so many `bytes` take at this bandwidth.
  package func time(bytes: Double) -> Time {
    Time(
      bytes / value, low: bytes / high, high: bytes / low, provenance: provenance,
      sources: sources)
  }
}

extension Estimate where U == JoulesPerMAC {
  /// The energy of exactly so many multiply-accumulates.
  package func energy(macs: Double) -> Energy { converted(by: macs) }
}

extension Estimate where U == JoulesPerByte {
  /// The energy of moving exactly so many `bytes`.
  package func energy(bytes: Double) -> Energy { converted(by: bytes) }
}

extension Estimate where U == Joules {
  /// The energy from supply at an efficiency.
  package func divided(byEfficiency efficiency: Estimate<Ratio>) -> Energy { quotient(efficiency) }

  /// The ratio to another energy: how many batteries, how many years of sun.
  package func ratio(to other: Energy) -> Estimate<Ratio> { quotient(other) }
}

extension Estimate where U == KilogramsCO2e {
  /// The same mass in grams.
  package var grams: CarbonMass { converted(by: 1000) }
}

extension Estimate where U == GramsCO2e {
  /// The carbon per good unit at a yield.
  package func divided(byYield yield: Estimate<Ratio>) -> CarbonMass { quotient(yield) }
}
