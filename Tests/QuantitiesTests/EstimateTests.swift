import Foundation
import Testing

@testable import Quantities

@Suite struct EngineeringNotation {
  @Test(arguments: [
    (0.00464, "4.64 m"), (2_656_768, "2.66 M"), (0, "0 "), (1.23e-11, "12.3 p"),
    (999.4, "999 "), (999.6, "1.00 k"), (-0.5, "-500 m"), (97.64e-3, "97.6 m"),
    (4.2e-21, "0.00 a"), (0.9996, "1.00 "),
  ])
  func writesThreeDigitsAndAPrefix(number: Double, expected: String) {
    #expect(engineering(number) == expected)
  }

  /// 1 t = 1000 kg = 1e6 g; three digits, so 999.5 kg rounds to 1 t.
  @Test(arguments: [
    (1.2e6, "g", "1.20 t"), (1.2e6, "gCO2e", "1.20 tCO2e"), (2.9961e3, "gCO2e", "3.00 kgCO2e"),
    (999.4e3, "g", "999 kg"), (999.6e3, "g", "1.00 t"), (-2.5e6, "g", "-2.50 t"),
    (3.4e10, "gCO2e", "34000 tCO2e"), (0.0042, "g", "4.20 mg"), (5.6e-6, "gCO2e", "5.60 µgCO2e"),
    (0, "g", "0 g"), (12, "g", "12.0 g"), (1.2e6, "B", "1.14 MiB"), (1023, "B", "1023 B"),
    (1024, "B", "1 KiB"), (1048575, "B", "1.00 MiB"), (-2048, "B", "-2 KiB"), (0, "B", "0 B"),
    (1.2e6, "", "1.20 M"),
  ])
  func writesMassesInTonnesNotMegagrams(number: Double, unit: String, expected: String) {
    #expect(engineering(number, unit: unit) == expected)
  }

  @Test(arguments: [
    ("pointwiseConvolution", "pointwise convolution"), ("wholeDevice", "whole device"),
    ("latency", "latency"), ("depthwiseConvolution", "depthwise convolution"),
  ])
  func writesIdentifiersAsWords(identifier: String, expected: String) {
    #expect(words(identifier) == expected)
  }

  @Test(arguments: [(1.005, 1, "1.0"), (0.049, 1, "0.0"), (-0.04, 1, "0.0"), (12.5, 0, "13")])
  func writesFixedDecimals(number: Double, decimals: Int, expected: String) {
    #expect(fixed(number, decimals: decimals) == expected)
  }
}

@Suite struct ExtremeNumbers {
  private typealias Whole = Estimate<Ratio>

  /// Nothing has no part of nothing, and none of what has no end is nothing: no interval is without order.
  @Test func nothingStaysNothing() {
    let none = Whole(exactly: 0, provenance: .measured)
    let any = Whole(1, low: 0, high: 2, provenance: .measured)
    let least = Whole(1, low: 0, high: .infinity, provenance: .measured)
    #expect(none.over(any) == Whole(0, low: 0, high: 0, provenance: .derived))
    #expect(none.over(none).high == 0)
    #expect(none.times(least).high == 0)
    #expect(any.over(any).high == .infinity)
  }

  /// What a sum names as sources is sorted, each once.
  @Test(arguments: [
    (["a", "c"], ["b"], ["a", "b", "c"]), (["a", "b"], ["b"], ["a", "b"]),
    (["b"], ["a", "b", "c"], ["a", "b", "c"]), ([], ["a"], ["a"]),
    (["b", "c"], ["a"], ["a", "b", "c"]),
  ])
  func sourcesOfSums(left: [String], right: [String], both: [String]) {
    func one(_ sources: [String]) -> Whole {
      Whole(exactly: 1, provenance: .measured, sources: sources)
    }
    #expect((one(left) + one(right)).sources == both)
  }

