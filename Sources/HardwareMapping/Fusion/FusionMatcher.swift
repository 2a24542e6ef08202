import Analysis
import DeviceProfiles
import OpGraph

extension SymbolicInt {
  /// A layer may read less of an operand than all of it, so that what is taken off is too much.
  fileprivate var notNegative: SymbolicInt { fixedValue.map { .fixed(Swift.max(0, $0)) } ?? self }
}

/// Finds the layers that become one kernel by the patterns of a runtime.
struct FusionMatcher {
  /// Layers in the order of the data that flows through them, and the patterns that joined them.
  struct Match {
    var layers: [Int]
    var patterns: [FusionPatternName] = []
  }

  private let workload: Workload
  private let patterns: [FusionPattern]
  private let functions: [String: FusionPatternName]
  private let flow: DataFlow
  private let results: Set<Int>
  /// Whether two layers lie on one compute unit, which a kernel cannot leave.
  private let sharesUnit: (Int, Int) -> Bool

  init(
    _ workload: Workload, _ flow: DataFlow, patterns: [FusionPattern],
    sharesUnit: @escaping (Int, Int) -> Bool
  ) {
    self.workload = workload
    self.flow = flow
    self.patterns = patterns.filter { $0.steps != nil }
    functions = Dictionary(
      patterns.compactMap { pattern in pattern.function.map { ($0, pattern.name) } }
    ) { first, _ in first }
    self.sharesUnit = sharesUnit
    results = Set(workload.graph.outputs.map(flow.holder))
  }

  /// The kernel that starts with a layer; only the layer itself when no pattern fits.
  func match(from first: Int, isTaken: [Bool]) -> Match {
    if let function = function(from: first, isTaken) { return function }
    var match = Match(layers: [first])
    // What one pattern ends with another may start with: a pad, a convolution, its activation.
    while let last = match.layers.last, let longest = longestChain(from: last, isTaken) {
      match.layers += longest.layers.dropFirst()
      match.patterns += longest.patterns
    }
    return withOperands(match, isTaken)
  }

  private func function(from first: Int, _ isTaken: [Bool]) -> Match? {
    guard let pattern = workload.layers[first].pattern, pattern.nodes.first == first,
      let name = functions[pattern.name]
    else { return nil }
    let members = pattern.nodes.filter { workload.layers[$0].kind != .view }
    guard members.allSatisfy({ sharesUnit(first, $0) && !isTaken[$0] }) else { return nil }
    return Match(layers: members, patterns: [name])
  }

  private func longestChain(from first: Int, _ isTaken: [Bool]) -> Match? {
    var longest: Match?
    for pattern in patterns where pattern.operands == nil {
      guard let chain = chain(pattern.steps ?? [], from: first, isTaken),
        chain.count > longest?.layers.count ?? 1
      else { continue }
      longest = Match(layers: chain, patterns: [pattern.name])
    }
    return longest
  }

  /// The layers that a pattern's steps match, as many as do; nil when a step that must match does
  /// not.
  private func chain(
    _ steps: [FusionPattern.Step], from first: Int, _ isTaken: [Bool]
  ) -> [Int]? {
    guard let step = steps.first, step.matches(workload.layers[first]) else { return nil }
    var chain = [first]
    for step in steps.dropFirst() {
      if let next = follower(of: chain[chain.count - 1]), !isTaken[next],
        step.matches(workload.layers[next]), fits(step.others, next, after: chain)
      {
        chain.append(next)
      } else if step.isOptional != true {
        return nil
      }
    }
    return chain
  }

  private func fits(
    _ others: FusionPattern.Step.Others?, _ layer: Int, after chain: [Int]
  ) -> Bool {
    guard let others else { return true }
    let made = Set(chain.flatMap { workload.layers[$0].outputs })
    let rest = workload.layers[layer].inputs.compactMap { $0 }.filter { !made.contains($0) }
    return !rest.isEmpty
      && rest.allSatisfy { workload.graph[$0].isConstant == (others == .constant) }
  }

  /// Producers of operands of the first layer alone join it, if a pattern states it.
  private func withOperands(_ match: Match, _ isTaken: [Bool]) -> Match {
    for pattern in patterns {
      guard let joining = pattern.operands, let steps = pattern.steps else { continue }
      // The first of those layers in the order of execution starts the kernel.
      guard joining.contains(workload.layers[match.layers[0]].operatorName),
        let centre = follower(of: match.layers[0]), !isTaken[centre],
        let chain = chain(steps, from: centre, isTaken)
      else { continue }
      let operands = workload.layers[centre].inputs.compactMap { $0 }
        .compactMap(flow.producer)
        .filter { producer in
          joining.contains(workload.layers[producer].operatorName) && !isTaken[producer]
            && follower(of: producer) == centre
        }
      return Match(
        layers: Set(operands).sorted() + chain, patterns: match.patterns + [pattern.name])
    }
    return match
  }

  /// The only layer that reads a layer's only result, and only once, when it can be part of the same
  /// kernel.
  private func follower(of layer: Int) -> Int? {
    let outputs = workload.layers[layer].outputs
    guard outputs.count == 1 else { return nil }
    let consumers = flow.consumers(of: outputs[0])
    guard !results.contains(flow.holder(of: outputs[0])), consumers.count == 1,
      operands(of: consumers[0], thatAre: outputs[0]).count == 1
    else { return nil }
    let next = consumers[0]
    return workload.layers[next].region == workload.layers[layer].region && sharesUnit(layer, next)
      ? next : nil
  }

  /// The operands of a layer that are a value in memory.
  private func operands(of layer: Int, thatAre value: ValueID) -> [ValueID] {
    workload.layers[layer].inputs.compactMap { $0 }
      .filter { flow.holder(of: $0) == flow.holder(of: value) }
  }

  /// The traffic of the layers of a kernel: without the tensors that stay inside.
  func traffic(of layers: [Int]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    for index in layers { traffic += workload.layers[index].traffic }
    let members = Set(layers)
    for index in layers {
      let layer = workload.layers[index]
      for output in layer.outputs {
        let consumers = flow.consumers(of: output)
        guard !results.contains(flow.holder(of: output)), !consumers.isEmpty,
          consumers.allSatisfy(members.contains)
        else { continue }
        let written = workload.graph[output].type.storageBytes * layer.repetitions
        let read = consumers.map { consumer in
          operands(of: consumer, thatAre: output).map { workload.graph[$0].type.packedBytes }.sum
            * workload.layers[consumer].repetitions
        }.sum
        traffic.activationsWritten = (traffic.activationsWritten - written).notNegative
        traffic.activationsRead = (traffic.activationsRead - read).notNegative
      }
    }
    return traffic
  }
}

extension FusionPattern.Step {
  fileprivate func matches(_ layer: Layer) -> Bool {
    kinds?.contains(layer.kind) ?? false || operators?.contains(layer.operatorName) ?? false
  }
}
