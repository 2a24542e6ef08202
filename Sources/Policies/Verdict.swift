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
  /// Tokens of the text that the model makes; nil where it runs once.
  package var tokens: Int?
  /// Whether files of it are not counted, which may have more layers and diagnostics.
  package var leavesFilesOut: Bool

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
    lowerBounds: [Metric: Interval] = [:], layers: [Layer], diagnostics: [String: Int],
    tokens: Int? = nil, leavesFilesOut: Bool = false
  ) {
    self.model = model
    self.device = device
    self.readings = readings
    self.lowerBounds = lowerBounds
    self.layers = layers
    self.diagnostics = diagnostics
    self.tokens = tokens
    self.leavesFilesOut = leavesFilesOut
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
  /// How many layers it stands for, of which `reading` is the largest; nil for a verdict of one layer or of the model.
  package var moreLayers: Int?
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
  /// - Returns: One verdict for each rule that holds for it, or for each layer of a rule of layers; of very many
  ///   layers, those that `LayerSelection` lists, and one verdict for the others that end alike.
  package static func all(
    _ policy: Policy, _ subject: Subject,
    baseline: (Metric, _ operator: String?) -> BaselineReading?
  ) -> [Verdict] {
    let rules = policy.allRules(onDevice: subject.device != nil).enumerated().filter {
      $0.element.holds(forModel: subject.model, onDevice: subject.device)
    }
    var readings = Readings(subject)
    var old: [Readings.Key: BaselineReading?] = [:]
    var verdicts = [[Verdict]](repeating: [], count: rules.count)
    // A pattern is held against the layers once, however many rules have it.
    var placesByPattern: [String: [Int]] = [:]
    for (place, (index, rule)) in rules.enumerated() {
      if let pattern = rule.layer {
        placesByPattern[pattern, default: []].append(place)
        continue
      }
      var before: BaselineReading?
      if rule.maxIncreasePercent != nil {
        let key = Readings.Key(metric: rule.metric, operator: rule.operator)
        before = old[key] ?? baseline(rule.metric, rule.operator)
        old[key] = .some(before)
      }
      let reading = readings.reading(rule)
      verdicts[place] = [
        Verdict(
          rule, index, readings, layer: nil, reading, baseline: before, policy.straddle(of: rule))
      ]
    }
    let room = LayerSelection.room(
      layers: subject.layers.count, rules: placesByPattern.values.reduce(0) { $0 + $1.count })
    for (pattern, places) in placesByPattern {
      let layers = readings.layers(matching: pattern)
      for place in places {
        let (index, rule) = rules[place]
        verdicts[place] = ofLayers(
          layers, rule, index, &readings, policy.straddle(of: rule), room: room)
      }
    }
    return Array(verdicts.joined())
  }

  /// The verdicts of a rule of layers.
  private static func ofLayers(
    _ layers: [Int], _ rule: Rule, _ index: Int, _ readings: inout Readings,
    _ straddle: Policy.Straddle, room: Int
  ) -> [Verdict] {
    let column = readings.column(rule.metric)
    let known = readings
    func made(of layer: String?, _ found: Interval?) -> Verdict {
      Verdict(
        rule, index, known, layer: layer, found, baseline: nil, straddle)
    }
    guard !layers.isEmpty else {
      var verdict = made(of: nil, nil)
      verdict.message = "no layer matches"
      return [verdict]
    }
    let selection = LayerSelection(layers, column, rule, straddle, room: room)
    let listed = selection.listed.map { made(of: known.subject.layers[$0].name, column[$0]) }
    let others = selection.others.map { others in
      var verdict = made(of: nil, column[others.largest])
      verdict.moreLayers = others.count
      if !verdict.message.isEmpty {
        let lead = verdict.reading == nil ? "" : ", the largest"
        verdict.message = "\(counted(others.count, "more layer"))\(lead): \(verdict.message)"
      }
      return verdict
    }
    return listed + others
  }

  /// - Parameter found: What is counted.
  private init(
    _ rule: Rule, _ index: Int, _ readings: Readings, layer: String?, _ found: Interval?,
    baseline: BaselineReading?, _ straddle: Policy.Straddle
  ) {
    let metric = rule.metric
    let subject = readings.subject
    // Other files may add to a sum over layers and to a count of diagnostics, and beams to a layer.
    let isOfModel = rule.operator == nil && rule.layer == nil && rule.code == nil
    let isPartial = subject.leavesFilesOut && !isOfModel
    let known = isPartial ? nil : found
    self.rule = rule
    self.index = index
    self.layer = layer
    self.reading = known
    self.baseline = baseline?.value
    if let name = rule.operator, !readings.hasLayers(of: name) {
      (outcome, message) = (.unknown, "the model has no layer of '\(name)'")
      return
    }
    guard let reading = known else {
      let least = isPartial ? found : isOfModel ? subject.lowerBounds[metric] : nil
      let bound = least?.leastEnd(straddle)
      if let bound, let limit = rule.max, bound > limit.value {
        (outcome, message) = (.fail, "at least \(metric.text(bound)) exceeds \(metric.text(limit))")
      } else {
        let reason =
          metric.needsText && subject.tokens == nil
          ? "no text is made: ask for one, as with --generate prompt=128,tokens=64"
          : metric.needsDevice && subject.device == nil
            ? "no device: name it in 'devices' of the policy or with --device"
            : bound.map { "only a lower bound is known: at least \(metric.text($0))" }
              ?? "\(words(metric.rawValue)) is unknown"
              + (metric == .tokensPerSecond && subject.tokens == 1
                ? ": one token is made, and it is of those after the first" : "")
        (outcome, message) = (.unknown, reason)
      }
      return
    }
    var facts: [String] = []
    let (above, below) = rule.excess(reading, straddle)
    if let above, let limit = rule.max {
      facts.append("\(metric.text(above)) exceeds \(metric.text(limit))")
    }
    if let below, let limit = rule.min {
      facts.append("\(metric.text(below)) is below \(metric.text(limit))")
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
  /// The number of a lower bound that is held against a limit: an upper end that is open says nothing.
  fileprivate func leastEnd(_ straddle: Policy.Straddle) -> Double {
    let end = end(towards: .more, straddle)
    return end.isFinite ? end : value
  }
}

extension Policy {
  /// Which number of an interval a rule compares.
  fileprivate func straddle(of rule: Rule) -> Straddle { rule.straddle ?? straddle ?? .value }
}
