import Quantities
import Analysis
import OpGraph

/// An operator with its operands and results, as placement rules and models of accelerators see it.
struct OperatorFacts {
  let layer: Layer
  let node: Node
  let operands: Operands
  let outputs: [TensorType]
  /// Axes but the first that the file states a size for, but leaves dynamic.
  private let statedDynamicAxes: Int
  private let layout: Layout

  /// - Parameter layout: Where the graph's images have their channels.
  init(_ layer: Layer, in graph: Graph, _ layout: Layout) {
    self.layer = layer
    self.layout = layout
    node = graph.nodes[layer.index]
    operands = graph.operands(of: node)
    outputs = graph.outputTypes(of: node)
    let values = node.inputs.compactMap { $0 } + node.outputs.compactMap { $0 }
    statedDynamicAxes = values.map { graph[$0].dynamicAxes.filter { $0 > 0 }.count }.reduce(0, +)
  }

  /// The operand that carries the data: the first, but for a split that has its axis there and a
  /// transposed convolution whose operands are in another order in no file that this reads.
  private var dataOperand: Int { (node.operation as? Split)?.input ?? 0 }

  /// Sizes of the data operand; nil while they are not known.
  var input: [Int]? { operands[dataOperand]?.type.shape?.dimensions.numbers }
  /// Sizes of the first result.
  var output: [Int]? { outputs.first?.shape?.dimensions.numbers }

  private func role(_ index: Int) -> OperandRole? {
    operands[index].map { _ in node.operation.constantRole(at: index) }
  }

  /// What changes, and constants that take part as such tensors do.
  var featureMaps: [TensorType] {
    let taken = (0..<operands.count).filter { index in
      index == dataOperand || role(index) == .parameter
        || (role(index) == .weight && operands[index]?.isConstant == false)
    }
    return taken.compactMap { operands[$0]?.type } + outputs.prefix(1)
  }

  /// Types of constant operands in a role.
  func types(of role: OperandRole) -> [ElementType] {
    (0..<operands.count).filter { self.role($0) == role && $0 != dataOperand }
      .compactMap { operands[$0]?.type.elementType }
  }

  /// The most scales of a constant weight.
  var scalesPerWeight: Int {
    (0..<operands.count).filter { role($0) == .weight && operands[$0]?.isConstant == true }
      .compactMap { operands[$0]?.type.quantization?.scales.count }.max() ?? 0
  }

  var variableParameters: Int {
    (0..<operands.count).filter { index in
      index != dataOperand && operands[index]?.isConstant == false
        && [.weight, .bias, .attribute].contains(role(index))
    }.count
  }

  var unquantizedFeatureMaps: Int {
    featureMaps.filter { type in
      guard let bits = type.elementType.bits, bits <= 16, !type.elementType.isFloat,
        type.elementType != .bool
      else { return false }
      return type.quantization?.scales.isEmpty ?? true
    }.count
  }

  var dynamicAxes: Int {
    let shapes = featureMaps.map(\.shape)
    let unknown = shapes.map { shape -> Int in
      guard let shape else { return 1 }
      return shape.dimensions.dropFirst().filter { $0.fixedValue == nil }.count
    }
    return unknown.reduce(statedDynamicAxes, +)
  }

  // MARK: Windows

  var window: SlidingWindow? { (node.operation as? any WindowOperator)?.window }
  var kernelSize: [Int]? { (node.operation as? any WindowOperator)?.kernelSize(for: operands) }

  /// Whether a window reaches over the image's edges.
  var isPadded: Bool {
    guard let operation = node.operation as? any WindowOperator, let kernelSize, let input,
      let output,
      output.count == input.count
    else { return false }
    let axes = operation.layout.spatialAxes(rank: input.count)
    let window = operation.window
    guard
      [axes.count, window.strides.count, window.dilations.count].allSatisfy({
        $0 == kernelSize.count
      })
    else { return false }
    return zip(axes, kernelSize.indices).contains { axis, place in
      let extent = Double(window.dilations[place]) * Double(kernelSize[place] - 1) + 1
      let last = Double(output[axis] - 1) * Double(window.strides[place])
      return last + extent > Double(input[axis])
    }
  }

  /// Groups of a convolution with several channels each: a depthwise one is another kind of kernel.
  var groups: Int? {
    guard let convolution = node.operation as? Convolution, layer.kind != .depthwiseConvolution
    else {
      return nil
    }
    return convolution.groupCount(for: operands)
  }

  var paddedStride: Int? {
    guard let window else { return nil }
    return isPadded || window.dilations.contains { $0 > 1 } ? window.strides.max() : 1
  }

  var unevenStride: Int? {
    guard let operation = node.operation as? any WindowOperator, let kernelSize, let input else {
      return nil
    }
    let strides = operation.window.strides
    guard Set(strides).count > 1 else { return strides.max() }
    let axes = operation.layout.spatialAxes(rank: input.count)
    guard axes.count == kernelSize.count, strides.count == kernelSize.count else { return nil }
    // An axis without extent may have a stride of 1 beside another of 2.
    let isFlat = zip(axes, strides.indices).allSatisfy { axis, place in
      strides[place] > 1 || (input[axis] == 1 && kernelSize[place] == 1)
    }
    return isFlat ? strides.max() : Int.max
  }

