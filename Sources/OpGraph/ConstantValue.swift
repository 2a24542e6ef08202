/// Elements of a small tensor that are known before any inference: operands that shape others.
///
/// Integers may hold symbols, since shapes that are computed from a symbolic shape do.
public enum ConstantValue: Hashable, Sendable {
  case integers([SymbolicInt])
  case floats([Double])

  /// Larger tensors are not followed element by element.
  public static let maximumElements = 4096

  /// The elements as integers, when they are.
  public var integers: [SymbolicInt]? {
    if case .integers(let values) = self { return values }
    return nil
  }

  /// The elements as floating-point numbers; integers are converted when they are known.
  public var floats: [Double]? {
    switch self {
    case .floats(let values): return values
    case .integers(let values):
      let numbers = values.compactMap { $0.fixedValue.map(Double.init) }
      return numbers.count == values.count ? numbers : nil
    }
  }

  /// The number of elements.
  public var count: Int {
    switch self {
    case .integers(let values): return values.count
    case .floats(let values): return values.count
    }
  }

  /// The elements at the given places, in that order.
  public func selecting(_ indices: [Int]) -> ConstantValue {
    switch self {
    case .integers(let values): return .integers(indices.map { values[$0] })
    case .floats(let values): return .floats(indices.map { values[$0] })
    }
  }
}
