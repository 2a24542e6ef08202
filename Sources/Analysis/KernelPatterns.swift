import OpGraph

/// Operators of a file that form one function.
package struct KernelPattern: Hashable, Sendable {
  /// The canonical name of the function, such as `Gelu`.
  package var name: String
  /// Indices of the operators, in execution order.
  package var nodes: [Int]
}

/// Finds groups of operators that a file writes a single function with, such as GELU as a division,
/// an error function, an addition and two multiplications.
///
/// A runtime that recognises such a group runs one kernel, which a mapping can take into account;
/// the counts stay those of the operators.
///
/// Requires: types and constants known. Ensures: all operators of a group lie in one region, each is
/// in one group, and no operator outside reads what lies between them.
struct KernelPatterns {
  private let graph: Graph
  private let consumers: Consumers
  private let producers: [Int?]
  private let results: Set<ValueID>
  private let folds: [InferredGraph.Fold?]
  /// Nodes that may be the characteristic part of a group.
  private let characteristic: [Int]

  init(_ graph: Graph, folds: [InferredGraph.Fold?]) {
    self.graph = graph
    self.folds = folds
    results = Set(graph.outputs)
    characteristic = graph.nodes.indices.filter { index in
      folds[index] == nil && Self.search(around: graph.nodes[index].operation.name) != nil
    }
    // Most graphs of convolutions have none.
    consumers = characteristic.isEmpty ? Consumers() : graph.consumersByValue()
    producers = characteristic.isEmpty ? [] : graph.producersByValue()
  }

  private func isLeftOut(_ node: Int) -> Bool { folds[node] != nil }

  /// The groups, in the order of their first operators.
  func groups() -> [KernelPattern] {
    var taken: Set<Int> = []
    var found: [KernelPattern] = []
    for index in characteristic {
      let search = Self.search(around: graph.nodes[index].operation.name)
      for (name, nodes) in search?(self, index) ?? [] {
        let members = nodes.sorted()
        guard taken.isDisjoint(with: members), isClosed(members) else { continue }
        taken.formUnion(members)
        found.append(KernelPattern(name: name, nodes: members))
        break
      }
    }
    return found.sorted { $0.nodes[0] < $1.nodes[0] }
  }

  /// Finds what a node may be the characteristic part of, the larger groups first.
  private typealias Search = (KernelPatterns, Int) -> [(name: String, nodes: [Int])]

  /// The search for groups with a characteristic operator; nil where none has it.
  private static func search(around name: OperatorName) -> Search? {
    switch name {
    case .erf: { patterns, node in patterns.gelu(node).map { [("Gelu", $0)] } ?? [] }
    case .sqrt: { $0.normalizations($1) }
    case .tanh:
      { patterns, node in
        patterns.tanhGelu(node).map { [("Gelu", $0)] } ?? patterns.mish(node)
      }
    case .sigmoid: { $0.gated($1, name: "Swish") }
    case .hardSigmoid: { $0.gated($1, name: "HardSwish") }
    case .relu6: { $0.hardSwish($1) }
    case .softmax, .logSoftmax: { $0.attention($1) }
    default: nil
    }
  }

  // MARK: Patterns

  /// x * (1 + erf(x / sqrt 2)) * 0.5, with the half before or after.
  private func gelu(_ erf: Int) -> [Int]? {
    guard let scaled = producer(of: erf), isScaling(scaled), let plusOne = onlyUser(of: erf),
      isFunction(plusOne, .add), hasConstant(plusOne)
    else { return nil }
    return products([scaled, erf, plusOne], of: dataOperand(of: scaled), count: 2)
  }

  /// The operators are x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) * 0.5.
  private func tanhGelu(_ tanh: Int) -> [Int]? {
    guard let scaled = producer(of: tanh), isScaling(scaled), let sum = producer(of: scaled),
      isFunction(sum, .add), let plusOne = onlyUser(of: tanh), isFunction(plusOne, .add),
      hasConstant(plusOne)
    else { return nil }
    // One operand of the sum is x, the other a polynomial of it.
    for (x, cubic) in ordered(graph.nodes[sum].inputs) {
      guard let cube = powers(endingIn: cubic, of: x) else { continue }
      if let all = products(cube + [sum, scaled, tanh, plusOne], of: x, count: 2) { return all }
    }
    return nil
  }