  // MARK: Reductions

  /// The reduced axes with their sizes.
  var reduced: [(axis: Int, size: Int)]? {
    guard let reduction = node.operation as? Reduction, let input,
      let axes = try? reduction.reducedAxes(operands, rank: input.count)
    else { return nil }
    return axes.map { ($0, input[$0]) }
  }

  var reducesBatch: Int? {
    guard let reduced, let input, input.count == 4 else { return nil }
    return reduced.contains { $0.axis == 0 && $0.size > 1 } ? 1 : 0
  }

  var reducesChannelsOfImages: Int? {
    guard let reduced, let input, input.count >= 3 else { return nil }
    let channels = channelAxis(rank: input.count)
    return reduced.contains { $0.axis == channels } && !input.suffix(3).contains(1) ? 1 : 0
  }

  // MARK: Others

  var resizeFactor: Int? {
    guard let resize = node.operation as? Resize, let input, let output, input.count == 4,
      output.count == 4
    else { return nil }
    let sides = layout.spatialAxes(rank: 4).filter { input[$0] > 0 }
    guard sides.count == 2, input != output, sides.contains(where: { input[$0] != 1 }) else {
      return 1
    }
    func factor(_ side: Int) -> (quotient: Int, remainder: Int) {
      resize.sampling == .alignedCorners && input[side] > 1
        ? (output[side] - 1).quotientAndRemainder(dividingBy: input[side] - 1)
        : output[side].quotientAndRemainder(dividingBy: input[side])
    }
    let factors = sides.map(factor)
    guard factors.allSatisfy({ $0.remainder == 0 }) else { return 0 }
    let isAlike = factors[0].quotient == factors[1].quotient
    return isAlike || sides.contains { output[$0] == 1 } ? factors.map(\.quotient).max() : 0
  }

  var enlargement: Int? {
    guard node.operation is Resize, let input, let output, input.count == 4, output.count == 4,
      layout.spatialAxes(rank: 4).allSatisfy({ input[$0] > 0 })
    else { return nil }
    return layout.spatialAxes(rank: 4).map {
      output[$0] / input[$0] + (output[$0] % input[$0] == 0 ? 0 : 1)
    }.max()
  }

  var resizesByCentres: Int? {
    (node.operation as? Resize).map { $0.sampling == .halfPixel ? resizeFactor ?? 1 : 1 }
  }

  var steps: (spatial: Int, other: Int)? {
    guard let slice = node.operation as? Slice, let steps = try? slice.steps(for: operands) else {
      return nil
    }
    // Height and width are the last two axes but the channels.
    let channels = channelAxis(rank: steps.count)
    let inner = steps.indices.suffix(3).filter { $0 != channels }
    let others = steps.indices.filter { !inner.contains($0) }
    return (
      inner.map { magnitude(steps[$0]) }.max() ?? 1, others.map { magnitude(steps[$0]) }.max() ?? 1
    )
  }

  /// A step backwards is beyond every limit.
  private func magnitude(_ step: Int) -> Int { step < 0 ? .max : step }

  var differingQuantization: Int {
    let all = featureMaps.map(\.quantization)
    return Set(all.map { $0?.scales ?? [] }).count > 1
      || Set(all.map { $0?.zeroPoints ?? [] }).count > 1 ? 1 : 0
  }

  /// The axes that a transpose moves, from and to; axes of size 1 count.
  var movedAxes: Int? {
    guard let transpose = node.operation as? Transpose, let rank = input?.count,
      let order = try? transpose.axisOrder(operands, rank: rank)
    else { return nil }
    let moved = order.indices.filter { order[$0] != $0 }
    guard let first = moved.first, let last = moved.last, moved.count == 2 else {
      return moved.count
    }
    return last - first == 1 ? 2 : 3
  }

  var paddedOuterAxes: Int? {
    guard node.operation is Pad, let input, let output, input.count == output.count else {
      return nil
    }
    let spatial = input.count == 4 ? layout.spatialAxes(rank: 4) : 0..<input.count
    return input.indices.filter { !spatial.contains($0) && input[$0] != output[$0] }.count
  }

  /// The axis of the channels: that of images, else the last.
  private func channelAxis(rank: Int) -> Int {
    rank == 4 ? layout.channelAxis(rank: 4) : rank - 1
  }

  /// Size of the channels, or of the last axis of what is no image.
  var channels: Int? {
    input.flatMap { $0.isEmpty ? nil : $0[channelAxis(rank: $0.count)] }
  }

  /// Elements along all other axes.
  var rows: Int? {
    guard let input, !input.isEmpty else { return nil }
    let channels = channelAxis(rank: input.count)
    return input.indices.filter { $0 != channels }.map { input[$0] }.reduce(1, saturatingProduct)
  }

  /// How many axes there are after leading ones of size 1.
  var axesAfterOnes: Int? { input.map { $0.drop { $0 == 1 }.count } }
}