  @Test(arguments: [
    ("1e-31", false), ("1e-30", true), ("1e30", true), ("1e31", false), ("0", true),
  ])
  func numbersOfFilesAreOnesThatCanBeMultiplied(number: String, isUsable: Bool) throws {
    let ends = "\"value\": \(number), \"low\": \(number), \"high\": \(number)"
    let text =
      "{\(ends), \"unit\": \"\(Whole.unit)\", \"provenance\": \"measured\", \"source\": \"s\"}"
    let read = try? JSONDecoder().decode(Whole.self, from: Data(text.utf8))
    #expect((read != nil) == isUsable)
    let input = try? JSONDecoder().decode(UserInput.self, from: Data("1e-16".utf8))
    #expect(input == nil)
  }
}

@Suite struct EstimateArithmetic {
  let power = Power(0.05, low: 0.04, high: 0.06, provenance: .measured, sources: ["b"])
  let time = Time(2, low: 1, high: 3, provenance: .measured, sources: ["a"])

  @Test func powerTimesTimeIsEnergyEndByEnd() {
    let energy: Energy = power * time
    #expect(energy.value == 0.1)
    #expect(energy.low == 0.04)
    #expect(abs(energy.high - 0.18) < 1e-15)
    #expect(energy.sources == ["a", "b"])
    #expect(energy.provenance == .derived)
  }

  @Test func aKilowattHourAtOneGramPerKilowattHourIsOneGram() {
    let energy = Energy(exactly: 3.6e6, provenance: .measured)
    let intensity = CarbonIntensity(exactly: 1, provenance: .literature)
    #expect(abs((energy * intensity).value - 1) < 1e-12)
  }

  @Test func quotientsTurnTheDivisorsIntervalRound() {
    // 100 bytes at 10 (5 to 20) bytes a second: 10 s, between 5 and 20.
    let rate = Estimate<BytesPerSecond>(
      10, low: 5, high: 20, provenance: .datasheet, sources: ["x"])
    let time = rate.time(bytes: 100)
    #expect((time.value, time.low, time.high) == (10, 5, 20))
  }

  @Test func cyclesPerMACBecomeTime() {
    // 2.5 cycles * 1000 MACs / 100 Hz = 25 s.
    let rate = Estimate<CyclesPerMAC>(2.5, low: 2, high: 3, provenance: .derived, sources: ["x"])
    let clock = Frequency(exactly: 100, provenance: .datasheet, sources: ["y"])
    let time = rate.time(macs: 1000, at: clock)
    #expect((time.value, time.low, time.high) == (25, 20, 30))
    #expect(time.sources == ["x", "y"])
  }

  @Test func zeroIsTheStartOfASum() {
    #expect([power, power].reduce(.zero, +).value == 0.1)
    #expect([power].reduce(.zero, +) == power)
  }

  @Test(arguments: [
    (Provenance.measured, Provenance.measured, Provenance.measured, Provenance.derived),
    (.measured, .datasheet, .derived, .derived), (.measured, .assumed, .assumed, .assumed),
    (.assumed, .assumed, .assumed, .assumed), (.recalled, .recalled, .recalled, .derived),
    (.recalled, .datasheet, .derived, .derived), (.recalled, .assumed, .assumed, .assumed),
  ])
  func provenanceOfAResultIsHonest(
    left: Provenance, right: Provenance, sum: Provenance, product: Provenance
  ) {
    #expect(left.summed(with: right) == sum)
    #expect(right.summed(with: left) == sum)
    #expect(left.multiplied(by: right) == product)
    #expect(right.multiplied(by: left) == product)
  }

  @Test func theLargerOfTwoThatOverlapCitesBoth() {
    let a = Time(2, low: 1, high: 3, provenance: .measured, sources: ["a"])
    let b = Time(2.5, low: 2, high: 2.8, provenance: .datasheet, sources: ["b"])
    let larger = Time.maximum(a, b)
    #expect((larger.value, larger.low, larger.high) == (2.5, 2, 3))
    #expect(larger.sources == ["a", "b"])
    let c = Time(5, low: 4, high: 6, provenance: .assumed, sources: ["c"])
    #expect(Time.maximum(a, c) == c)
  }
}

