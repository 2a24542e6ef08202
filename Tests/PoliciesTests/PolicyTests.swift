import Quantities
import Documents
import Testing

@testable import Policies

@Suite struct LimitTests {
  static let limits: [(String, Double, String?)] = [
    ("5 mJ", 0.005, "J"), ("256 KiB", 262_144, "B"), ("10M", 10e6, nil), ("2 %", 0.02, "%"),
    ("1.5e-3 s", 0.0015, "s"), ("12 mgCO2e", 0.012, "gCO2e"), ("3 kg", 3000, "gCO2e"),
    ("7", 7, nil),
    ("20 µs", 20e-6, "s"), ("1_000", 1000, nil),
  ]

  @Test(arguments: limits) func isReadWithItsUnit(text: String, value: Double, unit: String?) throws
  {
    let limit = try #require(Limit(text))
    #expect(abs(limit.value - value) <= 1e-12 * value && limit.unit == unit)
  }

  @Test(arguments: ["", "x", "-1", "5 parsec", "mJ", "5 xJ", "inf", "nan", "5e J"])
  func otherTextsAreNone(text: String) { #expect(Limit(text) == nil) }
}

@Suite struct PolicyTests {
  private func policy(_ text: String) throws -> Policy {
    let policy = try Document<Policy>(Array(text.utf8), name: "policy.yaml").content
    try policy.check()
    return policy
  }

  static let wrong: [(String, String)] = [
    ("rules: []", "expected at least one"),
    ("rules: [{metric: energy}]", "rules.1: 'energy': expected max, min or maxIncreasePercent"),
    ("rules: [{metric: watts, max: 1}]", "expected one of: latency, energy"),
    ("rules: [{metric: energy, max: 5 ms}]", "'5 ms': 'energy' is in J"),
    ("rules: [{metric: energy, max: 5 %}]", "'5 %': 'energy' is in J"),
    ("rules: [{metric: macs, max: 5 %}]", "'macs' is in MAC"),
    ("rules: [{metric: energy, max: -1}]", "expected a number"),
    ("rules: [{metric: energy, maximum: 1}]", "maximum"),
    ("rules: [{metric: ramShare, max: 1, operator: Conv2D}]", "is a metric of models"),
    ("rules: [{metric: macs, max: 1, operator: A, layer: b}]", "cannot be used together"),
    ("rules: [{metric: macs, maxIncreasePercent: 1, layer: b}]", "not to layers"),
    ("rules: [{metric: diagnostics, max: 0}]", "need each other"),
    ("rules: [{metric: macs, max: 0, code: x}]", "need each other"),
    ("{schemaVersion: '2', rules: [{metric: macs, max: 0}]}", "schemaVersion '2'"),
    ("rules: [{metric: energy, maxIncreasePercent: -101}]", "expected -100 to"),
    ("rules: [{metric: ramShare, max: 50}]", "'50': 'ramShare' is a share: write 50 %"),
    ("rules: [{metric: coverage, min: 99}]", "write 99 %"),
    ("rules: [{metric: firstToken, max: 5 mJ}]", "'5 mJ': 'firstToken' is in s"),
    ("rules: [{metric: firstToken, max: 1, operator: A}]", "is a metric of models"),
    ("rules: [{metric: tokensPerSecond, min: 5 s}]", "'tokensPerSecond' is in token/s"),
    ("rules: [{metric: tokensPerSecond, maxIncreasePercent: 1}]", "write min"),
    ("rules: [{metric: energy, max: 1, straddle: maybe}]", "expected one of: value, pess"),
  ]

