/// The orders that some steps can have, and a search for one that needs less memory.
///
/// Steps and activations are known by their places in the part, so that sets of steps are a few words.
struct PartOrders {
  struct Step {
    /// The steps that must come before it.
    var needs: StepSet
    /// Activations that it writes, and those that it reads.
    var made: [Int]
    var read: [Int]
    var madeBytes = 0
    /// The steps that need it.
    var neededBy: [Int] = []
  }

  struct Value {
    var bytes: Int
    /// The steps that read it.
    var readBy: StepSet
    /// Whether something after the part needs it.
    var isKept: Bool
    /// The step that makes it; nil for what is there from the start.
    var producer: Int?
  }

  /// How many states are kept: fewer where many layers are ready at once and the budget runs out.
  private static let widths = [48, 12, 3, 1]
  private static let mostCandidates = 200_000

  private var steps: [Step]
  private let values: [Value]
  /// Bytes that are live at the start.
  private let live: Int
  private let offset: Int
  /// Bytes that are live at some step in whatever order.
  private let lowerBound: Int

  /// - Parameters:
  ///   - steps: In an order in which they can run.
  ///   - values: All activations that the steps read or write, or that are live at the start.
  ///   - live: Bytes of those that are live at the start.
  ///   - offset: The index of the first step in the graph.
  init(steps: [Step], values: [Value], live: Int, offset: Int) {
    self.steps = steps
    for index in steps.indices {
      self.steps[index].madeBytes = steps[index].made.reduce(0) { $0 + values[$1].bytes }
      for other in steps.indices where steps[index].needs.contains(other) {
        self.steps[other].neededBy.append(index)
      }
    }
    self.values = values
    self.live = live
    self.offset = offset
    lowerBound = Self.lowerBound(self.steps, values)
  }

  /// At a step everything is live that it or a step before it makes, and that it or a step that needs
  /// it reads: no order can change that.
  private static func lowerBound(_ steps: [Step], _ values: [Value]) -> Int {
    let none = StepSet(count: steps.count)
    var before = [StepSet](repeating: none, count: steps.count)
    for (index, step) in steps.enumerated() {
      before[index] = step.needs
      for other in steps.indices where step.needs.contains(other) {
        before[index].formUnion(before[other])
      }
    }
    var after = [StepSet](repeating: none, count: steps.count)
    for index in steps.indices.reversed() {
      for other in steps[index].neededBy {
        after[index].insert(other)
        after[index].formUnion(after[other])
      }
    }
    return steps.indices.map { index in
      var needing = after[index]
      needing.insert(index)
      return values.reduce(0) { sum, value in
        let isLive: Bool
        if let producer = value.producer {
          isLive =
            producer == index
            || before[index].contains(producer)
              && (value.isKept || value.readBy.intersects(needing))
        } else {
          // What no step of the part reads stays as it is.
          isLive = value.isKept || value.readBy.isEmpty || value.readBy.intersects(needing)
        }
        return isLive ? sum + value.bytes : sum
      }
    }.max() ?? 0
  }

  /// An order with a peak below a number of bytes, as indices of the graph's steps; nil when none is
  /// found.
  func order(below peak: Int) -> (steps: [Int], peak: Int)? {
    guard lowerBound < peak else { return nil }
    for width in Self.widths {
      if let found = search(width: width, below: peak) {
        return (found.order.map { $0 + offset }, found.peak)
      }
    }
    return nil
  }

  private struct State {
    var done: StepSet
    var ready: StepSet
    var liveBytes: Int
    var peak = 0
    var order: [Int] = []
  }

  private struct Candidate: Comparable {
    var peak: Int
    var liveBytes: Int
    var step: Int
    var state: Int

    static func < (left: Candidate, right: Candidate) -> Bool {
      (left.peak, left.liveBytes, left.step, left.state)
        < (right.peak, right.liveBytes, right.step, right.state)
    }
  }

