import Quantities
import Testing

@testable import Policies

/// Policies of strangers: what they may have, and that verdicts are few however many layers rules name.
@Suite struct PolicyLimitTests {
  private static func rule(_ layer: String, max: Double = 0) -> Rule {
    var rule = Rule(.macs, max: Limit(max))
    rule.layer = layer
    return rule
  }

  private static func problem(_ policy: Policy) -> String {
    do throws(Problem) { try policy.check() } catch { return "\(error)" }
    return ""
  }

  private static func numbered(_ word: String, _ count: Int) -> [String] {
    (1...count).map { "\(word)\($0)" }
  }

  static let devices: [([String], String)] = [
    (["a", "b"], ""), (["a", "b", "a"], "devices: 'a' is there twice, expected once"),
    (numbered("d", 100), ""),
    (numbered("d", 101), "devices: has 101 names, expected at most 100"),
  ]

  @Test(arguments: devices)
  func devicesAreFewAndNamedOnce(devices: [String], expected: String) {
    var policy = Policy(rules: [Rule(.macs, max: Limit(1))])
    policy.devices = devices
    #expect(Self.problem(policy) == expected)
  }

  static let patterns: [([String], String)] = [
    (numbered("*", 100), ""),
    (numbered("*", 101), "rules: have 101 patterns of layers, expected at most 100"),
    // The same patterns again, and names, are no more of them.
    (numbered("*", 100) + numbered("*", 100) + numbered("conv", 500), ""),
    (["*" + String(repeating: "a", count: 199)], ""),
    (["conv[0-9]"], ""),
    (
      ["conv[[:digit:]]"],
      "rules.1: 'conv[[:digit:]]' names a class of characters, expected a range such as [0-9]"
    ),
    ([String(repeating: "a", count: 500)], ""),
    (
      [String(repeating: "a", count: 200) + "*"],
      "rules.1: layer '" + String(repeating: "a", count: 39)
        + "…' has 201 bytes, expected at most 200 of a pattern"
    ),
  ]

  @Test(arguments: patterns)
  func patternsOfLayersAreFewAndShort(layers: [String], expected: String) {
    #expect(Self.problem(Policy(rules: layers.map { Self.rule($0) })) == expected)
  }

  /// Layer `i` of 0 to 5,999 has `i` MACs; every tenth, from the first on, has none that is known.
  private static let subject = Subject(
    model: "a.onnx", device: nil, readings: [:],
    layers: (0..<6000).map { index in
      .init(
        name: "l\(index)", operator: "Relu",
        readings: index % 10 == 0 ? [:] : [.macs: Interval(Double(index))])
    },
    diagnostics: [:])

  private static func verdicts(_ rules: [Rule]) -> [Verdict] {
    Verdict.all(Policy(rules: rules), subject) { _, _ in nil }
  }

  private static func count(_ verdicts: [Verdict], _ outcome: Verdict.Outcome) -> Int {
    verdicts.filter { $0.outcome == outcome }.reduce(0) { $0 + ($1.moreLayers ?? 1) }
  }

  /// Rules times layers would be 2,400,000.
  @Test func verdictsAreInProportionToRulesPlusLayers() {
    let verdicts = Self.verdicts(Array(repeating: Self.rule("*", max: 2999), count: 400))
    #expect(verdicts.count <= 6000 + 4000 + 3 * 400)
    #expect(verdicts.map(\.index) == verdicts.map(\.index).sorted())
    let first = verdicts.filter { $0.index == 0 }
    // Of 3,000 from 3,000 on, and of as many below, a tenth is unknown.
    #expect(Self.count(first, .fail) == 2700 && Self.count(first, .pass) == 2700)
    #expect(Self.count(first, .unknown) == 600)
    #expect(Self.count(verdicts, .fail) == 400 * 2700)
  }

  /// There is room for 25: the first that fail have verdicts, and one is for all others that end alike.
  @Test func whatBreaksARuleIsListedFirst() {
    let rules = Array(repeating: Self.rule("*", max: 5989), count: 400)
    let verdicts = Self.verdicts(rules).filter { $0.index == 399 }
    let listed = verdicts.filter { $0.moreLayers == nil }
    #expect(listed.count == 25)
    // Layers 5,991 to 5,999, then the first that are unknown, in the model's order.
    let failed = listed.filter { $0.outcome == .fail }
    #expect(failed.compactMap(\.layer) == (5991...5999).map { "l\($0)" })
    let unknown = listed.filter { $0.outcome == .unknown }
    #expect(unknown.compactMap(\.layer) == (0..<16).map { "l\(10 * $0)" })
    let others = verdicts.filter { $0.moreLayers != nil }
    #expect(others.map(\.outcome) == [.unknown, .pass] && others.map(\.moreLayers) == [584, 5391])
    #expect(others[0].message == "584 more layers: macs is unknown" && others[0].isBroken)
    // The largest of those that pass.
    #expect(others[1].reading?.value == 5989 && others[1].message.isEmpty)
  }

  @Test func othersThatFailHaveTheLargestValue() {
    let rules = Array(repeating: Self.rule("*"), count: 400)
    let verdicts = Self.verdicts(rules).filter { $0.index == 0 }
    let others = verdicts.first { $0.outcome == .fail && $0.moreLayers != nil }
    #expect(others?.moreLayers == 5400 - 25 && others?.reading?.value == 5999)
    #expect(others?.message.hasPrefix("5375 more layers, the largest: 6.00 kMAC exceeds ") == true)
  }

  /// Of three rules, each may list 3,333.
  @Test func allLayersOfFewRulesAreListed() {
    let verdicts = Self.verdicts([Self.rule("l1*"), Self.rule("l?99"), Self.rule("l7")])
    #expect(verdicts.allSatisfy { $0.moreLayers == nil })
    // Layers 1, 10 to 19, 100 to 199 and 1,000 to 1,999; 199 to 999.
    #expect((0..<3).map { rule in verdicts.filter { $0.index == rule }.count } == [1111, 9, 1])
    #expect(verdicts.last?.layer == "l7")
    #expect(Self.verdicts([Self.rule("*")]).count == 6000)
  }
}
