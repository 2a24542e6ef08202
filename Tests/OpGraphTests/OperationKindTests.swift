import OpGraph
import Testing

/// What element operations are of, per operator.
@Suite struct OperationKindTests {
  @Test func movesAreNoOperations() {
    let counts = OperationCounts(adds: 1, multiplies: 2, divides: 3, transcendentals: 4, moves: 50)
    #expect(counts.total == 10)
    #expect(counts.tabulated.transcendentals == 0 && counts.tabulated.lookUps == 4)
    #expect(counts.tabulated.total == 10)
  }
}

/// Bytes by role.
@Suite struct TrafficRoleTests {
  /// 1 x 2 x 5 input, 12 gate rows, hidden width 3, in 4-byte elements; initial states given.
  @Test func recurrentStatesAreStates() throws {
    let layer = Recurrent(.longShortTerm, isBatchFirst: false)
    let weights: [Shape] = [[1, 12, 5], [1, 12, 3], [1, 24]]
    let states: [Shape] = [[1, 1, 3], [1, 1, 3]]
    var graph = Graph(name: "main")
    var inputs: [ValueID?] = []
    func add(_ shape: Shape, _ origin: Value.Origin) -> ValueID {
      graph.values.append(
        Value(name: "v\(graph.values.count)", type: TensorType(.float32, shape), origin: origin))
      return ValueID(graph.values.count - 1)
    }
    inputs.append(add([2, 1, 5], .input))
    inputs += weights.map { add($0, .stored) }
    inputs.append(nil)
    inputs += states.map { add($0, .input) }
    let node = Node(
      operation: layer, name: "lstm", sourceOperator: "LSTM", inputs: inputs, outputs: [])
    let operands = graph.operands(of: node)
    let traffic = layer.traffic(for: operands, outputs: try layer.outputTypes(for: operands))
    #expect(traffic.weights == .fixed(4 * (12 * 5 + 12 * 3)))
    #expect(traffic.bias == .fixed(4 * 24))
    #expect(traffic.activationsRead == .fixed(4 * 2 * 5))
    #expect(traffic.stateRead == .fixed(4 * (3 + 3)))
  }

  @Test func aSparseOperandIsReadAsItIsStored() {
    let type = TensorType(.float32, [16], sparsity: Sparsity(storedBytes: 20, compressedAxes: [0]))
    let operands = Operands([Operand(type, isConstant: true)])
    let traffic = MemoryTraffic.compulsory(operands, outputs: []) { _ in .weight }
    #expect(traffic.weights == 20)
  }
}
