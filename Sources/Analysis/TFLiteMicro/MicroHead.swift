import OpGraph

/// The head of TFLite Micro's arena: the tensors of all subgraphs, and scratch of kernels.
///
/// Time is counted as TFLite Micro does: a step for each operator, and one for each subgraph that an
/// operator runs, between the step of the operator and the next. What no step reaches (the tensors of a
/// subgraph that nothing runs) has a time of its own, all of it together.
// bounded: places, steps up to a maximum, and sums of 4,000 sizes of at most 2^48 bytes
struct MicroHead {
  /// A tensor in the arena.
  struct Place: Hashable {
    var subgraph: Int
    var tensor: Int
  }

  private(set) var bytes = 0
  /// Where each tensor starts.
  private(set) var offsets: [Place: Int] = [:]
  /// The most bytes of tensors that are live at one step.
  private(set) var livePeakBytes = 0
  /// How many buffers there are.
  private(set) var buffers = 0

  /// A subgraph may run several others, and they others in turn.
  private static let maximumSteps = 200_000

  /// - Parameter scratch: By subgraph and operator, the buffers that its kernel asks for.
  /// - Returns: Nil when there are too many buffers to plan, or the calls do not end.
  init?(_ program: StoredProgram, scratch: [[[Int]]]) {
    var lifetimes = Lifetimes(program)
    guard lifetimes.visit(0) else { return nil }
    let starts = program.starts
    var requests: [ArenaRequest] = []
    var places: [Place] = []
    for (index, subgraph) in program.subgraphs.enumerated() {
      let handles = subgraph.handles
      for (tensor, stored) in subgraph.tensors.enumerated() {
        let bytes = stored.bytes
        if stored.stored != nil || stored.isVariable || bytes == 0 || handles.contains(tensor) {
          continue
        }
        let span = lifetimes.tensors[starts[index] + tensor]
        let offset = program.plannedOffsets.flatMap { offsets in
          let place = starts[index] + tensor
          return offsets.indices.contains(place) && offsets[place] >= 0 ? offsets[place] : nil
        }
        requests.append(
          ArenaRequest(
            bytes: bytes, first: span.first, last: span.last, fixedOffset: offset))
        places.append(Place(subgraph: index, tensor: tensor))
      }
    }
    guard requests.count <= ArenaPlan.maximumBuffers else { return nil }
    livePeakBytes = Self.livePeak(requests, steps: lifetimes.step + 1)
    for (index, operators) in scratch.enumerated() {
      for (op, sizes) in operators.enumerated() {
        let span = lifetimes.operators[index][op]
        requests += sizes.map { ArenaRequest(bytes: $0, first: span.first, last: span.last) }
      }
    }
    guard let plan = ArenaPlan(requests) else { return nil }
    bytes = plan.bytes
    buffers = requests.count
    for (index, place) in places.enumerated() { offsets[place] = plan.offsets[index] }
  }

  private static func livePeak(_ requests: [ArenaRequest], steps: Int) -> Int {
    // What no step reaches is live at step -1.
    var change = [Int](repeating: 0, count: steps + 2)
    for request in requests {
      change[request.first + 1] += request.bytes
      change[request.last + 2] -= request.bytes
    }
    var live = 0
    return change.reduce(0) { peak, step in
      live += step
      return max(peak, live)
    }
  }

  /// The first and the last step of tensors and operators.
  private struct Lifetimes {
    struct Span {
      var first = -1
      var last = -1

      mutating func join(_ other: Span) {
        guard other.first >= 0 else { return }
        first = first < 0 ? other.first : min(first, other.first)
        last = max(last, other.last)
      }
    }

    let program: StoredProgram
    let starts: [Int]
    var tensors: [Span]
    var operators: [[Span]]
    var step = 0
    var stack: [Int] = []
    var visited = 0

    init(_ program: StoredProgram) {
      self.program = program
      starts = program.starts
      tensors = [Span](
        repeating: Span(), count: program.subgraphs.map(\.tensors.count).reduce(0, +))
      operators = program.subgraphs.map { [Span](repeating: Span(), count: $0.operators.count) }
    }

    /// - Returns: False when subgraphs call each other without end.
    mutating func visit(_ index: Int) -> Bool {
      guard program.subgraphs.indices.contains(index), !stack.contains(index) else { return false }
      stack.append(index)
      defer { stack.removeLast() }
      let subgraph = program.subgraphs[index]
      let start = starts[index]
      let own = start..<start + subgraph.tensors.count
      let (before, operatorsBefore) = (tensors[own], operators[index])
      defer {
        // What runs again is live from its first time to its last.
        for place in own { tensors[place].join(before[place]) }
        for place in operatorsBefore.indices {
          operators[index][place].join(operatorsBefore[place])
        }
      }
      for tensor in subgraph.inputs + subgraph.outputs {
        tensors[start + tensor] = Span(first: step, last: step)
      }
      for (place, op) in subgraph.operators.enumerated() {
        visited += 1
        guard visited <= MicroHead.maximumSteps else { return false }
        step += 1
        let first = step
        for tensor in op.outputs where tensor >= 0 {
          tensors[start + tensor] = Span(first: step, last: step)
        }
        for called in op.subgraphs {
          step += 1
          guard visit(called) else { return false }
        }
        for tensor in op.inputs + op.outputs where tensor >= 0 {
          tensors[start + tensor].last = step
        }
        operators[index][place] = Span(first: first, last: step)
      }
      for tensor in subgraph.outputs { tensors[start + tensor].last = step }
      return true
    }
  }
}

extension StoredProgram {
  // bounded: numbers of tensors in memory
  /// By subgraph, the number of tensors in those before it.
  var starts: [Int] {
    var start = 0
    return subgraphs.map { subgraph in
      defer { start += subgraph.tensors.count }
      return start
    }
  }
}

extension StoredProgram.Subgraph {
  /// Tensors that stand for a variable: the kernel that makes one points it at a number of its own.
  var handles: Set<Int> {
    Set(operators.lazy.filter { $0.name == "VAR_HANDLE" }.compactMap(\.outputs.first))
  }
}
