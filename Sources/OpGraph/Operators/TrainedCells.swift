/// A recurrent layer whose gates each have weight operands of their own (TFLite), and memories of
/// filters over time (SVDF).
///
/// Operand 0 is the input, its last axis the features; the axes before are steps and batch.
public struct TrainedCells: Operator {
  public var name: String
  /// Places of the weights that every step is multiplied with, left-out ones included.
  public var weights: [Int]
  public var biases: [Int]
  /// The operand whose first axis holds `rowsPerElement` rows for each element of the result.
  public var outputRows: Int
  public var rowsPerElement: Int
  /// Element operations for each element of the result besides the products.
  public var operationsPerElement: Int

  /// Creates it.
  public init(
    _ name: String, weights: [Int], biases: [Int], outputRows: Int,
    rowsPerElement: Int = 1, operationsPerElement: Int
  ) {
    self.rowsPerElement = rowsPerElement
    self.name = name
    self.weights = weights
    self.biases = biases
    self.outputRows = outputRows
    self.operationsPerElement = operationsPerElement
  }

  public func kind(for operands: Operands) -> KernelKind { .recurrent }
  public func constantRole(at index: Int) -> OperandRole {
    weights.contains(index) ? .weight : biases.contains(index) ? .bias : .parameter
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let rows = try operands.shape(outputRows)
    guard shape.rank >= 2, rows.rank >= 1 else {
      throw .invalid("an input of rank \(shape.rank), expected at least 2")
    }
    shape[shape.rank - 1] = rows[0].floorDivided(by: .fixed(rowsPerElement))
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  /// Every element of every weight is multiplied once a step and item of the batch.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let input = operands[0]?.type.shape, input.rank >= 2 else {
      return Work(macs: .unknown, otherOps: .unknown)
    }
    let steps = input.dimensions.dropLast().product
    let elements = weights.map { operands[$0]?.type.elementCount ?? 0 }.sum
    let results = outputs.first?.elementCount ?? .unknown
    return Work(macs: steps * elements, otherOps: results * .fixed(operationsPerElement))
  }
}
