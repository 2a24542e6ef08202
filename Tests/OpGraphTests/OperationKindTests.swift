import OpGraph
import Testing

/// What element operations are of, per operator.
@Suite struct OperationKindTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var operation: any Operator
    var shapes: [Shape]
    var expected: OperationCounts
    var testDescription: String { operation.title }
  }

  static let cases: [Case] = [
    Case(operation: Elementwise(.add), shapes: [[4, 6], [6]], expected: .adds(24)),
    Case(operation: Elementwise(.multiply), shapes: [[4, 6], [6]], expected: .multiplies(24)),
    Case(operation: Elementwise(.squareRoot), shapes: [[5]], expected: .divides(5)),
    Case(operation: Elementwise(.exponential), shapes: [[5]], expected: .transcendentals(5)),
    Case(operation: Activation(.relu), shapes: [[2, 3]], expected: .adds(6)),
    Case(operation: Activation(.tanh), shapes: [[2, 3]], expected: .transcendentals(6)),
    // Of each element: maximum, difference, sum; one exponential; one division.
    Case(
      operation: Softmax(), shapes: [[1, 10]],
      expected: OperationCounts(adds: 30, divides: 10, transcendentals: 10)),
    // The four gates and the state of 3 units over 2 steps.
    Case(
      operation: Recurrent(.longShortTerm, isBatchFirst: false),
      shapes: [[2, 1, 5], [1, 12, 5], [1, 12, 3]],
      expected: OperationCounts(adds: 6 * 13, multiplies: 6 * 3, transcendentals: 6 * 5)),
    Case(
      operation: Transpose(permutation: [1, 0], reversesByDefault: false), shapes: [[4, 6]],
      expected: .moves(24)),
    Case(operation: Concat(axis: 0), shapes: [[4, 6], [2, 6]], expected: .moves(36)),
    Case(
      operation: Reduction(.sum, axes: .all, keepsDimensions: false), shapes: [[4, 6]],
      expected: .adds(24)),
  ]

  @Test(arguments: cases)
  func operationsAreOfTheirKind(test: Case) throws {
    let operands = Operands(test.shapes.map { Operand(TensorType(.float32, $0)) })
    let types = [try #require(test.operation.outputTypes(for: operands).first)]
    let work = test.operation.work(for: operands, outputs: types)
    #expect(work.operations == test.expected)
    #expect(work.macs == 0 || test.operation is Recurrent)
  }

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

  @Test func aGatherReadsRowsAndABroadcastOperandItsOwnBytes() throws {
    let table = Operand(TensorType(.int8, [1000, 16]), isConstant: true)
    let indices = Operand(TensorType(.int32, [3]))
    let rows = Operands([table, indices])
    let gather = Gather(axis: 0)
    let read = gather.traffic(for: rows, outputs: try gather.outputTypes(for: rows))
    #expect(read.parameters == .fixed(3 * 16) && read.activationsRead == .fixed(3 * 4))
    let sum = Elementwise(.add)
    let operands = Operands([
      Operand(TensorType(.float32, [8, 16])), Operand(TensorType(.float32, [16])),
    ])
    let moved = sum.traffic(for: operands, outputs: try sum.outputTypes(for: operands))
    #expect(moved.activationsRead == .fixed(4 * (8 * 16 + 16)))
    #expect(moved.activationsWritten == .fixed(4 * 8 * 16))
  }

  @Test func aSparseOperandIsReadAsItIsStored() {
    let type = TensorType(.float32, [16], sparsity: Sparsity(storedBytes: 20, compressedAxes: [0]))
    let operands = Operands([Operand(type, isConstant: true)])
    let traffic = MemoryTraffic.compulsory(operands, outputs: []) { _ in .weight }
    #expect(traffic.weights == 20)
  }
}
