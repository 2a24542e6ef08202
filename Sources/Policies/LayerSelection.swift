import Quantities

/// The layers of a model that a rule names: those that break it are listed first, and as many as there is room for.
struct LayerSelection {
  /// Layers with a verdict of their own, in the model's order.
  private(set) var listed: [Int] = []
  /// Of the others, by how the rule ends for them, how many there are and the one with the largest value.
  private(set) var others: [(largest: Int, count: Int)] = []

  /// - Parameters:
  ///   - layers: Places of layers.
  ///   - readings: The rule's metric of each layer of the model.
  ///   - room: How many layers may be listed.
  init(
    _ layers: [Int], _ readings: [Interval?], _ rule: Rule, _ straddle: Policy.Straddle, room: Int
  ) {
    guard layers.count > room else {
      listed = layers
      return
    }
    var left = room
    let outcomes = layers.map { rule.outcome(readings[$0], straddle) }
    for outcome in [Verdict.Outcome.fail, .unknown, .pass] {
      let own = zip(layers, outcomes).compactMap { $1 == outcome ? $0 : nil }
      listed += own.prefix(left)
      let rest = own.dropFirst(left)
      left -= own.count - rest.count
      let largest = rest.max { (readings[$0]?.value ?? 0) < (readings[$1]?.value ?? 0) }
      if let largest { others.append((largest, rest.count)) }
    }
    listed.sort()
  }

  /// Layers with verdicts of their own that each of a policy's rules of layers may have.
  ///
  /// So verdicts take memory in proportion to rules plus layers, and not to rules times layers. There is room for all
  /// layers of a model of 2,000 in three rules.
  static func room(layers: Int, rules: Int) -> Int { max(1, (layers + 4000) / max(1, rules)) }
}

extension Rule {
  /// The numbers of a reading that are outside of the limits.
  func excess(
    _ reading: Interval, _ straddle: Policy.Straddle
  ) -> (above: Double?, below: Double?) {
    let (upper, lower) = (
      reading.end(towards: .more, straddle), reading.end(towards: .less, straddle)
    )
    let isAbove = max.map { upper > $0.value } ?? false
    let isBelow = min.map { lower < $0.value } ?? false
    return (isAbove ? upper : nil, isBelow ? lower : nil)
  }

  /// How the rule ends for a layer.
  fileprivate func outcome(
    _ reading: Interval?, _ straddle: Policy.Straddle
  ) -> Verdict.Outcome {
    guard let reading else { return .unknown }
    let (above, below) = excess(reading, straddle)
    return above == nil && below == nil ? .pass : .fail
  }
}

extension Interval {
  enum Direction { case more, less }

  /// The number that is held against a limit.
  func end(towards direction: Direction, _ straddle: Policy.Straddle) -> Double {
    switch straddle {
    case .value: value
    case .pessimistic: direction == .more ? high : low
    case .optimistic: direction == .more ? low : high
    }
  }
}
