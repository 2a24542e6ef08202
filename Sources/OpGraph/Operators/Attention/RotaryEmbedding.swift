/// Rotates pairs of elements by angles that depend on their step.
///
/// Operand 0 is the input; the caches of cosines and sines have a row for each step, or for each
/// place that another operand may name.
package struct RotaryEmbedding: Operator {
  /// Two products and a sum.
  static let operationsPerElement = OperationCounts(adds: 1, multiplies: 2)

  package var caches: [Int]
  /// The operand that names rows of the caches, where it is there.
  package var places: Int
  package var name: OperatorName { .rotaryEmbedding }

  package init(caches: [Int], places: Int) {
    self.caches = caches
    self.places = places
  }

  package func kind(for operands: Operands) -> KernelKind { .elementwise }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }

  /// Two products and a sum for each element.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(Self.operationsPerElement * (operands[0]?.type.elementCount ?? .unknown))
  }

  /// Only the rows of the caches that places name are read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    guard let named = operands[places]?.type.elementCount else {
      return .compulsory(operands, outputs: outputs, constantRole: constantRole)
    }
    // One place is that of the first step.
    let steps = operands[0]?.type.shape.flatMap { $0.dimensions.dropLast().last } ?? .unknown
    let read = operands.takingRows(named == 1 ? steps : named, ofTables: caches)
    return .compulsory(read, outputs: outputs, constantRole: constantRole)
  }
}

extension Operands {
  /// The operands with a number of rows of some tables, at most all, in place of the tables.
  func takingRows(_ rows: SymbolicInt, ofTables places: [Int]) -> Operands {
    var taken: [Operand?] = self.map { $0 }
    for place in places {
      guard var table = self[place], let shape = table.type.shape, shape.rank == 2 else {
        continue
      }
      table.type.shape = [.minimum(shape[0], rows), shape[1]]
      taken[place] = table
    }
    return Operands(taken)
  }
}
