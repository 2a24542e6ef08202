package import Quantities

/// The requirements of models before deployment, from a user's file.
package struct Policy: Decodable, Sendable {
  /// Version of the format; `1.0` is the only one.
  package var schemaVersion: String?
  /// Devices that models are held to, as `--device` takes them; flags win.
  package var devices: [String]?
  /// Which number of an interval is compared with a limit, unless a rule states it; the value by default.
  package var straddle: Straddle?
  /// Whether a model that does not fit its device passes; it does not when left out.
  package var allowUnfit: Bool?
  /// All of these must be kept.
  package var rules: [Rule]

  /// A policy of some rules alone.
  package init(rules: [Rule]) { self.rules = rules }

  /// The rules that a model is held to: those of the file and, on a device, that it fits.
  package func allRules(onDevice: Bool) -> [Rule] {
    rules + (onDevice && !(allowUnfit ?? false) ? [.fits] : [])
  }

  /// Which end of an interval is held against a limit.
  package enum Straddle: String, Choice, Sendable {
    /// The single best number.
    case value
    /// The end that is more likely to fail.
    case pessimistic
    /// The end that is less likely to: what breaks is sure to.
    case optimistic
  }

  /// A model is assessed anew for each of them.
  private static let mostDevices = 100

  /// Checks beyond the types.
  /// - Throws: `Problem` that names the rule.
  package func check() throws(Problem) {
    if let schemaVersion, schemaVersion != "1.0" {
      throw Problem("schemaVersion '\(schemaVersion)', expected '1.0'")
    }
    guard !rules.isEmpty else { throw Problem("rules: expected at least one") }
    let names = devices ?? []
    guard names.count <= Self.mostDevices else {
      throw Problem(
        "devices: has \(counted(names.count, "name")), expected at most \(Self.mostDevices)")
    }
    if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw Problem("devices: '\(abridged(names[twice], to: 40))' is there twice, expected once")
    }
    let patterns = Set(rules.compactMap(\.layer).filter { !NamePattern.isName($0) })
    guard patterns.count <= NamePattern.most else {
      throw Problem(
        "rules: have \(patterns.count) patterns of layers, expected at most \(NamePattern.most)")
    }
    let ofModels = rules.reduce(0) { count, rule in
      count + ((rule.models ?? []) + (rule.devices ?? [])).count { !NamePattern.isName($0) }
    }
    guard ofModels <= NamePattern.mostOfModels else {
      throw Problem(
        "rules: have \(grouped(ofModels)) patterns of models and devices, expected at most "
          + grouped(NamePattern.mostOfModels))
    }
    for (index, rule) in rules.enumerated() {
      do throws(Problem) { try rule.check() } catch {
        throw Problem("rules.\(index + 1): \(error)")
      }
    }
  }
}

