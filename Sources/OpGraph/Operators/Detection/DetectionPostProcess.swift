/// Decodes the boxes of a single-shot detector and keeps the best (TFLite_Detection_PostProcess).
///
/// Operands: box encodings (1 x anchors x 4), class scores (1 x anchors x classes), anchors.
/// Results: boxes, classes, scores, how many.
package struct DetectionPostProcess: Operator {
  /// How many boxes there are in the result.
  package var boxes: Int
  package var name: OperatorName { .detectionPostProcess }

  package init(boxes: Int) { self.boxes = boxes }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [ElementType](repeating: .float32, count: 4)
  }
  /// Of each box: two scaled shifts of the centre, two scaled exponentials, and four half sides.
  private static let decoding = OperationCounts(adds: 6, multiplies: 6, transcendentals: 2)

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