  /// The operators are x * tanh(softplus(x)).
  private func mish(_ tanh: Int) -> [(name: String, nodes: [Int])] {
    guard let softplus = producer(of: tanh),
      (graph.nodes[softplus].operation as? Activation)?.function == .softplus,
      let nodes = products([softplus, tanh], of: dataOperand(of: softplus), count: 1)
    else { return [] }
    return [("Mish", nodes)]
  }

  /// The operators are x * f(x).
  private func gated(_ gate: Int, name: String) -> [(name: String, nodes: [Int])] {
    products([gate], of: dataOperand(of: gate), count: 1).map { [(name, $0)] } ?? []
  }

  /// The operators are x * relu6(x + 3) / 6.
  private func hardSwish(_ relu6: Int) -> [(name: String, nodes: [Int])] {
    guard let plusThree = producer(of: relu6), isFunction(plusThree, .add), hasConstant(plusThree),
      let nodes = products([plusThree, relu6], of: dataOperand(of: plusThree), count: 2)
    else { return [] }
    return [("HardSwish", nodes)]
  }

  /// (x - mean x) / sqrt(mean (x - mean x)^2 + e), or x / sqrt(mean x^2 + e), scaled and shifted.
  private func normalizations(_ root: Int) -> [(name: String, nodes: [Int])] {
    guard let plusEpsilon = producer(of: root), isFunction(plusEpsilon, .add),
      hasConstant(plusEpsilon), let variance = producer(of: plusEpsilon), isMean(variance),
      let square = producer(of: variance), let centred = dataOperand(of: square),
      [.power, .multiply, .square].contains(where: { isFunction(square, $0) })
    else { return [] }
    var nodes = [square, variance, plusEpsilon, root]
    var divisor = root
    if let reciprocal = onlyUser(of: root), isFunction(reciprocal, .reciprocal) {
      nodes.append(reciprocal)
      divisor = reciprocal
    }
    guard let quotient = onlyUser(of: divisor),
      isFunction(quotient, .divide) || isFunction(quotient, .multiply),
      graph.nodes[quotient].inputs.contains(centred)
    else { return [] }
    nodes.append(quotient)
    var name = "RMSNormalization"
    if let difference = producers[centred.index], isFunction(difference, .subtract),
      let mean = graph.nodes[difference].inputs.dropFirst().first.flatMap({ $0 }),
      let makesMean = producers[mean.index], isMean(makesMean)
    {
      nodes += [difference, makesMean]
      name = "LayerNormalization"
    }
    var longer = [nodes]
    for function in [Elementwise.Function.multiply, .add] {
      guard let last = longer.last?.max(), let next = onlyUser(of: last), hasConstant(next),
        isFunction(next, function)
      else { break }
      longer.append((longer.last ?? []) + [next])
    }
    return longer.reversed().map { (name, $0) }
  }

  /// The operators are softmax(q k / s + mask) v.
  private func attention(_ softmax: Int) -> [(name: String, nodes: [Int])] {
    guard let values = onlyUser(of: softmax), graph.nodes[values].operation is MatMul,
      graph.nodes[values].inputs.first == graph.nodes[softmax].outputs.first
    else { return [] }
    var nodes = [softmax, values]
    var current = softmax
    while let before = producer(of: current), nodes.count < 6 {
      nodes.append(before)
      if graph.nodes[before].operation is MatMul { return [("Attention", nodes)] }
      guard isScaling(before) || isFunction(before, .add) || isFunction(before, .select) else {
        return []
      }
      current = before
    }
    return []
  }

  // MARK: Steps

