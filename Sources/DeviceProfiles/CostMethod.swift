/// How the cycles of a compute unit are computed.
package enum CostMethod: Sendable {
  /// From rates by kernel kind and precision.
  case rates
  /// From shapes, by the formulas for Ethos-U.
  case ethosU(EthosUConfiguration)
}

extension ComputeUnit {
  /// The method that the profile asks for: the only place that decides it.
  package var costMethod: CostMethod {
    if let ethosU { return .ethosU(ethosU) }
    return .rates
  }
}
