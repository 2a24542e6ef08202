import Quantities
import DeviceProfiles
import Analysis
import OpGraph

/// The operation of an Ethos-U for one operator.
struct EthosUOperation {
  /// How the elements of the result are computed.
  enum Kind: Equatable {
    /// Products over all channels of the operand.
    case convolution
    /// Products over one channel each.
    case depthwise
    case pooling
    /// A depthwise convolution with ones, then a scaling pass in 32 bits.
    case mean
    /// Sums, differences, maxima: with so many operands that are read, and so many constant ones.
    case addition(read: Int, constants: Int)
    case multiplication(read: Int, constants: Int)
    case copy(elements: Int)
    /// So many passes that swap two axes each.
    case transposition(passes: Int)
    case argMax
    case softmax
    case interpolation
    /// The elements that are added, and whether they lie along the last axis.
    case pad(elements: Int, isLastAxis: Bool)
    /// Nothing of its own: it is part of another operator, or addresses do it.
    case nothing
  }

  var kind: Kind
  var input: FeatureMapExtent
  var output: FeatureMapExtent
  var kernelSize = (height: 1, width: 1)
  var stride = (height: 1, width: 1)
  var source = Residence()
  var destination = Residence()

  /// Where a feature map lies, and in which order.
  struct Residence {
    /// In the external memory the one for feature maps.
    var isExternal = false
    /// Row by row, and not in bricks of 16 channels.
    var isInRows = false
  }

  /// Whether a window slides, so that blocks are needed.
  var hasWindow: Bool {
    switch kind {
    case .convolution, .depthwise, .pooling, .mean: return true
    default: return false
    }
  }
}

extension FeatureMapExtent {
  /// Height, width and channels of a tensor; a batch lies along the height.
  init(_ shape: [Int], _ layout: Layout) {
    let sizes = shape.map { max(1, $0) }
    if sizes.count == 4, layout == .channelsFirst {
      self.init(saturatingProduct(sizes[0], sizes[2]), sizes[3], sizes[1])
    } else {
      let padded = [Int](repeating: 1, count: max(0, 3 - sizes.count)) + sizes
      self.init(
        padded.dropLast(2).reduce(1, saturatingProduct), padded[padded.count - 2],
        padded[padded.count - 1])
    }
  }
}

/// Finds the operations of an Ethos-U for its operators.
struct EthosULowering {
  private let workload: Workload
  private let isOnUnit: [Bool]
  private let flow: DataFlow
  let layout: Layout

  init(_ workload: Workload, isOnUnit: [Bool], flow: DataFlow) {
    self.workload = workload
    self.isOnUnit = isOnUnit
    self.flow = flow
    layout = workload.graph.imageLayout
  }

  /// The operation of a layer; nil when it is not on the unit, does not run, or has dynamic dimensions.
  func operation(of index: Int) -> EthosUOperation? {
    let layer = workload.layers[index]
    guard isOnUnit[index], layer.fold == nil, !layer.isContradictory else { return nil }
    let facts = OperatorFacts(layer, in: workload.graph, layout)
    guard let input = facts.input, let output = facts.output else { return nil }
    let from = FeatureMapExtent(input, layout)
    let to = FeatureMapExtent(output, layout)
    func plain(_ kind: EthosUOperation.Kind) -> EthosUOperation {
      EthosUOperation(kind: kind, input: from, output: to)
    }
    // There is nothing to do for a tensor without elements.
    guard !input.contains(0), !output.contains(0) else { return plain(.nothing) }
    switch facts.node.operation {
    case let operation as any WindowOperator: return window(operation, facts, from, to)
    case let reduction as Reduction: return self.reduction(reduction, facts, input, from, to)
    case is FullyConnected, is MatMul, is Recurrent: return matmul(layer, output)
    case let operation as Elementwise where operation.isArithmetic:
      let kind = elementwise(operation, facts)
      return plain(kind)
    case let activation as Activation where activation.function == .parametricRelu:
      return plain(.addition(read: 1, constants: 1))
    case is Softmax: return plain(.softmax)
    case is Transpose: return plain(transposition(facts, input))
    case let resize as Resize where resize.interpolation != .nearest: return plain(.interpolation)
    case is Pad: return plain(pad(facts, input, output, index))
    case is Split, is Slice: return plain(.nothing)
    case is Concat, is Pack: return plain(joining(layer))
    case is Unpack: return plain(.copy(elements: from.elements))
    default:
      if layer.kind == .view { return plain(view(index, from)) }
      if layer.kind == .activation || facts.node.operation is Elementwise,
        isAppliedByProducer(index)
      {
        return plain(.nothing)
      }
      return plain(.copy(elements: to.elements))
    }
  }

