/// A recurrent layer over a sequence, in one direction or both.
///
/// Operands: input, input weights (directions x gates * hidden x input), recurrent weights
/// (directions x gates * hidden x hidden), bias, lengths, initial state(s), peepholes.
package struct Recurrent: Operator {
  /// The cell, with the number of its gates.
  package enum Cell: Hashable, Sendable {
    case plain, gated, longShortTerm

    var gates: Int {
      switch self {
      case .plain: return 1
      case .gated: return 3
      case .longShortTerm: return 4
      }
    }

    /// Element operations per hidden element and step besides the matmuls: additions of the
    /// two products and the biases, activations, and the gating arithmetic.
    package var operationsPerElement: OperationCounts {
      switch self {
      case .plain: return OperationCounts(adds: 3, transcendentals: 1)
      case .gated: return OperationCounts(adds: 10, multiplies: 3, transcendentals: 3)
      case .longShortTerm: return OperationCounts(adds: 13, multiplies: 3, transcendentals: 5)
      }
    }
  }

  package var cell: Cell
  /// Whether the batch comes before the steps (ONNX `layout` 1).
  package var isBatchFirst: Bool
  /// Whether the last two axes of the weights are swapped (quantized forms).
  package var weightsAreTransposed: Bool
  package var name: OperatorName { cell.name }

  package init(_ cell: Cell, isBatchFirst: Bool, weightsAreTransposed: Bool = false) {
    self.weightsAreTransposed = weightsAreTransposed
    self.cell = cell
    self.isBatchFirst = isBatchFirst
  }

  package func kind(for operands: Operands) -> KernelKind { .recurrent }
  package var stateOperands: Set<Int> { [5, 6] }
  package var stateResults: Set<Int> { [1, 2] }
  package func constantRole(at index: Int) -> OperandRole {
    switch index {
    case 1, 2: return .weight
    case 3: return .bias
    // Lengths; a state that starts the same in every inference is no parameter.
    case 4, 5, 6: return .attribute
    default: return .parameter
    }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let size = try size(operands)
    let sequence: Shape
    let state: Shape
    if isBatchFirst {
      sequence = [size.batch, size.steps, size.directions, size.hidden]
      state = [size.batch, size.directions, size.hidden]
    } else {
      sequence = [size.steps, size.directions, size.batch, size.hidden]
      state = [size.directions, size.batch, size.hidden]
    }
    return [TensorType(type, sequence), TensorType(type, state), TensorType(type, state)]
  }

  /// Every step multiplies the input and the state with the weights of every gate.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let size = try? size(operands) else { return .unknown }
    let states = size.steps * size.batch * size.directions * size.hidden
    return Work(
      macs: states * .fixed(cell.gates) * (size.input + size.hidden),
      cell.operationsPerElement * states)
  }

  private struct Size {
    var steps, batch, input, directions, hidden: Dimension
  }

  private func size(_ operands: Operands) throws(ShapeError) -> Size {
    let input = try operands.shape(0, rank: 3)
    var recurrent = try operands.shape(2, rank: 3)
    var weights = try operands.shape(1, rank: 3)
    if weightsAreTransposed {
      recurrent.dimensions.swapAt(1, 2)
      weights.dimensions.swapAt(1, 2)
    }
    if let gates = weights[1].fixedValue, let hidden = recurrent[2].fixedValue,
      SymbolicInt.fixed(gates) != .fixed(hidden) * .fixed(cell.gates)
    {
      throw .invalid("weights for \(gates) gate elements, expected \(cell.gates) times \(hidden)")
    }
    return Size(
      steps: input[isBatchFirst ? 1 : 0], batch: input[isBatchFirst ? 0 : 1], input: input[2],
      directions: recurrent[0], hidden: recurrent[2])
  }
}

extension Recurrent.Cell {
  /// The canonical operator that computes the cell.
  package var name: OperatorName {
    switch self {
    case .plain: .rnn
    case .gated: .gru
    case .longShortTerm: .lstm
    }
  }
}
