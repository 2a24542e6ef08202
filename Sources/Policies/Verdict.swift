package import Quantities

/// The subject of a policy check: one model, on one device or none.
package struct Subject: Sendable {
  package var model: String
  package var device: String?
  /// Of the model; what is not known is left out.
  package var readings: [Metric: Interval]
  /// Readings that lack a part, such as the time of a kernel: the whole is at least as much.
  package var lowerBounds: [Metric: Interval]
  package var layers: [Layer]
  /// How often each diagnostic code occurs.
  package var diagnostics: [String: Int]

  /// A layer by its name.
  package struct Layer: Sendable {
    package var name: String
    package var `operator`: String
    package var readings: [Metric: Interval]

    package init(name: String, operator: String, readings: [Metric: Interval]) {
      self.name = name
      self.operator = `operator`
      self.readings = readings
    }
  }

  package init(
    model: String, device: String?, readings: [Metric: Interval],
    lowerBounds: [Metric: Interval] = [:], layers: [Layer], diagnostics: [String: Int]
  ) {
    self.model = model
    self.device = device
    self.readings = readings
    self.lowerBounds = lowerBounds
    self.layers = layers
    self.diagnostics = diagnostics
  }
}

/// The result of one rule for one model.
package struct Verdict: Sendable {
  /// How a rule ended.
  package enum Outcome: String, Encodable, Sendable {
    case pass, fail, unknown

    /// As reports for people show it: `PASS`, `FAIL` or `UNKNOWN`.
    package var title: String { rawValue.uppercased() }
  }

  package var rule: Rule
  /// Index of the rule in its policy, from 0.
  package var index: Int
  /// The layer, where the rule is of layers.
  package var layer: String?
  package var outcome: Outcome
  /// Nil while it is not known.
  package var reading: Interval?
  /// The same for the baseline, where the rule compares.
  package var baseline: Double?
  /// The reason of a failure; empty for a pass.
  package var message: String

  /// Whether it breaks the policy.
  package var isBroken: Bool {
    outcome == .fail || outcome == .unknown && !(rule.allowUnknown ?? false)
  }

  /// Holds a policy against a subject.
  ///
  /// - Parameters:
  ///   - policy: What must be kept to.
  ///   - subject: One model, on one device or none.
  ///   - baseline: The reading of a measure in the baseline, of an operator's layers or of all; nil without
  ///     a baseline.
  /// - Returns: One verdict for each rule that holds for it, or for each layer of a rule of layers.
  package static func all(
    _ policy: Policy, _ subject: Subject,
    baseline: (Metric, _ operator: String?) -> BaselineReading?
  ) -> [Verdict] {
    policy.allRules(onDevice: subject.device != nil).enumerated().filter {
      $0.element.holds(forModel: subject.model, onDevice: subject.device)
    }
    .flatMap { index, rule -> [Verdict] in
      let straddle = rule.straddle ?? policy.straddle ?? .value
      guard let pattern = rule.layer else {
        let old = rule.maxIncreasePercent == nil ? nil : baseline(rule.metric, rule.operator)
        return [
          Verdict(
            rule, index, subject, layer: nil, subject.reading(rule), baseline: old, straddle)
        ]
      }
      let layers = subject.layers.filter { matches(pattern, $0.name) }
      guard !layers.isEmpty else {
        var verdict = Verdict(rule, index, subject, layer: nil, nil, baseline: nil, straddle)
        verdict.message = "no layer matches"
        return [verdict]
      }
      return layers.map { layer in
        let reading = layer.readings[rule.metric]
        return Verdict(
          rule, index, subject, layer: layer.name, reading, baseline: nil, straddle)
      }
    }
  }

  private init(
    _ rule: Rule, _ index: Int, _ subject: Subject, layer: String?, _ reading: Interval?,
    baseline: BaselineReading?, _ straddle: Policy.Straddle
  ) {
    let metric = rule.metric
    self.rule = rule
    self.index = index
    self.layer = layer
    self.reading = reading
    self.baseline = baseline?.value
    guard let reading else {
      let isOfModel = rule.operator == nil && rule.layer == nil
      let bound = isOfModel ? subject.lowerBounds[metric]?.end(towards: .more, straddle) : nil
      if let bound, let limit = rule.max, bound > limit.value {
        (outcome, message) = (.fail, "at least \(metric.text(bound)) exceeds \(metric.text(limit))")
      } else {
        let reason =
          metric.needsDevice && subject.device == nil
          ? "no device: name it in 'devices' of the policy or with --device"
          : bound.map { "only a lower bound is known: at least \(metric.text($0))" }
            ?? "\(words(metric.rawValue)) is unknown"
        (outcome, message) = (.unknown, reason)
      }
      return
    }
    if let name = rule.operator, !subject.layers.contains(where: { $0.operator == name }) {
      (outcome, message) = (.unknown, "the model has no layer of '\(name)'")
      return
    }
    var facts: [String] = []
    if let limit = rule.max {
      let end = reading.end(towards: .more, straddle)
      if end > limit.value {
        facts.append("\(metric.text(end)) exceeds \(metric.text(limit))")
      }
    }
    if let limit = rule.min {
      let end = reading.end(towards: .less, straddle)
      if end < limit.value {
        facts.append("\(metric.text(end)) is below \(metric.text(limit))")
      }
    }
    if let percent = rule.maxIncreasePercent {
      guard case .value(let before)? = baseline else {
        (outcome, message) = (.unknown, baseline?.reason ?? "there is no baseline")
        return
      }
      // Both are computed alike, so their errors are common: the values are compared.
      if reading.value > before * (1 + percent / 100) * (1 + 1e-12) {
        let values = "\(metric.text(reading.value)) after \(metric.text(before))"
        facts.append("\(values) exceeds \(rule.increaseText ?? "")")
      }
    }
    outcome = facts.isEmpty ? .pass : .fail
    message = facts.joined(separator: ", ")
    if let layer, !facts.isEmpty { message = "layer '\(layer)': \(message)" }
  }
}

/// What a baseline has of a metric of a model.
package enum BaselineReading: Hashable, Sendable {
  case value(Double)
  /// The reason why it has none.
  case missing(String)

  var value: Double? { if case .value(let value) = self { value } else { nil } }
  var reason: String? { if case .missing(let reason) = self { reason } else { nil } }
}

extension Interval {
  fileprivate enum Direction { case more, less }

  /// The number that is held against a limit.
  fileprivate func end(towards direction: Direction, _ straddle: Policy.Straddle) -> Double {
    switch straddle {
    case .value: value
    case .pessimistic: direction == .more ? high : low
    case .optimistic: direction == .more ? low : high
    }
  }
}

extension Subject {
  fileprivate func reading(_ rule: Rule) -> Interval? {
    if let code = rule.code { return Interval(Double(diagnostics[code] ?? 0)) }
    guard let name = rule.operator else { return readings[rule.metric] }
    return sum(rule.metric, of: name)
  }

  /// The sum over the layers of an operator; nil when one of them is not known.
  private func sum(_ metric: Metric, of name: String) -> Interval? {
    var sum = Interval(0)
    for layer in layers where layer.operator == name {
      guard let reading = layer.readings[metric] else { return nil }
      sum.value += reading.value
      sum.low += reading.low
      sum.high += reading.high
    }
    return sum
  }
}
