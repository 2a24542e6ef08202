/// Normalizes a sum of tensors, as transformers do after each block.
///
/// Operands: input, what is added to it, scale, shift, bias. Results: normalized, mean, deviation,
/// sum.
package struct SkipNormalization: Operator {
  /// The normalizations that follow a sum.
  package enum Function: Hashable, Sendable {
    case layer, rootMeanSquare, group

    var operationsPerElement: OperationCounts {
      switch self {
      case .layer: Normalization.Function.layer.operationsPerElement
      case .rootMeanSquare: Normalization.Function.rootMeanSquare.operationsPerElement
      case .group: Normalization.Function.group.operationsPerElement
      }
    }
  }

  package var function: Function
  /// Whether the statistics are among the results.
  package var givesStatistics: Bool
  package var name: OperatorName {
    switch function {
    case .layer: .skipLayerNormalization
    case .rootMeanSquare: .skipRMSNormalization
    case .group: .skipGroupNormalization
    }
  }

  package init(_ function: Function, givesStatistics: Bool = true) {
    self.function = function
    self.givesStatistics = givesStatistics
  }

  package func kind(for operands: Operands) -> KernelKind { .normalization }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = TensorType(try operands.type(0).elementType, try operands.shape(0))
    guard givesStatistics else { return [type, type] }
    var statistics = type
    if let rank = type.shape?.rank, rank > 0 { statistics.shape?[rank - 1] = 1 }
    return [type, statistics, statistics, type]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let elements = outputs.first?.elementCount ?? .unknown
    let additions: SymbolicInt = operands[4] == nil ? 1 : 2
    return Work((function.operationsPerElement + .adds(additions)) * elements)
  }
}
