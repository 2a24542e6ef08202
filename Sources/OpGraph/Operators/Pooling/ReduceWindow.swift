/// Combines the elements under a window that slides over any axes (StableHLO reduce_window).
package struct ReduceWindow: Operator {
  package var sizes: [Int]
  package var strides: [Int]
  package var imageDilations: [Int]
  package var windowDilations: [Int]
  /// Elements added before and after, per axis.
  package var padding: [Int]
  /// How many tensors are reduced together; the first operands.
  package var results: Int
  /// Operations that combine two elements.
  package var operations: Int
  package var name: OperatorName { .reduceWindow }

  package init(
    sizes: [Int], strides: [Int], imageDilations: [Int], windowDilations: [Int], padding: [Int],
    results: Int, operations: Int
  ) {
    self.sizes = sizes
    self.strides = strides
    self.imageDilations = imageDilations
    self.windowDilations = windowDilations
    self.padding = padding
    self.results = results
    self.operations = operations
  }

  package func kind(for operands: Operands) -> KernelKind { .pooling }
  package func constantRole(at index: Int) -> OperandRole {
    index < results ? .parameter : .attribute
  }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    (0..<results).map { operands[$0]?.type.elementType ?? .undefined }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for place in 0..<results {
      var shape = try operands.shape(place, rank: sizes.count)
      for axis in sizes.indices {
        shape[axis] = windowPositions(
          shape[axis], dilation: imageDilations[axis], kernelSize: .fixed(sizes[axis]),
          tapDilation: windowDilations[axis],
          padding: (padding[2 * axis], padding[2 * axis + 1]), stride: strides[axis])
      }
      types.append(TensorType(try operands.type(place).elementType, shape))
    }
    return types
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      .adds(
        (outputs.first?.elementCount ?? .unknown)
          * sizes.map(SymbolicInt.fixed).product * .fixed(operations)))
  }
}
