/// Scales and shifts elements by statistics that are trained or computed over some axes.
public struct Normalization: Operator {
  /// Which statistics are used.
  public enum Function: String, Hashable, Sendable {
    /// Trained statistics: a multiplication and an addition per element.
    case batch = "BatchNormalization"
    case layer = "LayerNormalization"
    case instance = "InstanceNormalization"
    case group = "GroupNormalization"
    case rootMeanSquare = "RMSNormalization"
    case localResponse = "LRN"
    case euclidean = "L2Normalization"
    case lp = "LpNormalization"
    case meanVariance = "MeanVarianceNormalization"

    /// Element operations per element, counted by primitive.
    ///
    /// Batch: multiply, add. Mean and variance forms: sum, subtract, square, sum, multiply, and
    /// scale and shift where they are trained. Norm forms: square, sum, multiply (and scale).
    var operationsPerElement: SymbolicInt {
      switch self {
      case .batch: return 2
      case .layer, .instance, .group: return 7
      case .meanVariance: return 5
      case .rootMeanSquare: return 4
      case .euclidean, .lp: return 3
      case .localResponse: return 5
      }
    }
  }

  public var function: Function

  /// Creates a normalization.
  public init(_ function: Function) { self.function = function }

  public var name: String { function.rawValue }
  public func kind(for operands: Operands) -> KernelKind { .normalization }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }

  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let elements = operands[0]?.type.elementCount ?? .unknown
    return Work(otherOps: elements * function.operationsPerElement)
  }
}
