import Analysis
public import OpGraph

/// One or more operators that a unit carries out as a whole.
public struct Kernel: Sendable {
  /// Indices of the layers, the producer first.
  public var layers: [Int]
  /// Index of the compute unit in the stack.
  public var unit: Int
  /// Why the accelerator did not take it, if there is one and it did not.
  public var refusal: String?
  /// How often it runs in one inference; what it computes and moves is that of all runs.
  public var repetitions: SymbolicInt
  /// The bytes that the kernel moves: those of its layers without what stays inside it.
  public var traffic: MemoryTraffic
  /// Operands that were made on another unit and are brought over for this kernel.
  public var transfers: [ValueID] = []
}

/// Divides a workload into kernels: places layers on compute units and fuses followers.
struct KernelPlanner {
  private let workload: Workload
  private let stack: ExecutionStack
  /// For each value, the layers that read it.
  private let users: [[Int]]
  private let results: Set<Int>
  /// For each value, the place of the value that it is in memory.
  private let holders: [Int]

  init(_ workload: Workload, on stack: ExecutionStack) {
    self.workload = workload
    self.stack = stack
    var users = [[Int]](repeating: [], count: workload.graph.values.count)
    let holders = workload.holders
    for layer in workload.layers where layer.fold == nil {
      for input in layer.inputs.compactMap({ $0 }) {
        users[holders[input.index]].append(layer.index)
      }
    }
    self.users = users
    self.holders = holders
    results = Set(workload.graph.outputs.map { holders[$0.index] })
  }

  /// The kernels in execution order; folded layers and views are in none.
  func kernels() -> [Kernel] {
    var isTaken = [Bool](repeating: false, count: workload.layers.count)
    var kernels: [Kernel] = []
    for layer in workload.layers
    where layer.fold == nil && layer.kind != .view && !isTaken[layer.index] {
      let (unit, refusal) = placement(of: layer)
      let chain =
        recognizedPattern(from: layer, on: unit) ?? fusedChain(from: layer, on: unit, isTaken)
      for index in chain { isTaken[index] = true }
      kernels.append(
        Kernel(
          layers: chain, unit: unit, refusal: refusal, repetitions: layer.repetitions,
          traffic: traffic(of: chain)))
    }
    addTransfers(to: &kernels)
    return kernels
  }

  /// Finds the operands that lie on another unit; each is brought to a unit once.
  ///
  /// The model's own inputs and results are not among them: a stack's overhead per inference holds
  /// their crossing.
  private func addTransfers(to kernels: inout [Kernel]) {
    guard stack.units.count > 1 else { return }
    var kernelOfLayer = [Int?](repeating: nil, count: workload.layers.count)
    for (index, kernel) in kernels.enumerated() {
      for layer in kernel.layers { kernelOfLayer[layer] = index }
    }
    // The units on which each value lies.
    var units = [Set<Int>](repeating: [], count: workload.graph.values.count)
    for layer in workload.layers {
      if let index = kernelOfLayer[layer.index] {
        let unit = kernels[index].unit
        for input in layer.inputs.compactMap({ $0 })
        where !units[input.index].isEmpty && units[input.index].insert(unit).inserted {
          kernels[index].transfers.append(input)
        }
        for output in layer.outputs { units[output.index] = [unit] }
      } else if layer.fold != .constant, let source = layer.inputs.first.flatMap({ $0 }) {
        // The result of a view, or of a folded quantize, lies where its operand does.
        for output in layer.outputs { units[output.index] = units[source.index] }
      }
    }
  }

  private func placement(of layer: Layer) -> (unit: Int, refusal: String?) {
    var refusal: String?
    for (index, unit) in stack.units.enumerated() {
      guard let accepts = unit.accepts, let reason = accepts.refusal(of: layer) else {
        return (index, refusal)
      }
      refusal = refusal ?? reason
    }
    return (stack.units.count - 1, refusal)
  }

  /// The layers of the function that starts with a layer, if the stack runs it as one kernel.
  private func recognizedPattern(from first: Layer, on unit: Int) -> [Int]? {
    guard let pattern = first.pattern, pattern.nodes.first == first.index,
      stack.patterns?.contains(pattern.name) == true
    else { return nil }
    let members = pattern.nodes.filter { workload.layers[$0].kind != .view }
    return members.allSatisfy { placement(of: workload.layers[$0]).unit == unit } ? members : nil
  }

  /// The longest sequence of followers that the stack fuses into a layer.
  private func fusedChain(from first: Layer, on unit: Int, _ isTaken: [Bool]) -> [Int] {
    var chain = [first.index]
    var kinds = [first.kind]
    var longest = chain
    while let next = onlyUser(of: chain[chain.count - 1]), !isTaken[next],
      workload.layers[next].region == first.region,
      placement(of: workload.layers[next]).unit == unit
    {
      kinds.append(workload.layers[next].kind)
      guard stack.fusions.contains(where: { $0.starts(with: kinds) }) else { break }
      chain.append(next)
      if stack.fusions.contains(kinds) { longest = chain }
    }
    return longest
  }

  /// The only layer that reads a layer's only result, when the result goes nowhere else.
  private func onlyUser(of layer: Int) -> Int? {
    let outputs = workload.layers[layer].outputs
    guard outputs.count == 1 else { return nil }
    let held = holders[outputs[0].index]
    guard !results.contains(held), users[held].count == 1 else { return nil }
    return users[held][0]
  }

  /// What the layers move but for tensors that only they read, which stay inside the kernel.
  private func traffic(of chain: [Int]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    for index in chain { traffic += workload.layers[index].traffic }
    let members = Set(chain)
    for index in chain.dropLast() {
      let layer = workload.layers[index]
      for output in layer.outputs {
        let readers = users[holders[output.index]]
        guard !results.contains(holders[output.index]), readers.allSatisfy(members.contains) else {
          continue
        }
        let inner = workload.graph[output].type.storageBytes * layer.repetitions
        traffic.activationsWritten = traffic.activationsWritten - inner
        traffic.activationsRead =
          traffic.activationsRead - inner * .fixed(readers.count)
      }
    }
    return traffic
  }
}
