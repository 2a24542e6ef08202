import Quantities
import OpGraph

/// Operators that run other subgraphs.
extension TFLiteGraphLowering {
  /// The operators that are lowered here rather than by a row of the table.
  static let controlFlow: [String: OperatorName] = [
    "CALL": .call, "CALL_ONCE": .call, "IF": .if, "STABLEHLO_CASE": .if,
    "STABLEHLO_COMPOSITE": .call, "STABLEHLO_WHILE": .while, "WHILE": .while,
  ]

  /// Lowers an operator that runs other subgraphs.
  /// - Returns: Whether it is such an operator.
  mutating func lowerOwner(_ op: TFLiteOperator, _ call: OperatorCall) throws(Problem) -> Bool {
    func subgraph(_ option: String) -> Int { op.options.integer(option) ?? 0 }
    switch op.name {
    case "CALL": try lowerCall(op, call, subgraph("subgraph"), .call)
    case "CALL_ONCE": try lowerCall(op, call, subgraph("init_subgraph_index"), .initialization)
    case "STABLEHLO_COMPOSITE":
      try lowerCall(op, call, subgraph("decomposition_subgraph_index"), .call)
    case "IF":
      try lowerBranches(
        op, call,
        [
          (subgraph("then_subgraph_index"), .when(true)),
          (subgraph("else_subgraph_index"), .when(false)),
        ])
    case "STABLEHLO_CASE":
      let branches = try self.branches(of: op, call)
      try lowerBranches(
        op, call, branches.indices.map { (branches[$0], .place($0, of: branches.count)) })
    case "WHILE", "STABLEHLO_WHILE":
      try lowerWhile(
        op, call, condition: subgraph("cond_subgraph_index"), body: subgraph("body_subgraph_index"))
    default: return false
    }
    return true
  }

  private func branches(of op: TFLiteOperator, _ call: OperatorCall) throws(Problem) -> [Int] {
    do throws(Problem) {
      return try op.options.integers("branch_subgraph_indices") ?? []
    } catch {
      throw error.placed(at: "operator '\(call.name)'")
    }
  }

  private mutating func lowerCall(
    _ op: TFLiteOperator, _ call: OperatorCall, _ index: Int, _ rule: Region.Rule
  ) throws(Problem) {
    let region = builder.openRegion(named: name(of: index, call), rule)
    let inner = try lowerSubgraph(index, called: call.name, inputs: call.inputs)
    builder.closeRegion(region)
    builder.add(
      Call(op.name), running: [region], name: call.name, sourceOperator: op.name,
      inputs: Array(inner.outputs.prefix(call.outputs.count)), outputs: call.outputs)
  }

  private mutating func lowerBranches(
    _ op: TFLiteOperator, _ call: OperatorCall, _ branches: [(subgraph: Int, Region.Branch)]
  ) throws(Problem) {
    let condition = call.inputs.first ?? nil
    var regions: [Int] = []
    var results: [ValueID?] = []
    for (index, branch) in branches {
      // Each branch has a value for each result, which are operands.
      try budget.spend(
        CallBudget.Cost(bytes: 16 * call.outputs.count), on: "operator '\(call.name)'")
      let region = builder.openRegion(
        named: name(of: index, call), .branch(condition: condition, branch))
      let inner = try lowerSubgraph(
        index, called: call.name, inputs: Array(call.inputs.dropFirst()))
      builder.closeRegion(region)
      regions.append(region)
      results += call.outputs.indices.map {
        inner.outputs.indices.contains($0) ? inner.outputs[$0] : nil
      }
    }
    builder.add(
      If(results: call.outputs.count, branches: branches.map(\.1)), running: regions,
      name: call.name,
      sourceOperator: op.name, inputs: [condition] + results, outputs: call.outputs)
  }

  /// The condition is counted once for each run of the body; it runs once more.
  private mutating func lowerWhile(
    _ op: TFLiteOperator, _ call: OperatorCall, condition: Int, body: Int
  ) throws(Problem) {
    let loop = builder.openRegion(named: name(of: body, call), .loop)
    let open = [ValueID?](repeating: nil, count: call.inputs.count)
    let inner = try lowerSubgraph(body, called: call.name, inputs: open)
    // The body makes the values for the next iteration, which the condition looks at.
    let test = builder.openRegion(named: name(of: condition, call), .call)
    let tested = try lowerSubgraph(condition, called: call.name, inputs: inner.outputs)
    builder.closeRegion(test)
    builder.setParameters(
      zip(inner.inputs, call.inputs).compactMap { value, given in
        value.map { Region.Parameter($0, .carried(given, result: nil)) }
      }, of: loop)
    builder.closeRegion(loop, results: inner.outputs)
    builder.add(
      Loop(.while, carried: call.inputs.count, gathered: 0, symbol: "WHILE(\(call.name))"),
      running: [loop, test], name: call.name, sourceOperator: op.name,
      inputs: [nil, nil] + call.inputs + [tested.outputs.first ?? nil] + inner.outputs,
      outputs: call.outputs)
  }

  private func name(of index: Int, _ call: OperatorCall) -> String {
    let subgraph = model.subgraphs.indices.contains(index) ? model.subgraphs[index].name : ""
    return "\(call.name)/\(subgraph.isEmpty ? "subgraph \(index)" : subgraph)"
  }
}
