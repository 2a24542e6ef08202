/// The distinct elements, or the distinct slices along an axis.
package struct Unique: Operator {
  /// What is given besides the distinct elements.
  package enum Results: Hashable, Sendable {
    /// The index of each element among the distinct ones, in this type (TFLite UNIQUE).
    case indices(ElementType)
    /// Where each distinct element stands first, the index of each element among the distinct
    /// ones, and how often each occurs (ONNX Unique).
    case placesIndicesAndCounts
  }

  /// The axis whose slices are compared; nil when the tensor is taken as a list.
  package var axis: Int?
  package var results: Results
  /// What the number of distinct elements is called.
  package var symbol: String
  package var name: OperatorName { .unique }

  package init(axis: Int? = nil, results: Results, symbol: String) {
    self.axis = axis
    self.results = results
    self.symbol = symbol
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    let type = operands[0]?.type.elementType ?? .undefined
    switch results {
    case .indices(let index): return [type, index]
    case .placesIndicesAndCounts: return [type, .int64, .int64, .int64]
    }
  }

  /// One look-up for each element; sorting is not counted.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.length(along: axis)] } ?? [:]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    let shape = try operands.shape(0)
    let count = SymbolicInt.symbol(symbol)
    let distinct = TensorType(type, try shape.resized(along: axis, to: count))
    switch results {
    case .indices(let index): return [distinct, TensorType(index, try operands.shape(0, rank: 1))]
    case .placesIndicesAndCounts:
      return [
        distinct, TensorType(.int64, [count]), TensorType(.int64, [shape.length(along: axis)]),
        TensorType(.int64, [count]),
      ]
    }
  }
}
