/// A convolution whose axes stand in any order, and whose image and kernel may both be dilated
/// (StableHLO convolution).
///
/// Operands: image, kernel. Counts are those of the elements that are not zeros of a dilation.
package struct GeneralConvolution: Operator {
  /// Where the axes of a tensor stand.
  package struct Axes: Hashable, Sendable {
    /// Batch of an image, input features of a kernel.
    package var first: Int
    /// Features of an image, output features of a kernel.
    package var second: Int
    package var spatial: [Int]

    package init(_ first: Int, _ second: Int, spatial: [Int]) {
      self.first = first
      self.second = second
      self.spatial = spatial
    }

    func isOrder(ofRank rank: Int) -> Bool {
      Set([first, second] + spatial) == Set(0..<rank) && spatial.count + 2 == rank
    }
  }

  package var image: Axes
  package var kernel: Axes
  package var result: Axes
  package var strides: [Int]
  /// Elements added before and after, per spatial axis; negative ones are taken away.
  package var padding: [Int]
  package var imageDilations: [Int]
  package var kernelDilations: [Int]
  package var featureGroups: Int
  package var batchGroups: Int

  package init(
    image: Axes, kernel: Axes, result: Axes, strides: [Int], padding: [Int],
    imageDilations: [Int], kernelDilations: [Int], featureGroups: Int, batchGroups: Int
  ) {
    self.image = image
    self.kernel = kernel
    self.result = result
    self.strides = strides
    self.padding = padding
    self.imageDilations = imageDilations
    self.kernelDilations = kernelDilations
    self.featureGroups = featureGroups
    self.batchGroups = batchGroups
  }

  private var isTransposed: Bool { imageDilations.contains { $0 > 1 } }
  package var name: OperatorName {
    isTransposed
      ? .of(
        spatialAxes: strides.count, .convTranspose1D, .convTranspose2D, .convTranspose3D,
        more: .convTransposeND)
      : .of(spatialAxes: strides.count, .conv1D, .conv2D, .conv3D, more: .convND)
  }
  package func constantRole(at index: Int) -> OperandRole { .weight }

  package func filterAxes(for operands: Operands) -> FilterAxes? {
    guard let weights = operands[1]?.type.shape, kernel.isOrder(ofRank: weights.rank) else {
      return nil
    }
    return FilterAxes(outputs: kernel.second, inputs: featureGroups == 1 ? kernel.first : nil)
  }

  package func kind(for operands: Operands) -> KernelKind {
    if isTransposed { return .transposedConvolution }
    guard let weights = operands[1]?.type.shape, kernel.isOrder(ofRank: weights.rank) else {
      return .convolution
    }
    if weights[kernel.first] == 1, featureGroups > 1 { return .depthwiseConvolution }
    return kernel.spatial.allSatisfy { weights[$0] == 1 } ? .pointwiseConvolution : .convolution
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let rank = strides.count + 2
    let input = try operands.shape(0, rank: rank)
    let weights = try operands.shape(1, rank: rank)
    guard [image, kernel, result].allSatisfy({ $0.isOrder(ofRank: rank) }),
      padding.count == 2 * strides.count, featureGroups > 0, batchGroups > 0
    else { throw .invalid("the axes, strides and pads do not fit rank \(rank)") }
    let features = input[image.second]
    let taken = weights[kernel.first]
    if features.fixedValue != nil, taken.fixedValue != nil,
      features != taken * .fixed(featureGroups)
    {
      throw .invalid("\(features) features, \(featureGroups) groups of \(taken) in the kernel")
    }
    var output = Shape([Dimension](repeating: 1, count: rank))
    output[result.first] = input[image.first].floorDivided(by: .fixed(batchGroups))
    output[result.second] = weights[kernel.second]
    for axis in strides.indices {
      output[result.spatial[axis]] = windowPositions(
        input[image.spatial[axis]], dilation: imageDilations[axis],
        kernelSize: weights[kernel.spatial[axis]], tapDilation: kernelDilations[axis],
        padding: (padding[2 * axis], padding[2 * axis + 1]), stride: strides[axis])
    }
    return [TensorType(try operands.type(0).elementType, output)]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let weights = operands[1]?.type.shape, kernel.isOrder(ofRank: weights.rank),
      let input = operands[0]?.type.elementCount, let output = outputs.first?.elementCount
    else { return .unknown }
    let kernelSize = kernel.spatial.map { weights[$0] }.product
    return isTransposed
      ? Work(
        macs: input * kernelSize
          * weights[kernel.second]
          .floorDivided(by: .fixed(featureGroups) * .fixed(batchGroups)))
      : Work(macs: output * kernelSize * weights[kernel.first])
  }
}
