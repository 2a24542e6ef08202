import DeviceProfiles
import Analysis
import OpGraph

/// Where the feature maps of a block array lie.
///
/// Without a capacity all lie in the memory for feature maps. With one, what enters or leaves the
/// array and what does not fit lies in the memory behind it; windows over maps that do not fit run
/// in cascades, stripe by stripe, and what is inside a cascade stays.
struct FeatureMaps {
  private let workload: Workload
  private let isOnArray: [Bool]
  private let flow: LayerFlow
  private let capacity: Double?
  private let layout: Layout
  private let operations: [BlockOperation?]
  /// How many of the layers before each have more live than there is room for.
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
    _ workload: Workload, _ operations: [BlockOperation?], isOnArray: [Bool], flow: LayerFlow,
    layout: Layout, capacity: Double?
  ) {
    self.layout = layout
    self.workload = workload
    self.operations = operations
    self.isOnArray = isOnArray
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

  func residence(of value: ValueID) -> BlockOperation.Residence {
    BlockOperation.Residence(isExternal: isExternal(value), isInRows: isInRows(value))
  }

  private func isInRows(_ value: ValueID) -> Bool {
    let readers = flow.readers(of: value)
    guard let producer = flow.producer(of: value), !readers.isEmpty else { return true }
    if extent(of: value).channels < 8 { return true }
    return ([producer] + readers).contains {
      !isOnArray[$0] || !Self.bricked.contains(workload.layers[$0].operatorName)
    }
  }

  private func extent(of value: ValueID) -> BlockArray.Extent {
    let producer = flow.producer(of: value)
    if let output = producer.flatMap({ operations[$0] })?.output { return output }
    return BlockArray.Extent(workload.graph[value].type.shape?.dimensions.numbers ?? [], layout)
  }

  /// Bytes of the feature maps that are live at each layer.
  private func liveBytes() -> [Double] {
    var changes = [Double](repeating: 0, count: workload.layers.count + 1)
    for layer in workload.layers where layer.fold == nil {
      for output in layer.outputs {
        let shape = extent(of: output)
        let channels =
          isInRows(output) ? Double(shape.channels) : roundedUp(Double(shape.channels), to: 16)
        let bytes = Double(shape.height) * Double(shape.width) * channels
        let end = flow.readers(of: output).last ?? workload.layers.count - 1
        changes[layer.index] += bytes
        changes[end + 1] -= bytes
      }
    }
    var live: [Double] = []
    for index in workload.layers.indices { live.append((live.last ?? 0) + changes[index]) }
    return live
  }

  /// The only layer that reads a layer's result, those between left out that are nothing.
  private func next(after index: Int) -> Int? {
    var readers = flow.readers(of: index)
    while readers.count == 1, operations[readers[0]]?.kind == .nothing,
      Self.transparent.contains(workload.layers[readers[0]].operatorName)
    {
      readers = flow.readers(of: readers[0])
    }
    return readers.count == 1 ? readers[0] : nil
  }

  private func isExternal(_ value: ValueID) -> Bool {
    guard capacity != nil else { return false }
    let readers = flow.readers(of: value)
    guard let made = flow.producer(of: value), !readers.isEmpty, isOnArray[made],
      readers.allSatisfy({ isOnArray[$0] })
    else { return true }
    let producer = originalProducers[made]
    if isCascaded[producer], let next = next(after: producer), isCascaded[next] { return false }
    if isCascaded[producer] || readers.contains(where: { isCascaded[$0] }) { return true }
    let end = readers[readers.count - 1]
    return crowdedBefore[end + 1] > crowdedBefore[min(producer, end)]
  }
}