  private func search(width: Int, below limit: Int) -> State? {
    let none = StepSet(count: steps.count)
    var start = State(done: none, ready: none, liveBytes: live)
    for (index, step) in steps.enumerated() where step.needs.isEmpty { start.ready.insert(index) }
    var beam = [start]
    var tried = 0
    for _ in steps {
      var candidates: [Candidate] = []
      for (place, state) in beam.enumerated() {
        state.ready.forEach { step in
          let candidate = self.candidate(step, from: state, at: place)
          if candidate.peak < limit { candidates.append(candidate) }
        }
      }
      tried += candidates.count
      guard !candidates.isEmpty, tried < Self.mostCandidates else { return nil }
      var best = Heap(candidates)
      var seen: Set<StepSet> = []
      var next: [State] = []
      while next.count < width, let candidate = best.popLeast() {
        var done = beam[candidate.state].done
        done.insert(candidate.step)
        guard seen.insert(done).inserted else { continue }
        var state = beam[candidate.state]
        state.done = done
        state.order.append(candidate.step)
        state.peak = candidate.peak
        state.liveBytes = candidate.liveBytes
        state.ready.remove(candidate.step)
        for later in steps[candidate.step].neededBy where steps[later].needs.isSubset(of: done) {
          state.ready.insert(later)
        }
        next.append(state)
      }
      beam = next
    }
    return beam.first
  }

  private func candidate(_ step: Int, from state: State, at place: Int) -> Candidate {
    let during = state.liveBytes + steps[step].madeBytes
    var released = 0
    for touched in [steps[step].read, steps[step].made] {
      for value in touched
      where !values[value].isKept && values[value].readBy.isSubset(of: state.done, and: step) {
        released += values[value].bytes
      }
    }
    return Candidate(
      peak: max(state.peak, during), liveBytes: during - released, step: step, state: place)
  }
}

/// A set of small numbers.
struct StepSet: Hashable {
  private var words: [UInt64]

  /// An empty set of numbers below `count`.
  init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func contains(_ number: Int) -> Bool { words[number >> 6] >> UInt64(number & 63) & 1 == 1 }

  mutating func insert(_ number: Int) { words[number >> 6] |= 1 << UInt64(number & 63) }

  mutating func remove(_ number: Int) { words[number >> 6] &= ~(1 << UInt64(number & 63)) }

  mutating func formUnion(_ other: StepSet) {
    for place in words.indices { words[place] |= other.words[place] }
  }

  func intersects(_ other: StepSet) -> Bool {
    for place in words.indices where words[place] & other.words[place] != 0 { return true }
    return false
  }

  /// Whether all numbers are in another set.
  func isSubset(of other: StepSet) -> Bool {
    for place in words.indices where words[place] & ~other.words[place] != 0 { return false }
    return true
  }

  /// Whether all numbers are in another set or are a certain one.
  func isSubset(of other: StepSet, and number: Int) -> Bool {
    for place in words.indices {
      var rest = words[place] & ~other.words[place]
      if place == number >> 6 { rest &= ~(1 << UInt64(number & 63)) }
      if rest != 0 { return false }
    }
    return true
  }

  /// Calls a function with each number, the least first.
  func forEach(_ body: (Int) -> Void) {
    for (place, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(place << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}

/// Elements of which the least are taken out, one after the other.
private struct Heap<Element: Comparable> {
  private var elements: [Element]

  init(_ elements: [Element]) {
    self.elements = elements
    for place in stride(from: elements.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  mutating func popLeast() -> Element? {
    guard let least = elements.first else { return nil }
    let last = elements.removeLast()
    if !elements.isEmpty {
      elements[0] = last
      sink(0)
    }
    return least
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while 2 * place + 1 < elements.count {
      var child = 2 * place + 1
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < elements[place] else { return }
      elements.swapAt(child, place)
      place = child
    }
  }
}