  private func window(
    _ operation: any WindowOperator, _ facts: OperatorFacts, _ from: FeatureMapExtent,
    _ to: FeatureMapExtent
  ) -> EthosUOperation? {
    guard let kernelSize = facts.kernelSize, kernelSize.count == 2 else { return nil }
    var kind = EthosUOperation.Kind.convolution
    if operation is Pooling {
      kind = .pooling
    } else if facts.layer.kind == .depthwiseConvolution, from.channels > 1 || to.channels == 1 {
      kind = .depthwise
    }
    var result = EthosUOperation(kind: kind, input: from, output: to)
    result.kernelSize = (max(1, kernelSize[0]), max(1, kernelSize[1]))
    // Zeros are put between the pixels of a transposed convolution, which has no stride then.
    if !(operation is TransposedConvolution) {
      result.stride = (max(1, operation.window.strides[0]), max(1, operation.window.strides[1]))
    }
    return result
  }

  private func reduction(
    _ reduction: Reduction, _ facts: OperatorFacts, _ input: [Int], _ from: FeatureMapExtent,
    _ to: FeatureMapExtent
  ) -> EthosUOperation? {
    guard let axes = facts.reduced else { return nil }
    let count = axes.map(\.size).reduce(1, saturatingProduct)
    let isMean = [.mean, .sum, .globalAverage].contains(reduction.function)
    let isMaximum = [.maximum, .minimum, .globalMax].contains(reduction.function)
    if reduction.function == .argMax {
      return EthosUOperation(kind: .argMax, input: from, output: to)
    }
    guard isMean || isMaximum else {
      return EthosUOperation(kind: .copy(elements: to.elements), input: from, output: to)
    }
    let channels = input.count == 4 ? layout.channelAxis(rank: 4) : input.count - 1
    let isPlane = input.count == 4 && !axes.contains { $0.axis == channels }
    var result = EthosUOperation(kind: isMean ? .mean : .pooling, input: from, output: to)
    if isPlane {
      let sides = layout.spatialAxes(rank: 4).map { axis in
        axes.first { $0.axis == axis }?.size ?? 1
      }
      result.kernelSize = (max(1, sides[0]), max(1, sides[1]))
      result.output = FeatureMapExtent(
        // bounded: sides of at least 1
        max(1, from.height / result.kernelSize.height),
        // bounded: sides of at least 1
        max(1, from.width / result.kernelSize.width),
        from.channels)
    } else {
      result.kernelSize = (1, max(1, count))
    }
    return result
  }

  /// The height of that image is looked for up to here.
  private static let greatestHeight = 4096

  /// A matmul of rows with a matrix: a pointwise convolution over rows that are laid out as an image,
  /// as square as it can be.
  // bounded: candidates up to a height, and quotients by numbers from 1 on
  private func matmul(_ layer: Layer, _ output: [Int]) -> EthosUOperation? {
    guard let macs = layer.work.macs.fixedValue, let results = layer.resultElements.fixedValue,
      results > 0, macs > 0, let width = output.last, width > 0
    else { return nil }
    let rows = max(1, output.dropLast().reduce(1, saturatingProduct))
    var height = 1
    var candidate = 1
    while candidate <= Self.greatestHeight, candidate * candidate <= rows {
      if rows % candidate == 0 { height = candidate }
      candidate += 1
    }
    return EthosUOperation(
      kind: .convolution, input: FeatureMapExtent(height, rows / height, max(1, macs / results)),
      output: FeatureMapExtent(height, rows / height, width))
  }