  /// The group with up to so many products that follow it, one of which is with `x`.
  private func products(_ group: [Int], of x: ValueID?, count: Int) -> [Int]? {
    guard let x, var last = group.max() else { return nil }
    var nodes = group
    var meetsX = false
    for _ in 0..<count {
      guard let next = onlyUser(of: last), isFunction(next, .multiply) || isScaling(next) else {
        break
      }
      let others = graph.nodes[next].inputs.compactMap { $0 }
        .filter { !graph.nodes[last].outputs.contains($0) && !graph[$0].isConstant }
      if let other = others.first {
        if other == x {
          meetsX = true
        } else if let scaled = producers[other.index], isScaling(scaled),
          dataOperand(of: scaled) == x
        {
          nodes.append(scaled)
          meetsX = true
        } else {
          break
        }
      }
      nodes.append(next)
      last = next
    }
    return meetsX ? nodes : nil
  }

  /// The nodes that make a value out of powers of `x` and constants; nil when others take part.
  private func powers(endingIn value: ValueID?, of x: ValueID?) -> [Int]? {
    guard let value, let x, value != x else { return nil }
    var nodes: Set<Int> = []
    var open = [value]
    while let next = open.popLast() {
      if next == x || graph[next].isConstant { continue }
      guard nodes.count < 4, let node = producers[next.index],
        isFunction(node, .multiply) || isFunction(node, .power) || isFunction(node, .square)
      else { return nil }
      nodes.insert(node)
      open += graph.nodes[node].inputs.compactMap { $0 }
    }
    return Array(nodes)
  }

  /// Both orders of two operands.
  private func ordered(_ inputs: [ValueID?]) -> [(ValueID?, ValueID?)] {
    inputs.count == 2 ? [(inputs[0], inputs[1]), (inputs[1], inputs[0])] : []
  }

  /// Operators of a pattern have few operands; one with more can be next to any number of patterns.
  private static let mostOperands = 8

  private func isFunction(_ node: Int, _ function: Elementwise.Function) -> Bool {
    graph.nodes[node].inputs.count <= Self.mostOperands
      && (graph.nodes[node].operation as? Elementwise)?.function == function
  }

  /// Whether a node multiplies or divides by a constant.
  private func isScaling(_ node: Int) -> Bool {
    (isFunction(node, .multiply) || isFunction(node, .divide)) && hasConstant(node)
  }

  private func isMean(_ node: Int) -> Bool {
    (graph.nodes[node].operation as? Reduction)?.function == .mean
  }

  private func hasConstant(_ node: Int) -> Bool {
    graph.nodes[node].inputs.count <= Self.mostOperands
      && graph.nodes[node].inputs.contains { $0.map { graph[$0].isConstant } ?? false }
  }

  /// The operand that changes between inferences, when it is one.
  private func dataOperand(of node: Int) -> ValueID? {
    guard graph.nodes[node].inputs.count <= Self.mostOperands else { return nil }
    let data = Set(graph.nodes[node].inputs.compactMap { $0 }.filter { !graph[$0].isConstant })
    return data.count == 1 ? data.first : nil
  }

  /// The producer of the operand of a node that changes between inferences.
  private func producer(of node: Int) -> Int? {
    guard let value = dataOperand(of: node) ?? graph.nodes[node].inputs.first ?? nil,
      let made = producers[value.index], !isLeftOut(made)
    else { return nil }
    return made
  }

  /// The only node that reads a node's only result.
  private func onlyUser(of node: Int) -> Int? {
    let outputs = graph.nodes[node].outputs.compactMap { $0 }
    guard outputs.count == 1, !results.contains(outputs[0]), consumers[outputs[0].index].count == 1
    else { return nil }
    return consumers[outputs[0].index][0]
  }

  /// Whether the values between the nodes, all of one region, have no other consumer.
  private func isClosed(_ nodes: [Int]) -> Bool {
    let members = Set(nodes)
    guard members.count == nodes.count, members.allSatisfy({ !isLeftOut($0) }),
      Set(nodes.map { graph.nodes[$0].region }).count == 1
    else { return false }
    return nodes.dropLast().allSatisfy { node in
      graph.nodes[node].outputs.compactMap { $0 }.allSatisfy { output in
        !results.contains(output) && consumers[output.index].allSatisfy(members.contains)
      }
    }
  }
}
