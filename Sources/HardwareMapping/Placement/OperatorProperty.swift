import Analysis
import OpGraph

/// What placement rules may ask of an operator.
package enum OperatorProperty: String, Codable, Sendable {
  /// Types of operands and results that change, and of constants that take part in the arithmetic.
  case featureMapTypes
  case weightTypes, biasTypes
  /// How many weights, biases and operands that shape others change between inferences.
  case variableParameters
  /// How many of the feature maps are 8 or 16-bit integers without a scale.
  case unquantizedFeatureMaps
  /// The most scales that a feature map has.
  case scalesPerFeatureMap
  /// How many axes but the first have no size in the file.
  case openAxes
  /// Axes after leading ones of size 1; size of the first of four axes.
  case axesAfterOnes, batch
  /// The largest stride of a window.
  case stride
  /// The same where the window is dilated or reaches over the edge, else 1.
  case paddedStride
  /// The larger stride where neither strides, nor sizes and kernel elements, leave one axis out.
  case unevenStride
  case dilation
  /// Kernel elements of a window; those over its height; those of a side where the image is padded, else 1.
  case kernelElements, kernelHeight, paddedKernelSide
  /// Elements that a reduction makes one of; the longest axis that it reduces.
  case reducedElements, longestReducedAxis
  /// How many axes but height and width a reduction reduces, the channels counted only where more
  /// than one position has several channels.
  case reducesBatch, reducesChannelsOfImages
  /// Size of an image's channels, or of the last axis; axes between the reduced one and the last.
  case channels, axesAfterReduced
  /// How many times as large a resize makes an image: 0 where its sides are not scaled alike.
  case resizeFactor
  /// How many times as long a resize makes a side at most, begun ones counted.
  case enlargement
  /// The factor of a resize where centres of elements stay in their places, else 1.
  case resizeFactorByCentres
  /// The largest step of a slice over height and width; over other axes.
  case spatialStep, otherStep
  /// Whether operands and result have more than one scale and zero point.
  case differingQuantization
  /// Vectors that a softmax normalizes.
  case rows
  /// Axes that a transpose moves; 3 or more where not two neighbours are swapped.
  case movedAxes
  /// Axes but height and width that a pad makes longer.
  case paddedOuterAxes
  /// Whether an activation is fused into the operator.
  case fusedActivation

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
    case .openAxes: return facts.openAxes
    case .axesAfterOnes: return facts.axesAfterOnes
    case .batch: return facts.input.flatMap { $0.count == 4 ? $0[0] : nil }
    case .stride: return facts.window?.strides.max()
    case .paddedStride: return facts.paddedStride
    case .unevenStride: return facts.unevenStride
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

/// A product that stops at the largest number.
func saturatingProduct(_ left: Int, _ right: Int) -> Int {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? .max : product
}
