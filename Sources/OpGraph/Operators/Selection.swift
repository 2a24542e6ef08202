/// The places of true elements, one row of indices each (TFLite WHERE).
package struct TruePlaces: Operator {
  /// What the number of them is called.
  package var symbol: String
  package var name: String { "NonZero" }

  /// Creates it.
  package init(symbol: String) { self.symbol = symbol }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.int64] }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }
  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.elementCount] } ?? [:]
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(.int64, [.symbol(symbol), .fixed(try operands.shape(0).rank)])]
  }
}

/// The different elements of a vector, and the place of each of its elements among them.
package struct UniqueValues: Operator {
  package var placeType: ElementType
  /// What the number of different elements is called.
  package var symbol: String
  package var name: String { "Unique" }

  /// Creates it.
  package init(placeType: ElementType, symbol: String) {
    self.placeType = placeType
    self.symbol = symbol
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[0]?.type.elementType ?? .undefined, placeType]
  }
  /// One look-up for each element.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }
  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.elementCount] } ?? [:]
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(try operands.type(0).elementType, [.symbol(symbol)]),
      TensorType(placeType, try operands.shape(0, rank: 1)),
    ]
  }
}

/// Boxes that no better one overlaps, in a list of fixed length, and how many of it count.
///
/// Operands: boxes (n x 4), scores (n), the length of the list, thresholds.
package struct PaddedNonMaxSuppression: Operator {
  /// Whether the scores of the boxes are a result as well (soft suppression).
  package var givesScores: Bool
  package var name: String { "NonMaxSuppression" }

  /// Creates it.
  package init(givesScores: Bool) { self.givesScores = givesScores }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { index < 2 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    givesScores ? [.int32, .float32, .int32] : [.int32, .int32]
  }
  /// One comparison for each score; sorting and overlaps are not counted.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[1]?.type.elementCount ?? .unknown))
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard let length = try operands.integers(2).first else { throw .invalid("operand 2 is empty") }
    let places = TensorType(.int32, [length])
    let count = TensorType(.int32, [])
    return givesScores ? [places, TensorType(.float32, [length]), count] : [places, count]
  }
}

/// Decodes the boxes of a single-shot detector and keeps the best (TFLite_Detection_PostProcess).
///
/// Operands: box encodings (1 x anchors x 4), class scores (1 x anchors x classes), anchors.
/// Results: boxes, classes, scores, how many.
package struct DetectionPostProcess: Operator {
  /// How many boxes there are in the result.
  package var boxes: Int
  package var name: String { "DetectionPostProcess" }

  /// Creates it.
  package init(boxes: Int) { self.boxes = boxes }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [ElementType](repeating: .float32, count: 4)
  }
  /// Of each box: four quotients by the scales; two products and sums for the centre; two
  /// exponentials and four products for half the sides, and four sums for the corners.
  private static let decoding = OperationCounts(
    adds: 6, multiplies: 6, divides: 4, transcendentals: 2)

  /// A comparison for each score and what decodes each box; sorting and overlaps are not counted.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let anchors = operands[2]?.type.shape?.dimensions.first,
      let scores = operands[1]?.type.elementCount
    else { return Work(.unknown) }
    return Work(.adds(scores) + Self.decoding * anchors)
  }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let count = Dimension.fixed(boxes)
    return [
      TensorType(.float32, [1, count, 4]), TensorType(.float32, [1, count]),
      TensorType(.float32, [1, count]), TensorType(.float32, [1]),
    ]
  }
}
