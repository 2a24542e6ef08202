import OpGraph

extension MemoryPlan {
  /// Another order of the layers that has a lower peak; nil when none is found.
  ///
  /// Only branches leave a choice. Graphs with control flow, with a size that is unknown, or of more
  /// than 5,000 operators are not searched, nor are branches of more than 512 layers between two moments at which only one
  /// activation is live. The search is a beam search: the result is better, but not optimal.
  package static func reordered(_ workload: Workload) -> Alternative? {
    let graph = workload.graph
    guard graph.regions.isEmpty, graph.nodes.count <= 5_000,
      let running = RunningGraph(graph, folds: workload.folds),
      let order = OrderSearch(running, graph).betterOrder()
    else { return nil }
    var first: [Int: Int] = [:]
    var last: [Int: Int] = [:]
    for value in running.inputs { (first[value], last[value]) = (0, 0) }
    for (place, index) in order.enumerated() {
      let step = running.steps[index]
      for value in step.writes { first[value] = first[value] ?? place }
      for value in step.reads + step.writes { last[value] = place }
    }
    for value in running.results { last[value] = max(0, order.count - 1) }
    let buffers = first.keys.sorted().map { value in
      ArenaBuffer(
        value: ValueID(value), bytes: running.bytes[value] ?? 0, first: first[value] ?? 0,
        last: last[value] ?? 0)
    }
    return Alternative(
      buffers, steps: order.count, layers: order.map { running.steps[$0].node })
  }
}

/// Searches orders of execution, part by part between moments at which one activation is live.
private struct OrderSearch {
  private static let longestPart = 512
  /// How many states are kept: fewer where many layers are ready at once and the budget runs out.
  private static let widths = [48, 12, 3, 1]
  private static let mostCandidates = 200_000

  private let running: RunningGraph
  /// For each step, the steps that must come before and after it.
  private var before: [[Int]]
  private var after: [[Int]]
  /// For each activation, the steps that read it.
  private var readers: [Int: [Int]] = [:]

  init(_ running: RunningGraph, _ graph: Graph) {
    self.running = running
    before = [[Int]](repeating: [], count: running.steps.count)
    after = before
    var producers: [Int: Int] = [:]
    var previousOnState: Int?
    for (index, step) in running.steps.enumerated() {
      var needed = Set(step.reads.compactMap { producers[$0] })
      // Operators on a state keep their order.
      if Self.actsOnState(graph.nodes[step.node], graph) {
        if let previousOnState { needed.insert(previousOnState) }
        previousOnState = index
      }
      before[index] = needed.sorted()
      for other in needed { after[other].append(index) }
      for value in step.reads { readers[value, default: []].append(index) }
      for value in step.writes { producers[value] = index }
    }
  }

  private static func actsOnState(_ node: Node, _ graph: Graph) -> Bool {
    node.outputs.isEmpty || !node.operation.isRepeatable
      || node.inputs.contains { $0.map { graph[$0].origin == .state } ?? false }
  }

  /// An order with a lower peak than that of the file, as indices of steps.
  func betterOrder() -> [Int]? {
    var parts = self.parts()
    var isImproved = false
    while let worst = parts.indices.max(by: { parts[$0].peak < parts[$1].peak }) {
      let part = parts[worst]
      guard part.peak > 0, part.steps.count > 2, part.steps.count <= Self.longestPart,
        let better = search(part)
      else { break }
      parts[worst] = better
      isImproved = true
    }
    return isImproved ? parts.flatMap(\.steps) : nil
  }

  private struct Part {
    var steps: [Int]
    /// Activations live when it starts, and their bytes.
    var live: Set<Int>
    var peak: Int
  }

  private func parts() -> [Part] {
    var parts: [Part] = []
    var live = running.inputs
    var isDone = [Bool](repeating: false, count: running.steps.count)
    var part = Part(steps: [], live: live, peak: 0)
    for (index, step) in running.steps.enumerated() {
      live.formUnion(step.writes)
      part.steps.append(index)
      part.peak = max(part.peak, live.reduce(0) { $0 + (running.bytes[$1] ?? 0) })
      isDone[index] = true
      for value in step.reads + step.writes where isDead(value, isDone: { isDone[$0] }) {
        live.remove(value)
      }
      if live.count <= 1 {
        parts.append(part)
        part = Part(steps: [], live: live, peak: 0)
      }
    }
    return part.steps.isEmpty ? parts : parts + [part]
  }

  private func isDead(_ value: Int, isDone: (Int) -> Bool) -> Bool {
    !running.results.contains(value) && (readers[value] ?? []).allSatisfy(isDone)
  }

  private struct State {
    var done: Set<Int> = []
    var ready: [Int]
    var liveBytes: Int
    var peak = 0
    var order: [Int] = []
  }

  private struct Candidate {
    var state: Int
    var step: Int
    var peak: Int
    var liveBytes: Int
  }

  /// The same part in an order with a lower peak.
  private func search(_ part: Part) -> Part? {
    for width in Self.widths {
      if let found = search(part, width: width) { return found }
    }
    return nil
  }

  private func search(_ part: Part, width: Int) -> Part? {
    let members = Set(part.steps)
    func isReady(_ step: Int, _ done: Set<Int>) -> Bool {
      before[step].allSatisfy { !members.contains($0) || done.contains($0) }
    }
    let start = State(
      ready: part.steps.filter { isReady($0, []) },
      liveBytes: part.live.reduce(0) { $0 + (running.bytes[$1] ?? 0) })
    var beam = [start]
    var tried = 0
    for _ in part.steps {
      var candidates: [Candidate] = []
      for (place, state) in beam.enumerated() {
        for step in state.ready {
          let candidate = self.candidate(step, from: state, at: place, members)
          if candidate.peak < part.peak { candidates.append(candidate) }
        }
      }
      tried += candidates.count
      guard !candidates.isEmpty, tried < Self.mostCandidates else { return nil }
      candidates.sort {
        ($0.peak, $0.liveBytes, $0.step, $0.state) < ($1.peak, $1.liveBytes, $1.step, $1.state)
      }
      var seen: Set<Set<Int>> = []
      var next: [State] = []
      for candidate in candidates where next.count < width {
        var state = beam[candidate.state]
        state.done.insert(candidate.step)
        guard seen.insert(state.done).inserted else { continue }
        state.order.append(candidate.step)
        state.peak = candidate.peak
        state.liveBytes = candidate.liveBytes
        state.ready.removeAll { $0 == candidate.step }
        state.ready += after[candidate.step].filter {
          members.contains($0) && isReady($0, state.done)
        }
        next.append(state)
      }
      beam = next
    }
    return beam.first.map { Part(steps: $0.order, live: part.live, peak: $0.peak) }
  }

  private func candidate(
    _ step: Int, from state: State, at place: Int, _ members: Set<Int>
  ) -> Candidate {
    let made = running.steps[step].writes.reduce(0) { $0 + (running.bytes[$1] ?? 0) }
    let during = state.liveBytes + made
    let touched = running.steps[step].reads + running.steps[step].writes
    let freed = touched.filter { value in
      isDead(value) { $0 == step || state.done.contains($0) || !members.contains($0) && $0 < step }
    }
    let released = freed.reduce(0) { $0 + (running.bytes[$1] ?? 0) }
    return Candidate(
      state: place, step: step, peak: max(state.peak, during), liveBytes: during - released)
  }
}