/// One demand of a policy.
package struct Rule: Decodable, Sendable {
  /// What reports call it; made of the rule when left out.
  package var name: String?
  package var metric: Metric
  /// The most, and the least, that it may be: a number in the measure's unit, or `5 mJ`.
  package var max: Limit?
  package var min: Limit?
  /// The most that it may be more than in the baseline, in percent: 2 is 2 % more, -10 a tenth less.
  package var maxIncreasePercent: Double?
  /// The sum over layers of this operator, such as `Conv2D`.
  package var `operator`: String?
  /// Of each layer whose name this pattern (`*`, `?`) matches.
  package var layer: String?
  /// Of `diagnostics`: the code that is counted.
  package var code: String?
  /// Patterns of the models that it holds for; all when left out.
  package var models: [String]?
  /// Devices that it holds for; all when left out.
  package var devices: [String]?
  package var straddle: Policy.Straddle?
  /// Whether a measure that is not known passes; it does not when left out.
  package var allowUnknown: Bool?

  /// A rule with a limit, of a model.
  package init(_ metric: Metric, max: Limit? = nil, min: Limit? = nil) {
    self.metric = metric
    self.max = max
    self.min = min
  }

  /// Weights and activations fit the memories of the device.
  fileprivate static let fits: Rule = {
    var rule = Rule(.memoryShare, max: Limit(share: 1))
    rule.name = "fits the device"
    return rule
  }()

  /// What reports call it.
  package var title: String {
    if let name { return name }
    let subject = `operator` ?? layer.map { "layers '\($0)'" } ?? code
    let limits = [
      max.map { "<= \(metric.text($0))" }, min.map { ">= \(metric.text($0))" },
      increaseText.map { "<= \($0)" },
    ].compactMap(\.self)
    return ([metric.rawValue] + (subject.map { ["of \($0)"] } ?? []) + limits)
      .joined(separator: " ")
  }

  /// The limit against the baseline, such as `baseline +2 %`.
  var increaseText: String? {
    maxIncreasePercent.map { "baseline \($0 < 0 ? "-" : "+")\(Limit(abs($0))) %" }
  }

  package func check() throws(Problem) {
    guard max != nil || min != nil || maxIncreasePercent != nil else {
      throw Problem("'\(metric.rawValue)': expected max, min or maxIncreasePercent")
    }
    for limit in [max, min].compactMap(\.self) where !metric.takes(limit) {
      let unit =
        metric.isShare ? "a number or in %" : metric.unit.isEmpty ? "a number" : "in \(metric.unit)"
      throw Problem("'\(limit)': '\(metric.rawValue)' is \(unit)")
    }
    for limit in [max, min].compactMap(\.self)
    where metric.isShare && limit.unit == nil && limit.value > 1 {
      throw Problem("'\(limit)': '\(metric.rawValue)' is a share: write \(limit) %")
    }
    if let maxIncreasePercent, !(-100...1e6).contains(maxIncreasePercent) {
      throw Problem("maxIncreasePercent of \(maxIncreasePercent), expected -100 to 1e6")
    }
    if metric == .tokensPerSecond, maxIncreasePercent != nil {
      throw Problem("'tokensPerSecond' may well increase: write min")
    }
    if `operator` != nil || layer != nil, !metric.isOfLayers {
      throw Problem("'\(metric.rawValue)' is a metric of models, not of operators or layers")
    }
    if `operator` != nil, layer != nil {
      throw Problem("operator and layer cannot be used together")
    }
    if layer != nil, maxIncreasePercent != nil {
      throw Problem("maxIncreasePercent applies to models and operators, not to layers")
    }
    let patterns =
      [layer].compactMap { $0.map { ("layer", $0) } } + (models ?? []).map { ("models:", $0) }
      + (devices ?? []).map { ("devices:", $0) }
    for (key, pattern) in patterns
    where !NamePattern.isName(pattern) && pattern.utf8.count > NamePattern.longest {
      throw Problem(
        "\(key) '\(abridged(pattern, to: 40))' has \(pattern.utf8.count) bytes, expected at most "
          + "\(NamePattern.longest) of a pattern")
    }
    for (_, pattern) in patterns where pattern.contains("[[:") {
      throw Problem(
        "'\(abridged(pattern, to: 40))' names a class of characters, expected a range such as [0-9]"
      )
    }
    if (code != nil) != (metric == .diagnostics) {
      throw Problem("'code' and the metric 'diagnostics' need each other")
    }
  }

  /// Whether the rule holds for a model on a device.
  package func holds(forModel path: String, onDevice device: String?) -> Bool {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    func isOne(of patterns: [String], _ names: [String]) -> Bool {
      patterns.contains { text in
        if NamePattern.isName(text) { return names.contains(text) }
        let pattern = NamePattern(text)
        return names.contains(where: pattern.matches)
      }
    }
    guard models.map({ isOne(of: $0, [path, name]) }) ?? true else { return false }
    guard let devices else { return true }
    return device.map { isOne(of: devices, [$0]) } ?? false
  }
}

extension Metric {
  /// Whether a limit is one of this metric: a number alone, or one in its unit.
  fileprivate func takes(_ limit: Limit) -> Bool {
    limit.unit == nil || limit.unit == (isShare ? "%" : unit)
  }

  /// A limit as it was written, with the unit where it has none.
  func text(_ limit: Limit) -> String {
    limit.unit == nil && !unit.isEmpty && !isShare ? text(limit.value) : limit.description
  }
}
