/// Puts tensors into sequences and optionals, and takes them out again.
///
/// What a sequence holds is not followed, so the shapes of what comes out of one are open.
public struct Container: DataMovementOperator {
  /// What the result is.
  public enum Result: Hashable, Sendable {
    /// A sequence or an optional.
    case container
    /// A tensor out of one.
    case element
    /// The number of elements of a sequence.
    case count
    /// Whether an optional holds something.
    case presence
  }

  public var name: String
  public var result: Result

  /// Creates it.
  public init(_ name: String, result: Result) {
    self.name = name
    self.result = result
  }

  public func constantRole(at index: Int) -> OperandRole { .parameter }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    switch result {
    case .container, .element: return [TensorType(.undefined, nil)]
    case .count: return [TensorType(.int64, [])]
    case .presence: return [TensorType(.bool, [])]
    }
  }
}
