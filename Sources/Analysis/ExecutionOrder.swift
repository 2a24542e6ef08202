import OpGraph

extension MemoryPlan {
  /// Another order of the layers that has a lower peak; nil when none is found.
  ///
  /// Only branches leave a choice. Graphs with control flow, with a size that is unknown, or of more
  /// than 5,000 operators are not searched, nor are branches of more than 512 layers between two moments at which only one
  /// activation is live. The search is a beam search: the result is better, but not optimal.
  package static func reordered(_ workload: Workload) -> Alternative? {
    let graph = workload.graph
    guard workload.memory.run == .own, graph.regions.isEmpty, graph.nodes.count <= 5_000,
      let running = RunningGraph(graph, folds: workload.folds),
      let order = OrderSearch(running, graph).betterOrder()
    else { return nil }
    var first = [Int?](repeating: nil, count: running.bytes.count)
    var last = [Int](repeating: 0, count: running.bytes.count)
    for value in running.inputs { first[value] = 0 }
    for (place, index) in order.enumerated() {
      let step = running.steps[index]
      for value in running.writes(step) {
        first[value] = first[value] ?? place
        last[value] = place
      }
      for value in running.reads(step) { last[value] = place }
    }
    for value in running.results { last[value] = max(0, order.count - 1) }
    let buffers = first.indices.compactMap { value in
      first[value].map {
        ArenaBuffer(
          value: ValueID(value), bytes: running.bytes[value], first: $0, last: last[value])
      }
    }
    return Alternative(
      buffers, steps: order.count, layers: order.map { running.steps[$0].node })
  }
}

/// Searches orders of execution, part by part between moments at which one activation is live.
private struct OrderSearch {
  private static let longestPart = 512

  private let running: RunningGraph
  /// For each step, the steps that must come before it.
  private var before: [[Int]]
  /// For each activation, the steps that read it.
  private var readers: [[Int]]

  init(_ running: RunningGraph, _ graph: Graph) {
    self.running = running
    before = [[Int]](repeating: [], count: running.steps.count)
    readers = [[Int]](repeating: [], count: running.bytes.count)
    var producers = [Int?](repeating: nil, count: running.bytes.count)
    var previousOnState: Int?
    for (index, step) in running.steps.enumerated() {
      var needed = running.reads(step).compactMap { producers[$0] }
      // Operators on a state keep their order.
      if Self.actsOnState(graph.nodes[step.node], graph) {
        if let previousOnState { needed.append(previousOnState) }
        previousOnState = index
      }
      before[index] = needed
      for value in running.reads(step) { readers[value].append(index) }
      for value in running.writes(step) { producers[value] = index }
    }
  }

  private static func actsOnState(_ node: Node, _ graph: Graph) -> Bool {
    node.outputs.isEmpty || !node.operation.isRepeatable
      || node.inputs.contains { $0.map { graph[$0].origin == .state } ?? false }
  }

  /// An order with a lower peak than that of the file, as indices of steps.
  func betterOrder() -> [Int]? {
    var parts = self.parts()
    var searches: [Int: PartOrders] = [:]
    var isImproved = false
    while let worst = parts.indices.max(by: { parts[$0].peak < parts[$1].peak }) {
      let part = parts[worst]
      guard part.peak > 0, part.steps.count > 2, part.steps.count <= Self.longestPart else { break }
      let search = searches[worst] ?? orders(of: part)
      searches[worst] = search
      guard let better = search.order(below: part.peak) else { break }
      parts[worst].steps = better.steps
      parts[worst].peak = better.peak
      isImproved = true
    }
    return isImproved ? parts.flatMap(\.steps) : nil
  }

  private struct Part {
    /// At first in the order of the file, without a gap.
    var steps: [Int]
    /// Activations live when it starts.
    var live: [Int]
    var peak = 0
  }

  private func parts() -> [Part] {
    var parts: [Part] = []
    var live = running.inputs
    var liveBytes = live.reduce(0) { $0 + running.bytes[$1] }
    var readersLeft = readers.map(\.count)
    var part = Part(steps: [], live: Array(live))
    for (index, step) in running.steps.enumerated() {
      for value in running.writes(step) where live.insert(value).inserted {
        liveBytes += running.bytes[value]
      }
      part.steps.append(index)
      part.peak = max(part.peak, liveBytes)
      for value in running.reads(step) { readersLeft[value] -= 1 }
      for value in running.reads(step) + running.writes(step)
      where readersLeft[value] == 0 && !running.results.contains(value) {
        if live.remove(value) != nil { liveBytes -= running.bytes[value] }
      }
      if live.count <= 1 {
        parts.append(part)
        part = Part(steps: [], live: Array(live))
      }
    }
    return part.steps.isEmpty ? parts : parts + [part]
  }

  /// The orders that a part can have; its steps still stand in the order of the file.
  private func orders(of part: Part) -> PartOrders {
    let start = part.steps.min() ?? 0
    let members = start..<start + part.steps.count
    var places: [Int: Int] = [:]
    var values: [PartOrders.Value] = []
    func place(_ value: Int, madeBy producer: Int?) -> Int {
      if let place = places[value] { return place }
      var readBy = StepSet(count: members.count)
      for reader in readers[value] where members.contains(reader) {
        readBy.insert(reader - members.lowerBound)
      }
      let isKept =
        running.results.contains(value)
        || readers[value].contains { $0 >= members.upperBound }
      places[value] = values.count
      values.append(
        PartOrders.Value(
          bytes: running.bytes[value], readBy: readBy, isKept: isKept, producer: producer))
      return values.count - 1
    }
    let steps = members.map { index in
      let step = running.steps[index]
      let own = index - members.lowerBound
      let made = running.writes(step).map { place($0, madeBy: own) }
      var needs = StepSet(count: members.count)
      for other in before[index] where members.contains(other) {
        needs.insert(other - members.lowerBound)
      }
      return PartOrders.Step(
        needs: needs, made: made, read: running.reads(step).map { place($0, madeBy: nil) })
    }
    for value in part.live { _ = place(value, madeBy: nil) }
    return PartOrders(
      steps: steps, values: values, live: part.live.reduce(0) { $0 + running.bytes[$1] },
      offset: members.lowerBound)
  }
}
