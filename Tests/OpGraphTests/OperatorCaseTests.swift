import OpGraph
import Testing

/// The table of `Cases/`: every operator's numbers, and a row for every operator.
@Suite struct OperatorCaseTests {
  @Test(arguments: OperatorCases.all) func countsWhatIsDefined(row: OperatorCase) throws {
    #expect(row.operation.name == row.name)
    let types = try row.operation.outputTypes(for: row.operands)
    let asked = Array(types.prefix(row.results.count))
    #expect(asked.map { $0.bound(row.bindings) } == row.results)

    let work = row.operation.work(for: row.operands, outputs: asked)
    #expect(work.macs.substituting(row.bindings) == row.macs.map(SymbolicInt.fixed) ?? .unknown)
    #expect(work.operations.bound(row.bindings) == row.operations)

    var traffic = row.operation.traffic(for: row.operands, outputs: asked)
    // As a workload counts results that are kept.
    for place in row.operation.stateResults where asked.indices.contains(place) {
      traffic.keep(asked[place].storageBytes)
    }
    #expect(traffic.bound(row.bindings) == row.traffic)
  }

  /// What is said of element types while shapes are not known must not differ from what is said
  /// when they are.
  @Test(arguments: OperatorCases.all) func elementTypesDoNotDependOnShapes(row: OperatorCase) throws
  {
    let types = try row.operation.outputTypes(for: row.operands).map(\.elementType)
    let early = row.operation.elementTypes(for: row.operands)
    #expect(Array(early.prefix(types.count)) == Array(types.prefix(early.count)))
  }

  /// Names that can have no row, and why.
  static let namesWithoutRows: [OperatorName: String] = [
    .opaque: "it has no rules: neither shapes nor counts are known"
  ]

  @Test(arguments: OperatorName.allCases) func everyOperatorHasARow(name: OperatorName) {
    let hasRow = OperatorCases.all.contains { $0.name == name }
    if let reason = Self.namesWithoutRows[name] {
      #expect(!hasRow, "\(name) has a row, but OperatorCaseTests says that \(reason)")
    } else {
      #expect(
        hasRow,
        """
        \(name) has no row: add an OperatorCase with its name, operands, results, \
        multiply-accumulates, other operations and traffic to the file of its family in \
        Tests/OpGraphTests/Cases/, such as ConvolutionCases.swift
        """)
    }
  }
}

extension TensorType {
  fileprivate func bound(_ bindings: [String: Int]) -> TensorType {
    var result = self
    result.shape = shape.map { Shape($0.dimensions.map { $0.substituting(bindings) }) }
    return result
  }
}

extension OperationCounts {
  fileprivate func bound(_ bindings: [String: Int]) -> OperationCounts {
    OperationCounts(
      adds: adds.substituting(bindings), multiplies: multiplies.substituting(bindings),
      divides: divides.substituting(bindings),
      transcendentals: transcendentals.substituting(bindings),
      lookUps: lookUps.substituting(bindings), moves: moves.substituting(bindings))
  }
}

extension MemoryTraffic {
  fileprivate func bound(_ bindings: [String: Int]) -> MemoryTraffic {
    var result = self
    result.weights = weights.substituting(bindings)
    result.bias = bias.substituting(bindings)
    result.parameters = parameters.substituting(bindings)
    result.activationsRead = activationsRead.substituting(bindings)
    result.activationsWritten = activationsWritten.substituting(bindings)
    result.stateRead = stateRead.substituting(bindings)
    result.stateWritten = stateWritten.substituting(bindings)
    return result
  }
}
