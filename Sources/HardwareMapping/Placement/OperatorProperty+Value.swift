import Quantities
import Analysis
import DeviceProfiles
import OpGraph

extension OperatorProperty {
  /// The value of a property.
  enum Value {
    case number(Int)
    case types([ElementType])
  }

  /// The property of an operator; nil when it has none such, or when it is not known.
  func value(_ facts: OperatorFacts) -> Value? {
    switch self {
    case .featureMapTypes: return .types(facts.featureMaps.map(\.elementType))
    case .weightTypes: return .types(facts.types(of: .weight))
    case .biasTypes: return .types(facts.types(of: .bias))
    default: return number(facts).map(Value.number)
    }
  }

  private func number(_ facts: OperatorFacts) -> Int? {
    switch self {
    case .featureMapTypes, .weightTypes, .biasTypes: return nil
    case .variableParameters: return facts.variableParameters
    case .unquantizedFeatureMaps: return facts.unquantizedFeatureMaps
    case .scalesPerFeatureMap:
      return facts.featureMaps.compactMap(\.quantization?.scales.count).max() ?? 0
    case .scalesPerWeight: return facts.scalesPerWeight
    case .dynamicAxes: return facts.dynamicAxes
    case .axesAfterOnes: return facts.axesAfterOnes
    case .batch: return facts.input.flatMap { $0.count == 4 ? $0[0] : nil }
    case .stride: return facts.window?.strides.max()
    case .paddedStride: return facts.paddedStride
    case .unevenStride: return facts.unevenStride
    case .groups: return facts.groups
    case .dilation: return facts.window?.dilations.max()
    case .kernelElements: return facts.kernelSize?.reduce(1, saturatingProduct)
    case .kernelHeight: return facts.kernelSize?.first
    case .paddedKernelSide:
      return facts.isPadded ? facts.kernelSize?.max() : facts.kernelSize.map { _ in 1 }
    case .reducedElements:
      return facts.reduced.map { $0.map(\.size).reduce(1, saturatingProduct) }
    case .longestReducedAxis: return facts.reduced?.map(\.size).max()
    case .reducesBatch: return facts.reducesBatch
    case .reducesChannelsOfImages: return facts.reducesChannelsOfImages
    case .channels: return facts.channels
    case .axesAfterReduced:
      guard let input = facts.input, let last = facts.reduced?.map(\.axis).max() else { return nil }
      return input.count - 1 - last
    case .resizeFactor: return facts.resizeFactor
    case .enlargement: return facts.enlargement
    case .resizeFactorByCentres: return facts.resizesByCentres
    case .spatialStep: return facts.steps?.spatial
    case .otherStep: return facts.steps?.other
    case .differingQuantization: return facts.differingQuantization
    case .rows: return facts.rows
    case .movedAxes: return facts.movedAxes
    case .paddedOuterAxes: return facts.paddedOuterAxes
    case .fusedActivation: return facts.node.fusedActivation == nil ? 0 : 1
    }
  }
}