/// What is known of a sum that lacks something: 2, between 1 and 3, or more.
@Suite struct LowerBounds {
  let time = Time(2, low: 1, high: 3, provenance: .derived, sources: ["a"]).asLowerBound

  @Test func sumsAndProductsStayLowerBounds() {
    let more = Time(4, low: 3, high: 5, provenance: .derived)
    let sum = time + more
    #expect((sum.value, sum.low, sum.high) == (6, 4, .infinity))
    let squares = Time.independentSum([time, more])
    #expect(squares.value == 6 && squares.low > 4 && squares.isLowerBound)
    let power = Power(10, low: 9, high: 11, provenance: .datasheet)
    let energy: Energy = power * time
    #expect((energy.value, energy.low, energy.high) == (20, 9, .infinity))
    #expect(energy.scaled(by: 0).high == 0)
    #expect((energy * CarbonIntensity(exactly: 0, provenance: .derived)).high == 0)
    #expect(Time.maximum(time, more).isLowerBound)
    // How often 100 J last for at least 20 J: five times or less.
    let times = Energy(exactly: 100, provenance: .datasheet).ratio(to: energy)
    #expect((times.value, times.low) == (5, 0))
  }

  @Test func thereIsNoUpperEndToWrite() throws {
    #expect(time.ends() == "1.00 s or more")
    #expect(time.shown() == "≥ 2.00 s")
    #expect(Interval(2, low: 1, high: 3).ends(unit: "s") == "1.00 s to 3.00 s")
    let written = try JSONSerialization.jsonObject(with: JSONEncoder().encode(time))
    #expect((written as? [String: Any])?["high"] is NSNull)
    let interval = Interval(time)
    let read = try JSONDecoder().decode(Interval.self, from: JSONEncoder().encode(interval))
    #expect(read == interval && read.isLowerBound)
  }

  /// A profile states numbers that have an end.
  @Test func aFileStatesNone() {
    let json =
      #"{"value":2,"low":1,"high":null,"unit":"s","provenance":"measured","source":"x"}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Time.self, from: Data(json.utf8))
    }
  }
}

@Suite struct Counting {
  @Test(arguments: [
    (0, "layer", "0 layers"), (1, "layer", "1 layer"), (2, "axis", "2 axes"), (1, "axis", "1 axis"),
    (3, "entry", "3 entries"), (1, "entry", "1 entry"),
  ])
  func oneOrSeveral(number: Int, noun: String, text: String) {
    #expect(counted(number, noun) == text)
  }
}

@Suite struct EstimateCoding {
  private func decode(_ json: String) throws -> Power {
    try JSONDecoder().decode(Power.self, from: Data(json.utf8))
  }

  @Test func readsValueIntervalUnitProvenanceAndSource() throws {
    let power = try decode(
      #"{"value":2,"low":1,"high":3,"unit":"W","provenance":"measured","source":"x","note":"n"}"#)
    #expect(power == Power(2, low: 1, high: 3, provenance: .measured, sources: ["x"], note: "n"))
  }

  @Test(arguments: [
    #"{"value":2,"low":1,"high":3,"unit":"mW","provenance":"measured","source":"x"}"#,
    #"{"value":2,"low":2.5,"high":3,"unit":"W","provenance":"measured","source":"x"}"#,
    #"{"value":2,"low":-1,"high":3,"unit":"W","provenance":"measured","source":"x"}"#,
    #"{"value":2,"low":1,"high":3,"unit":"W","provenance":"guessed","source":"x"}"#,
    #"{"value":2,"low":1,"high":3,"unit":"W","provenance":"measured"}"#,
    #"{"value":2,"unit":"W","provenance":"measured","source":"x"}"#,
  ])
  func refusesWhatIsNotANumberWithItsOrigin(json: String) {
    #expect(throws: DecodingError.self) { try decode(json) }
  }

  @Test func survivesARoundTrip() throws {
    let power = Power(2, low: 1, high: 3, provenance: .derived, sources: ["a", "b"])
    #expect(try JSONDecoder().decode(Power.self, from: JSONEncoder().encode(power)) == power)
  }
}
