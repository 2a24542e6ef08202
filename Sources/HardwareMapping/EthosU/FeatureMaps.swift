import DeviceProfiles
import Analysis
import OpGraph

/// Where the feature maps of an Ethos-U lie.
///
/// Without a capacity all lie in the memory for feature maps. With one, what enters or leaves the
/// NPU and what does not fit lies in the external memory it; windows over maps that do not fit run
/// in cascades, stripe by stripe, and what is inside a cascade stays.
struct FeatureMaps {
  private let workload: Workload
  private let isOnUnit: [Bool]
  private let flow: DataFlow
  private let capacity: Double?
  private let layout: Layout
  private let operations: [EthosUOperation?]
  /// How many of the layers before each have more live than there is capacity for.
  private var crowdedBefore: [Int] = [0]
  private var isCascaded: [Bool] = []
  /// For each layer, the one that made what it gives: another one where it is nothing of its own.
  private var originalProducers: [Int]

  /// Operators that read and write bricks of 16 channels.
  private static let bricked: Set<OperatorName> = [
    .conv2D, .depthwiseConv2D, .maxPool2D, .averagePool2D, .add, .mul, .sub, .quantize,
    .relu, .relu6, .leakyRelu, .sigmoid, .reduceMean, .fullyConnected, .resizeNearest,
    .clip, .globalAveragePool,
  ]
  /// Operators that are left out between two of a cascade when they are nothing of their own.
  private static let transparent: Set<OperatorName> = [.pad, .relu, .relu6, .leakyRelu, .sigmoid]

  init(
    _ workload: Workload, _ operations: [EthosUOperation?], isOnUnit: [Bool], flow: DataFlow,
    layout: Layout, capacity: Double?
  ) {
    self.layout = layout
    self.workload = workload
    self.operations = operations
    self.isOnUnit = isOnUnit
    self.flow = flow
    self.capacity = capacity
    originalProducers = Array(workload.layers.indices)
    for layer in workload.layers where operations[layer.index]?.kind == .nothing {
      if let producer = layer.inputs.first.flatMap({ $0 }).flatMap(flow.producer),
        producer < layer.index
      {
        originalProducers[layer.index] = originalProducers[producer]
      }
    }
    guard let capacity else { return }
    let live = liveBytes()
    for bytes in live {
      // bounded: a number of layers
      crowdedBefore.append(crowdedBefore[crowdedBefore.count - 1] + (bytes > capacity ? 1 : 0))
    }
    isCascaded = workload.layers.indices.map { index in
      guard isWindow(index) else { return false }
      return live[index] > capacity
        || next(after: index).map { live[$0] > capacity && isWindow($0) } ?? false
    }
  }

  private func isWindow(_ index: Int) -> Bool {
    guard let operation = operations[index] else { return false }
    return operation.hasWindow
      && workload.graph.nodes[index].operation is any WindowOperator
  }

  func residence(of value: ValueID) -> EthosUOperation.Residence {
    EthosUOperation.Residence(isExternal: isExternal(value), isInRows: isInRows(value))
  }

  private func isInRows(_ value: ValueID) -> Bool {
    let consumers = flow.consumers(of: value)
    guard let producer = flow.producer(of: value), !consumers.isEmpty else { return true }
    if extent(of: value).channels < EthosUArchitecture.leastChannelsInBricks { return true }
    return ([producer] + consumers).contains {
      !isOnUnit[$0] || !Self.bricked.contains(workload.layers[$0].operatorName)
    }
  }

  private func extent(of value: ValueID) -> FeatureMapExtent {
    let producer = flow.producer(of: value)
    if let output = producer.flatMap({ operations[$0] })?.output { return output }
    return FeatureMapExtent(workload.graph[value].type.shape?.dimensions.numbers ?? [], layout)
  }

  /// Bytes of the feature maps that are live at each layer.
  private func liveBytes() -> [Double] {
    var changes = [Double](repeating: 0, count: workload.layers.count + 1)
    for layer in workload.layers where layer.fold == nil {
      for output in layer.outputs {
        let shape = extent(of: output)
        let channels =
          isInRows(output) ? Double(shape.channels) : inBricks(shape.channels)
        let bytes = Double(shape.height) * Double(shape.width) * channels
        let end = flow.consumers(of: output).last ?? workload.layers.count - 1
        changes[layer.index] += bytes
        changes[end + 1] -= bytes  // bounded: a place of a layer
      }
    }
    var live: [Double] = []
    for index in workload.layers.indices { live.append((live.last ?? 0) + changes[index]) }
    return live
  }

  /// The only layer that reads a layer's result, those between left out that are nothing.
  private func next(after index: Int) -> Int? {
    var consumers = flow.consumers(ofLayer: index)
    while consumers.count == 1, operations[consumers[0]]?.kind == .nothing,
      Self.transparent.contains(workload.layers[consumers[0]].operatorName)
    {
      consumers = flow.consumers(ofLayer: consumers[0])
    }
    return consumers.count == 1 ? consumers[0] : nil
  }

  private func isExternal(_ value: ValueID) -> Bool {
    guard capacity != nil else { return false }
    let consumers = flow.consumers(of: value)
    guard let made = flow.producer(of: value), !consumers.isEmpty, isOnUnit[made],
      consumers.allSatisfy({ isOnUnit[$0] })
    else { return true }
    let producer = originalProducers[made]
    if isCascaded[producer], let next = next(after: producer), isCascaded[next] { return false }
    if isCascaded[producer] || consumers.contains(where: { isCascaded[$0] }) { return true }
    let end = consumers[consumers.count - 1]
    // bounded: a place of a layer
    return crowdedBefore[end + 1] > crowdedBefore[min(producer, end)]
  }
}
