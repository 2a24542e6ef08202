/// Scales and shifts elements by statistics that are trained or computed over some axes.
package struct Normalization: Operator {
  /// Which statistics are used.
  package enum Function: Hashable, Sendable {
    /// Trained statistics: a multiplication and an addition per element.
    case batch
    case layer
    case instance
    case group
    case rootMeanSquare
    case localResponse
    case euclidean
    case lp
    case meanVariance

    /// Element operations per element, counted by primitive.
    ///
    /// Batch: multiply, add. Mean and variance forms: sum, subtract, square, sum, multiply, and
    /// scale and shift where they are trained. Norm forms: square, sum, multiply (and scale).
    /// Local response: square, sum, multiply, power, divide. What is done once a group (a root, a
    /// reciprocal) is not counted.
    var operationsPerElement: OperationCounts {
      switch self {
      case .batch: return OperationCounts(adds: 1, multiplies: 1)
      case .layer, .instance, .group: return OperationCounts(adds: 4, multiplies: 3)
      case .meanVariance: return OperationCounts(adds: 3, multiplies: 2)
      case .rootMeanSquare: return OperationCounts(adds: 1, multiplies: 3)
      case .euclidean, .lp: return OperationCounts(adds: 1, multiplies: 2)
      case .localResponse:
        return OperationCounts(adds: 1, multiplies: 2, divides: 1, transcendentals: 1)
      }
    }
  }

  package var function: Function
  /// The first axis that a layer normalization takes its statistics over.
  package var axis: Int

  package init(_ function: Function, axis: Int = -1) {
    self.function = function
    self.axis = axis
  }

  package var name: OperatorName { function.name }
  package func kind(for operands: Operands) -> KernelKind { .normalization }

  /// The normalized tensor and, where the file asks for them, the statistics.
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = TensorType(try operands.type(0).elementType, try operands.shape(0))
    switch function {
    case .batch:
      // Operand 3 is a trained mean: those of the batch have its type.
      let statistics = try operands.type(3)
      return [type, statistics, statistics, statistics, statistics]
    case .layer, .rootMeanSquare:
      var shape = try operands.shape(0)
      for place in try resolvedAxis(axis, rank: shape.rank)..<shape.rank { shape[place] = 1 }
      // They are computed, and passed on, in single precision at least.
      let statistics = TensorType(type.elementType == .float64 ? .float64 : .float32, shape)
      return [type, statistics, statistics]
    default: return [type]
    }
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let elements = operands[0]?.type.elementCount ?? .unknown
    return Work(function.operationsPerElement * elements)
  }
}

extension Normalization.Function {
  /// The canonical operator that computes the function.
  package var name: OperatorName {
    switch self {
    case .batch: .batchNormalization
    case .layer: .layerNormalization
    case .instance: .instanceNormalization
    case .group: .groupNormalization
    case .rootMeanSquare: .rmsNormalization
    case .localResponse: .lrn
    case .euclidean: .l2Normalization
    case .lp: .lpNormalization
    case .meanVariance: .meanVarianceNormalization
    }
  }
}
