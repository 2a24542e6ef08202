/// Combines all elements along axes by a function of the file (StableHLO reduce).
package struct Reduce: Operator {
  package var axes: [Int]
  /// How many tensors are reduced together; the first operands.
  package var results: Int
  /// Operations that combine two elements.
  package var operations: Int
  package var name: OperatorName { .reduce }

  package init(axes: [Int], results: Int, operations: Int) {
    self.axes = axes
    self.results = results
    self.operations = operations
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func constantRole(at index: Int) -> OperandRole {
    index < results ? .parameter : .attribute
  }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    (0..<results).map { operands[$0]?.type.elementType ?? .undefined }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for place in 0..<results {
      let shape = try operands.shape(place)
      let gone = try resolvedAxes(axes, rank: shape.rank)
      types.append(
        TensorType(
          try operands.type(place).elementType,
          Shape(
            shape.dimensions.indices.filter { !gone.contains($0) }.map { shape[$0] })))
    }
    return types
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds((operands[0]?.type.elementCount ?? .unknown) * .fixed(operations)))
  }
}
