/// What placement rules may ask of an operator.
package enum OperatorProperty: String, Codable, Sendable, CaseIterable {
  /// Types of operands and results that change, and of constants that take part in the arithmetic.
  case featureMapTypes
  case weightTypes, biasTypes
  /// How many weights, biases and operands that shape others change between inferences.
  case variableParameters
  /// How many of the feature maps are 8 or 16-bit integers without a scale.
  case unquantizedFeatureMaps
  /// The most scales that a feature map has.
  case scalesPerFeatureMap
  /// The most scales that a constant weight has: more than one where each channel has its own.
  case scalesPerWeight
  /// How many axes but the first have no size in the file.
  case dynamicAxes
  /// Axes after leading ones of size 1; size of the first of four axes.
  case axesAfterOnes, batch
  /// The largest stride of a window.
  case stride
  /// The same where the window is dilated or reaches over the edge, else 1.
  case paddedStride
  /// The larger stride where neither strides, nor sizes and kernel elements, leave one axis out.
  case unevenStride
  case dilation
  /// Groups of a convolution that is not depthwise.
  case groups
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
}