  @Test(arguments: wrong) func saysWhatIsWrong(text: String, expected: String) {
    #expect(throws: (any Error).self) { _ = try policy(text) }
    do { _ = try policy(text) } catch { #expect("\(error)".contains(expected), "\(error)") }
  }

  private let subject = Subject(
    model: "models/a.tflite", device: "esp32",
    readings: [
      .energy: Interval(5, low: 4, high: 7), .macs: Interval(100), .coverage: Interval(0.9),
    ],
    layers: [
      .init(name: "x/conv", operator: "Conv2D", readings: [.macs: Interval(60)]),
      .init(name: "x/dense", operator: "Gemm", readings: [.macs: Interval(30)]),
      .init(name: "y/conv", operator: "Conv2D", readings: [:]),
    ],
    diagnostics: ["unknown-operator": 2])

  /// The old reading of every measure is 4.
  private func outcomes(_ rule: String, old: Double? = 4) throws -> [String] {
    let policy = try policy("rules: [{\(rule)}]")
    return Verdict.all(policy, subject) { _, _ in old.map(BaselineReading.value) }
      .filter { $0.rule.metric != .memoryShare }
      .map { ($0.isBroken ? "broken " : "") + $0.outcome.rawValue }
  }

  static let cases: [(String, [String])] = [
    ("metric: energy, max: 5", ["pass"]), ("metric: energy, max: 4.9", ["broken fail"]),
    ("metric: energy, max: 6, straddle: pessimistic", ["broken fail"]),
    ("metric: energy, max: 4.5, straddle: optimistic", ["pass"]),
    ("metric: energy, min: 4.5, straddle: pessimistic", ["broken fail"]),
    ("metric: energy, min: 6.5, straddle: optimistic", ["pass"]),
    ("metric: coverage, min: 90 %", ["pass"]), ("metric: coverage, min: 91 %", ["broken fail"]),
    ("metric: latency, max: 1", ["broken unknown"]),
    ("metric: latency, max: 1, allowUnknown: true", ["unknown"]),
    ("metric: energy, maxIncreasePercent: 25", ["pass"]),
    ("metric: energy, maxIncreasePercent: 24", ["broken fail"]),
    ("metric: energy, maxIncreasePercent: -10", ["broken fail"]),
    ("metric: macs, max: 50, operator: Gemm", ["pass"]),
    ("metric: macs, max: 20, operator: Gemm", ["broken fail"]),
    ("metric: macs, max: 90, operator: Conv2D", ["broken unknown"]),
    ("metric: macs, max: 90, operator: Cnov2D", ["broken unknown"]),
    ("metric: macs, max: 50, layer: 'x/*'", ["broken fail", "pass"]),
    ("metric: macs, max: 50, layer: 'z/*'", ["broken unknown"]),
    ("metric: diagnostics, max: 0, code: unknown-operator", ["broken fail"]),
    ("metric: diagnostics, max: 0, code: other", ["pass"]),
    ("metric: macs, max: 0, models: [b.tflite]", []),
    ("metric: macs, max: 0, models: ['a.*']", ["broken fail"]),
    ("metric: macs, max: 0, models: ['models/*']", ["broken fail"]),
    ("metric: macs, max: 0, devices: [rp2040]", []),
    ("metric: macs, max: 0, devices: ['esp32*']", ["broken fail"]),
  ]

  @Test(arguments: cases) func decides(rule: String, expected: [String]) throws {
    #expect(try outcomes(rule) == expected)
  }

  /// A lower bound never passes a limit, and breaks one that it exceeds.
  @Test(arguments: [
    ("max: 3 s", "pass"), ("max: 1 s", "fail"), ("min: 1 s", "pass"),
  ])
  func aLowerBoundIsUnknownOrTooMuch(limit: String, ofWhole: String) throws {
    var subject = subject
    subject.readings[.latency] = Interval(2)
    let policy = try policy("rules: [{metric: latency, \(limit)}]")
    func outcome() -> String? {
      Verdict.all(policy, subject) { _, _ in nil }.first?.outcome.rawValue
    }
    #expect(outcome() == ofWhole)
    subject.lowerBounds[.latency] = subject.readings.removeValue(forKey: .latency)
    #expect(outcome() == (ofWhole == "pass" ? "unknown" : "fail"))
  }

  /// A lower bound has no upper end, which no limit is held against.
  @Test(arguments: [
    ("max: 3 s, straddle: pessimistic", "unknown"), ("max: 1.9 s, straddle: pessimistic", "fail"),
    ("max: 1.9 s, straddle: optimistic", "unknown"), ("max: 0.9 s, straddle: optimistic", "fail"),
  ])
  func aLowerBoundIsHeldAtItsKnownEnds(limit: String, outcome: String) throws {
    var subject = subject
    subject.lowerBounds[.latency] = Interval(2, low: 1, high: .infinity)
    let policy = try policy("rules: [{metric: latency, \(limit)}]")
    let verdicts = Verdict.all(policy, subject) { _, _ in nil }
    let verdict = try #require(verdicts.first)
    #expect(verdict.outcome.rawValue == outcome && !verdict.message.contains("inf"))
  }

  /// Ten tokens in 2 s (1 to 5) are 5 in a second, 2 at least and 10 at most.
  @Test(arguments: [
    ("tokensPerSecond, min: 5", "pass"), ("tokensPerSecond, min: 5.1", "fail"),
    ("tokensPerSecond, min: 2, straddle: pessimistic", "pass"),
    ("tokensPerSecond, min: 2.1, straddle: pessimistic", "fail"),
    ("tokensPerSecond, min: 10, straddle: optimistic", "pass"),
    ("tokensPerSecond, min: 10.1, straddle: optimistic", "fail"),
    ("firstToken, max: 300 ms", "pass"), ("firstToken, max: 299 ms", "fail"),
    ("firstToken, max: 300 ms, straddle: pessimistic", "fail"),
    ("firstToken, maxIncreasePercent: 50", "pass"),
    ("firstToken, maxIncreasePercent: 49", "fail"),
  ])
  func speedsOfATextAreLimited(rule: String, outcome: String) throws {
    var subject = subject
    subject.tokens = 2
    subject.readings[.firstToken] = Interval(0.3, low: 0.2, high: 0.4)
    subject.readings[.tokensPerSecond] = Interval(5, low: 2, high: 10)
    let policy = try policy("rules: [{metric: \(rule)}]")
    let verdicts = Verdict.all(policy, subject) { _, _ in BaselineReading.value(0.2) }
    #expect(verdicts.first?.outcome.rawValue == outcome)
  }

  /// Only a limit of texts needs one.
  @Test(arguments: [
    ("{metric: firstToken, max: 1}, {metric: latency, max: 1}", false, [true, false]),
    ("{metric: tokensPerSecond, min: 1}, {metric: latency, max: 1}", false, [true, false]),
    ("{metric: tokensPerSecond, min: 1}, {metric: macs, max: 100}", false, [true, false]),
    ("{metric: firstToken, max: 1}, {metric: latency, max: 1}", true, [false, false]),
    (
      "{metric: latency, max: 1}, {metric: firstToken, max: 1, models: [b.tflite]}", false, [false]
    ),
  ])
  func withoutATextTheOptionIsNamed(rules: String, isOfText: Bool, named: [Bool]) throws {
    var subject = subject
    subject.tokens = isOfText ? 2 : nil
    let policy = try policy("{allowUnfit: true, rules: [\(rules)]}")
    let verdicts = Verdict.all(policy, subject) { _, _ in nil }
    #expect(verdicts.map { $0.message.contains("--generate") } == named)
  }

  /// A speed is unknown for other reasons too, but of one token for this one.
  @Test(arguments: [(1, true), (2, false)])
  func oneTokenHasNoSpeed(tokens: Int, isNamed: Bool) throws {
    var subject = subject
    subject.tokens = tokens
    let verdicts = Verdict.all(
      try policy("{allowUnfit: true, rules: [{metric: tokensPerSecond, min: 1}]}"), subject
    ) { _, _ in nil }
    #expect(verdicts.map(\.outcome.rawValue) == ["unknown"])
    #expect(verdicts[0].message.contains("one token is made") == isNamed)
  }

  /// Of a sum and a count to which other files may add, only that they are too much is sure.
  @Test(arguments: [
    ("metric: macs, max: 30, operator: Gemm", "unknown"),
    ("metric: macs, max: 29, operator: Gemm", "fail"),
    ("metric: macs, min: 1, operator: Gemm", "unknown"),
    ("metric: macs, maxIncreasePercent: 1000, operator: Gemm", "unknown"),
    ("metric: diagnostics, max: 2, code: unknown-operator", "unknown"),
    ("metric: diagnostics, max: 1, code: unknown-operator", "fail"),
    ("metric: macs, max: 60, layer: x/conv", "unknown"),
    ("metric: macs, max: 1, layer: x/conv", "fail"),
  ])
  func otherFilesMayAdd(rule: String, outcome: String) throws {
    var subject = subject
    subject.leavesFilesOut = true
    let policy = try policy("rules: [{\(rule)}]")
    let verdicts = Verdict.all(policy, subject) { _, _ in BaselineReading.value(4) }
    #expect(verdicts.first?.outcome.rawValue == outcome)
  }

  @Test func withoutABaselineNothingIsKnown() throws {
    #expect(try outcomes("metric: energy, maxIncreasePercent: 1", old: nil) == ["broken unknown"])
  }

  /// A model on a device is held to fit it, unless the policy lets it be.
  @Test(arguments: [
    ("", 0.5, ["pass", "pass"]), ("", 1.5, ["pass", "fail"]), ("", nil, ["pass", "unknown"]),
    ("allowUnfit: true", 1.5, ["pass"]), ("allowUnfit: false", 1.5, ["pass", "fail"]),
  ])
  func fit(key: String, share: Double?, expected: [String]) throws {
    var subject = subject
    subject.readings[.memoryShare] = share.map { Interval($0) }
    let policy = try policy("{\(key)\(key.isEmpty ? "" : ", ")rules: [{metric: macs, max: 100}]}")
    let verdicts = Verdict.all(policy, subject) { _, _ in nil }
    #expect(verdicts.map(\.outcome.rawValue) == expected)
    #expect(verdicts.last?.isBroken == (expected.last != "pass"))
    subject.device = nil
    #expect(Verdict.all(policy, subject) { _, _ in nil }.map(\.outcome.rawValue) == ["pass"])
  }

  @Test func theSchemaKnowsEveryMetric() {
    for measure in Metric.allCases {
      #expect(Policy.schema.contains("\"\(measure.rawValue)\""))
    }
  }
}
