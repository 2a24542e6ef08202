/// The places of true elements, one row of indices each (TFLite WHERE).
public struct TruePlaces: Operator {
  /// What the number of them is called.
  public var symbol: String
  public var name: String { "NonZero" }

  /// Creates it.
  public init(symbol: String) { self.symbol = symbol }

  public func kind(for operands: Operands) -> KernelKind { .dataMovement }
  public func elementTypes(for operands: Operands) -> [ElementType] { [.int64] }
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }
  public func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.elementCount] } ?? [:]
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(.int64, [.symbol(symbol), .fixed(try operands.shape(0).rank)])]
  }
}

/// The different elements of a vector, and the place of each of its elements among them.
public struct UniqueValues: Operator {
  public var placeType: ElementType
  /// What the number of different elements is called.
  public var symbol: String
  public var name: String { "Unique" }

  /// Creates it.
  public init(placeType: ElementType, symbol: String) {
    self.placeType = placeType
    self.symbol = symbol
  }

  public func kind(for operands: Operands) -> KernelKind { .dataMovement }
  public func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[0]?.type.elementType ?? .undefined, placeType]
  }
  /// One look-up for each element.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }
  public func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.elementCount] } ?? [:]
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(try operands.type(0).elementType, [.symbol(symbol)]),
      TensorType(placeType, try operands.shape(0, rank: 1)),
    ]
  }
}

/// Boxes that no better one overlaps, in a list of fixed length, and how many of it count.
///
/// Operands: boxes (n x 4), scores (n), the length of the list, thresholds.
public struct PaddedNonMaxSuppression: Operator {
  /// Whether the scores of the boxes are a result as well (soft suppression).
  public var givesScores: Bool
  public var name: String { "NonMaxSuppression" }

  /// Creates it.
  public init(givesScores: Bool) { self.givesScores = givesScores }

  public func kind(for operands: Operands) -> KernelKind { .dataMovement }
  public func constantRole(at index: Int) -> OperandRole { index < 2 ? .parameter : .attribute }
  public func elementTypes(for operands: Operands) -> [ElementType] {
    givesScores ? [.int32, .float32, .int32] : [.int32, .int32]
  }
  /// One comparison for each score; sorting and overlaps are not counted.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[1]?.type.elementCount ?? .unknown))
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
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
public struct DetectionPostProcess: Operator {
  /// How many boxes there are in the result.
  public var boxes: Int
  public var name: String { "DetectionPostProcess" }

  /// Creates it.
  public init(boxes: Int) { self.boxes = boxes }

  public func kind(for operands: Operands) -> KernelKind { .dataMovement }
  public func elementTypes(for operands: Operands) -> [ElementType] {
    [ElementType](repeating: .float32, count: 4)
  }
  /// Of each box: two scaled shifts of the centre, two scaled exponentials, and four half sides.
  private static let decoding = OperationCounts(adds: 6, multiplies: 6, transcendentals: 2)

  /// A comparison for each score and what decodes each box; sorting and overlaps are not counted.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let anchors = operands[2]?.type.shape?.dimensions.first,
      let scores = operands[1]?.type.elementCount
    else { return Work(.unknown) }
    return Work(.adds(scores) + Self.decoding * anchors)
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let count = Dimension.fixed(boxes)
    return [
      TensorType(.float32, [1, count, 4]), TensorType(.float32, [1, count]),
      TensorType(.float32, [1, count]), TensorType(.float32, [1]),
    ]
  }
}
