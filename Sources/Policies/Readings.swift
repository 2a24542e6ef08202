import Quantities

/// What rules ask of a subject: each answer is found once, however many rules ask for it.
struct Readings {
  let subject: Subject
  private let layersByOperator: [String: [Int]]
  private var layersByName: [String: [Int]]?
  private var sums: [Key: Interval?] = [:]
  private var columns: [Metric: [Interval?]] = [:]

  /// A metric of an operator's layers, or of the whole model.
  struct Key: Hashable {
    var metric: Metric
    var `operator`: String?
  }

  init(_ subject: Subject) {
    self.subject = subject
    let layers = subject.layers
    layersByOperator = Dictionary(grouping: layers.indices) { layers[$0].operator }
  }

  func hasLayers(of name: String) -> Bool { layersByOperator[name] != nil }

  /// The layers that a rule's `layer` names, in the model's order.
  mutating func layers(matching pattern: String) -> [Int] {
    let layers = subject.layers
    if NamePattern.isName(pattern) {
      let places = layersByName ?? Dictionary(grouping: layers.indices) { layers[$0].name }
      layersByName = places
      return places[pattern] ?? []
    }
    let names = NamePattern(pattern)
    return layers.indices.filter { names.matches(layers[$0].name) }
  }

  /// A metric of each layer.
  mutating func column(_ metric: Metric) -> [Interval?] {
    if let column = columns[metric] { return column }
    let column = subject.layers.map { $0.readings[metric] }
    columns[metric] = column
    return column
  }

  /// The reading of a rule that is not of layers.
  mutating func reading(_ rule: Rule) -> Interval? {
    if let code = rule.code { return Interval(Double(subject.diagnostics[code] ?? 0)) }
    guard let name = rule.operator else { return subject.readings[rule.metric] }
    let key = Key(metric: rule.metric, operator: name)
    if let sum = sums[key] { return sum }
    let sum = sum(rule.metric, of: name)
    sums[key] = .some(sum)
    return sum
  }

  /// The sum over the layers of an operator; nil when one of them is not known.
  private func sum(_ metric: Metric, of name: String) -> Interval? {
    var sum = Interval(0)
    for place in layersByOperator[name] ?? [] {
      guard let reading = subject.layers[place].readings[metric] else { return nil }
      sum.value += reading.value
      sum.low += reading.low
      sum.high += reading.high
    }
    return sum
  }
}
