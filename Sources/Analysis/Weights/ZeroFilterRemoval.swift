import OpGraph

/// A graph without the zero filters of its layers, the channels that they make, and what reads these.
///
/// A zero filter makes a channel that does not depend on the input: what it adds to layers behind can become
/// part of their biases. A channel can go if all layers that make it have a zero filter there (an addition has
/// two), and every reader is known to do without it.
package struct ZeroFilterRemoval: Sendable {
  /// The graph without them.
  package private(set) var pruned: InferredGraph
  /// How many filters each layer loses, by index of the layer.
  package private(set) var removedFilters: [Int: Int] = [:]

  private let consumers: Consumers
  private let producers: [Int?]
  private let results: Set<ValueID>

  /// Operands and filters beyond which no more are looked at: an operator can be in reach of many layers, and
  /// is looked at from each of its operands.
  private static let mostVisits = 1 << 19

  /// - Parameter zeroFilters: By layer, the filters that are zero.
  init(_ complete: InferredGraph, zeroFilters: [Int: [Int32]]) {
    pruned = complete
    consumers = complete.graph.consumersByValue()
    producers = complete.graph.producersByValue()
    results = Set(complete.graph.outputs)
    var done: Set<ValueID> = []
    var visits = 0
    for layer in zeroFilters.keys.sorted() where zeroFilters[layer]?.isEmpty == false {
      guard let output = complete.graph.nodes[layer].outputs.first ?? nil, !done.contains(output),
        let axis = Self.channelAxis(output, of: complete.graph.nodes[layer], in: complete.graph)
      else { continue }
      var group = ChannelGroup(visits: visits)
      let isClosed = add(output, axis, to: &group)
      done.formUnion(group.axes.keys)
      visits = group.visits
      guard isClosed, !group.makers.isEmpty else { continue }
      for maker in group.makers { visits += zeroFilters[maker]?.count ?? 0 }
      guard visits <= Self.mostVisits else { break }
      var channels = Set(zeroFilters[group.makers[0]] ?? [])
      for maker in group.makers.dropFirst() { channels.formIntersection(zeroFilters[maker] ?? []) }
      // What has no channel left is no network any more.
      guard !channels.isEmpty, let count = complete.graph[output].type.shape?[axis].fixedValue,
        channels.count < count
      else { continue }
      remove(channels.count, of: group)
    }
    guard !removedFilters.isEmpty else { return }
    // The file's plan is for tensors that are there no more.
    pruned.program = nil
    pruned.isForMicro = false
  }

  // MARK: Channels that go together

  /// Values whose channels are the same, one for one.
  private struct ChannelGroup {
    /// The axis of the channels of each value.
    var axes: [ValueID: Int] = [:]
    /// Layers whose filters make the channels.
    var makers: [Int] = []
    /// Layers whose filters read all of them.
    var readers: [Int] = []
    /// Layers with a filter for each.
    var depthwise: [Int] = []
    /// Stored operands with an element, or more, for each, and their axis.
    var constants: [ValueID: Int] = [:]
    /// Operands of operators that were looked at, for this group and those before it.
    var visits: Int
  }

  /// Adds a value and all that shares its channels.
  /// - Returns: Whether every producer and consumer is known to do without a channel.
  private func add(_ first: ValueID, _ axis: Int, to group: inout ChannelGroup) -> Bool {
    var waiting = [(first, axis)]
    while let (value, axis) = waiting.popLast() {
      if let known = group.axes[value] {
        guard known == axis else { return false }
        continue
      }
      group.axes[value] = axis
      guard !results.contains(value), let producer = producers[value.index],
        pruned.graph.nodes[producer].region == nil
      else { return false }
      for index in [producer] + consumers[value.index] {
        group.visits += 1 + pruned.graph.nodes[index].inputs.count
        guard group.visits <= Self.mostVisits, let linked = link(index, value, axis, &group)
        else { return false }
        waiting += linked
      }
    }
    return true
  }

  /// The values that share the channels of a value over a node; nil when that is not known.
  private func link(
    _ index: Int, _ value: ValueID, _ axis: Int, _ group: inout ChannelGroup
  ) -> [(ValueID, Int)]? {
    let graph = pruned.graph
    let node = graph.nodes[index]
    guard node.region == nil, !pruned.contradictions.contains(index),
      let output = node.outputs.first ?? nil, node.outputs.dropFirst().allSatisfy({ $0 == nil }),
      let channels = graph[value].type.shape?[axis]
    else { return nil }
    let axes = node.operation.filterAxes(for: graph.operands(of: node))
    if let axes, axes.inputs != nil {
      // A layer with filters over all channels ends the group on either side.
      guard isOnlyReader(of: node, operand: 1), isOnlyReader(of: node, operand: 2),
        Self.channelAxis(value, of: node, in: graph) == axis
      else { return nil }
      if output == value {
        if !group.makers.contains(index) { group.makers.append(index) }
      } else {
        guard node.inputs[0] == value, !node.inputs.dropFirst().contains(value),
          inputSize(node, axes) == channels
        else { return nil }
        if !group.readers.contains(index) { group.readers.append(index) }
      }
      return []
    }
    if axes != nil {
      guard let input = node.inputs.first ?? nil, isOnlyReader(of: node, operand: 1),
        isOnlyReader(of: node, operand: 2), sizes(input)?.count == sizes(output)?.count,
        sizes(input)?[axis] == channels.fixedValue, sizes(output)?[axis] == channels.fixedValue,
        Self.channelAxis(output, of: node, in: graph) == axis
      else { return nil }
      if !group.depthwise.contains(index) { group.depthwise.append(index) }
      return [(input, axis), (output, axis)]
    }
    switch node.operation {
    case let elementwise as Elementwise where elementwise.secondOperandAxis == nil:
      return linkElements(node, output, axis, channels, &group)
    case is Activation, is Quantize, is Dequantize, is FakeQuantize, is Identity:
      return linkElements(node, output, axis, channels, &group)
    case let normalization as Normalization where normalization.function == .batch:
      guard let input = node.inputs.first ?? nil else { return nil }
      for case let constant? in node.inputs.dropFirst() where group.constants[constant] == nil {
        // Inference does not check the ranks of statistics.
        guard consumers[constant.index].count == 1, graph[constant].type.shape?.rank != 0 else {
          return nil
        }
        group.constants[constant] = 0
      }
      return [(input, axis), (output, axis)]
    case is Pooling, is Resize, is Pad:
      guard let input = node.inputs.first ?? nil, input == value || output == value,
        sizes(input)?.count == sizes(output)?.count, sizes(input)?[axis] == sizes(output)?[axis]
      else { return nil }
      return [(input, axis), (output, axis)]
    case is Reduction, is any ViewOperator:
      guard let input = node.inputs.first ?? nil else { return nil }
      return linkShapes(node, input, output, value, axis)
    default: return nil
    }
  }

  /// Operands and result of an operator that works element by element.
  private func linkElements(
    _ node: Node, _ output: ValueID, _ axis: Int, _ channels: Dimension,
    _ group: inout ChannelGroup
  ) -> [(ValueID, Int)]? {
    guard let result = sizes(output) else { return nil }
    // Axes are aligned at the last.
    var linked: [(ValueID, Int)] = []
    for operand in node.inputs.compactMap({ $0 }) + [output] {
      guard let own = sizes(operand) else { return nil }
      let place = axis + own.count - result.count
      guard own.indices.contains(place), own[place] != 1 else { continue }
      guard own[place] == channels.fixedValue else { return nil }
      if pruned.graph[operand].isConstant {
        guard consumers[operand.index].count == 1 else { return nil }
        if group.constants[operand] == nil { group.constants[operand] = place }
      } else {
        linked.append((operand, place))
      }
    }
    return linked
  }

  /// Operand and result of an operator that changes the rank, where only the first axis and the channels have
  /// several elements on one of its sides.
  private func linkShapes(
    _ node: Node, _ input: ValueID, _ output: ValueID, _ value: ValueID, _ axis: Int
  ) -> [(ValueID, Int)]? {
    let other = value == input ? output : input
    guard value == input || value == output, let own = sizes(value), let others = sizes(other),
      own.indices.contains(axis), axis > 0, own[axis] > 1, own[0] == others.first
    else { return nil }
    let places = others.indices.dropFirst().filter { others[$0] != 1 }
    if node.operation is Reduction {
      // The spatial axes go, the batch and the channels stay.
      let small = value == output ? own : others
      guard small.dropFirst().filter({ $0 != 1 }) == [own[axis]] else { return nil }
      if own.count == others.count { return others[axis] == own[axis] ? [(other, axis)] : nil }
      // Of an image without its axes the channels are next to the batch.
      guard small.count == 2 else { return nil }
      let image = value == output ? others : own
      let channels = pruned.graph.imageLayout.channelAxis(rank: image.count)
      guard image.indices.contains(channels), image[channels] == own[axis] else { return nil }
      return value == output ? [(other, channels)] : axis == channels ? [(other, 1)] : nil
    }
    guard own.indices.dropFirst().allSatisfy({ $0 == axis || own[$0] == 1 }), places.count == 1,
      others[places[0]] == own[axis]
    else { return nil }
    return [(other, places[0])]
  }

  private func sizes(_ value: ValueID) -> [Int]? {
    pruned.graph[value].type.shape?.dimensions.numbers
  }

  private func inputSize(_ node: Node, _ axes: FilterAxes) -> Dimension? {
    guard node.inputs.indices.contains(1), let weights = node.inputs[1], let axis = axes.inputs
    else { return nil }
    return pruned.graph[weights].type.shape?[axis]
  }

  /// Whether an operand is left out, or is stored and nothing else reads it.
  private func isOnlyReader(of node: Node, operand place: Int) -> Bool {
    guard node.inputs.indices.contains(place), let operand = node.inputs[place] else { return true }
    guard
      let source = WeightSource(operand, of: node, in: pruned.graph, producers: producers)
    else { return false }
    return source.chain.allSatisfy { consumers[$0.value.index].count == 1 }
  }

  /// The axis of the channels in the first operand or the result of a layer with filters.
  private static func channelAxis(_ value: ValueID, of node: Node, in graph: Graph) -> Int? {
    guard let rank = graph[value].type.shape?.rank else { return nil }
    let axis: Int
    switch node.operation {
    case let convolution as Convolution: axis = convolution.layout.channelAxis(rank: rank)
    case let convolution as TransposedConvolution: axis = convolution.layout.channelAxis(rank: rank)
    case let product as FullyConnected:
      if case .gemm(transposesInput: true, _) = product.form { return nil }
      axis = rank - 1
    case let product as MatMul:
      if product.transposesLeft { return nil }
      axis = rank - 1
    default: return nil
    }
    return (0..<rank).contains(axis) ? axis : nil
  }

  // MARK: Removing

  private mutating func remove(_ count: Int, of group: ChannelGroup) {
    // Which axes weights have depends on the channels of what they are applied to: these come last.
    for index in group.makers {
      shrinkWeights(of: index, by: count) { $0.outputs }
      removedFilters[index, default: 0] += count
    }
    for index in group.depthwise {
      shrinkWeights(of: index, by: count) { $0.outputs }
      guard var convolution = pruned.graph.nodes[index].operation as? Convolution else { continue }
      convolution.groups = convolution.groups.map { $0 - count }
      pruned.graph.nodes[index].operation = convolution
    }
    for index in group.readers { shrinkWeights(of: index, by: count) { $0.inputs } }
    for (value, axis) in group.axes { shrink(value, axis, by: count) }
    for (value, axis) in group.constants { shrink(value, axis, by: count) }
  }

  /// Takes indices of an axis out of a layer's weights and, where these are filters, of its bias.
  private mutating func shrinkWeights(
    of index: Int, by count: Int, along axis: (FilterAxes) -> Int?
  ) {
    let node = pruned.graph.nodes[index]
    guard let axes = node.operation.filterAxes(for: pruned.graph.operands(of: node)),
      let axis = axis(axes)
    else { return }
    shrinkStored(1, of: node, axis, by: count)
    if axis == axes.outputs { shrinkStored(2, of: node, nil, by: count) }
  }

  /// - Parameter axis: An axis of the operand; nil for its last.
  private mutating func shrinkStored(_ place: Int, of node: Node, _ axis: Int?, by count: Int) {
    guard node.inputs.indices.contains(place), let operand = node.inputs[place],
      let source = WeightSource(operand, of: node, in: pruned.graph, producers: producers)
    else { return }
    for (value, axes) in source.chain {
      guard let own = axis ?? axes.indices.last else { continue }
      shrink(value, axes[own], by: count)
    }
  }

  private mutating func shrink(_ value: ValueID, _ axis: Int, by count: Int) {
    guard let size = pruned.graph[value].type.shape?[axis].fixedValue, size > count else { return }
    pruned.graph[value].type.shape?[axis] = .fixed(size - count)
    pruned.graph[value].constant = nil
  }
}