  private func elementwise(_ operation: Elementwise, _ facts: OperatorFacts) -> EthosUOperation.Kind
  {
    let whole = (0..<facts.operands.count).compactMap { facts.operands[$0] }
      .filter { $0.type.elementCount.fixedValue ?? 2 > 1 }
    let read = whole.filter { !$0.isConstant }.count
    let constants = whole.count - read  // bounded: some of them
    return operation.function == .multiply
      ? .multiplication(read: read, constants: constants)
      : .addition(read: read, constants: constants)
  }

  private func transposition(_ facts: OperatorFacts, _ input: [Int]) -> EthosUOperation.Kind {
    guard let transpose = facts.node.operation as? Transpose,
      let order = try? transpose.axisOrder(facts.operands, rank: input.count)
    else { return .transposition(passes: 1) }
    let kept = order.filter { input[$0] != 1 }
    let moved = zip(kept, kept.sorted()).filter { $0 != $1 }.count
    return moved == 0 ? .nothing : .transposition(passes: moved == 2 ? 1 : 2)
  }

  private func pad(
    _ facts: OperatorFacts, _ input: [Int], _ output: [Int], _ index: Int
  ) -> EthosUOperation.Kind {
    let isLastAxis = input.count >= 3 && input.last != output.last
    let readers = flow.consumers(ofLayer: index)
    let isPartOfWindow =
      !isLastAxis && !readers.isEmpty
      && readers.allSatisfy {
        isOnUnit[$0] && workload.graph.nodes[$0].operation is Convolution
      }
    let added =
      // bounded: two numbers from 0 on
      output.reduce(1, saturatingProduct) - input.reduce(1, saturatingProduct)
    // bounded: as above
    return isPartOfWindow ? .nothing : .pad(elements: abs(added), isLastAxis: isLastAxis)
  }

  /// Operands that their producers cannot write where they belong are copied.
  private func joining(_ layer: Layer) -> EthosUOperation.Kind {
    let inPlace: Set<OperatorName> = [
      .conv2D, .depthwiseConv2D, .add, .mul, .maxPool2D, .quantize, .resizeNearest, .sub,
    ]
    var elements = 0.0
    for id in layer.inputs.compactMap({ $0 }) {
      let producer = flow.producer(of: id)
      if let producer, inPlace.contains(workload.layers[producer].operatorName),
        flow.consumers(ofLayer: producer).count == 1
      {
        continue
      }
      elements += Double(workload.graph[id].type.elementCount.fixedValue ?? 0)
    }
    // bounded: below 2^63
    return elements == 0 ? .nothing : .copy(elements: Int(min(elements, 1e18)))
  }

  /// Another shape is a copy where the bytes lie in another order then.
  private func view(_ index: Int, _ from: FeatureMapExtent) -> EthosUOperation.Kind {
    let bricked: Set<OperatorName> = [.conv2D, .add, .sub, .mul, .sigmoid]
    let producer = workload.layers[index].inputs.first.flatMap { $0 }.flatMap(flow.producer)
    let readers = flow.consumers(ofLayer: index)
    guard let producer, !readers.isEmpty, flow.consumers(ofLayer: producer).count == 1,
      readers.allSatisfy({ isOnUnit[$0] })
    else { return .copy(elements: from.elements) }
    let leavesBricks =
      (from.height > 1 || from.width > 1)
      && !from.channels.isMultiple(of: EthosUArchitecture.brickChannels)
      && isOnUnit[producer]
      && bricked.contains(workload.layers[producer].operatorName)
    return leavesBricks ? .copy(elements: from.elements) : .nothing
  }

  /// Whether a function of single elements is applied where its operand is made.
  private func isAppliedByProducer(_ index: Int) -> Bool {
    let appliers: Set<OperatorName> = [
      .conv2D, .depthwiseConv2D, .fullyConnected, .add, .mul, .sub, .averagePool2D,
      .transpose,
    ]
    guard let producer = workload.layers[index].inputs.first.flatMap({ $0 }).flatMap(flow.producer),
      isOnUnit[producer], flow.consumers(ofLayer: producer).count == 1
    else { return false }
    return appliers.contains(workload.layers[producer].operatorName)
  }
}

extension Elementwise {
  /// Whether two operands are combined, and not a function applied to one.
  fileprivate var isArithmetic: Bool {
    switch function {
    case .add, .subtract, .multiply, .maximum, .minimum, .squaredDifference, .sum: return true
    default: return false
    }
  }
}
