package import OpGraph
package import Quantities

/// What the weights of a model are: zero and duplicate filters, zeros, equal tensors.
///
/// See `docs/method/counting.md`.
package struct WeightReview: Sendable {
  /// The weights of one layer.
  package struct LayerWeights: Sendable {
    /// Index of the layer.
    package var layer: Int
    /// The stored tensor.
    package var tensor: ValueID
    package var elementType: ElementType
    package var elements: Int
    /// Elements that stand for zero; nil where that is not known.
    package var zeros: Int?
    /// Bits that the integers use, with their sign; nil for floats.
    package var usedBits: Int?
    /// What is known of filters; nil where the tensor has none, or it is not known what stands for zero.
    package var filters: Filters?
    /// Whether an earlier layer has the same tensor.
    package var isShared: Bool
  }

  /// The filters of a layer: the output channels of a convolution, the channels of a depthwise one, the rows
  /// of a fully connected layer.
  package struct Filters: Sendable {
    package var count: Int
    /// Those whose elements all stand for zero, in order.
    package var zero: [Int32]
    /// Those with the elements of an earlier filter that is not zero.
    package var duplicates: Int
    /// Those of floats that are not zero, with no element above `negligibleRatio` of the largest one of the layer.
    package var negligible: Int
    /// Multiply-accumulates of the zero filters; nil where those of the layer are not known.
    package var macsOfZero: Int?
  }

  /// Tensors with equal bytes at different places.
  package struct EqualTensors: Sendable {
    package var tensors: [ValueID]
    /// Bytes of each of them.
    package var bytes: Int
  }

  /// The unit roundoff of 32-bit floats: next to products of the largest element, smaller ones are lost.
  package static let negligibleRatio = 0x1p-24

  /// Equal tensors below this size are not worth a reference.
  private static let leastEqualBytes = 64

  /// Layers with stored weights, in execution order.
  package let layers: [LayerWeights]
  /// The largest first.
  package let equalTensors: [EqualTensors]
  /// Stored weights of layers that are not read: packed in another form, or in another file.
  package private(set) var unread = 0
  /// Multiply-accumulates of the model; nil where they are not known.
  package let wholeMACs: Int?
  /// What goes with the zero filters.
  package let removal: ZeroFilterRemoval

  /// Reads all weights of a workload once.
  /// - Throws: `Problem` that names the tensor when the file is damaged or holds too little.
  package init(_ workload: Workload, _ elements: any StoredElements) throws(Problem) {
    var layers: [LayerWeights] = []
    let graph = workload.graph
    let producers = graph.producersByValue()
    var reader = WeightReader(elements, of: graph)
    var seen: Set<ValueID> = []
    for layer in workload.layers where layer.kind.isContraction && !layer.doesNotRun {
      let node = graph.nodes[layer.index]
      for (place, operand) in node.inputs.enumerated() {
        guard let operand, node.operation.constantRole(at: place) == .weight,
          graph[operand].isConstant
        else { continue }
        guard !node.operation.packsElements,
          let source = WeightSource(operand, of: node, in: graph, producers: producers)
        else {
          unread += 1
          continue
        }
        let axes =
          place == 1 ? node.operation.filterAxes(for: graph.operands(of: node)) : nil
        let division = WeightReader.Division(source, axes, in: graph)
        guard let counts = try reader.counts(source.value, division) else {
          unread += 1
          continue
        }
        layers.append(
          LayerWeights(
            layer, source.value, counts, knowsZero: division.zeroPoints != nil,
            isShared: !seen.insert(source.value).inserted, graph))
      }
    }
    try Self.checkTotal(of: layers)
    self.layers = layers
    wholeMACs = workload.totals.macs.fixedValue
    removal = ZeroFilterRemoval(
      workload.complete,
      zeroFilters: Dictionary(
        layers.compactMap { layer in layer.filters.map { (layer.layer, $0.zero) } }
      ) { first, _ in first })
    equalTensors = try Self.equalTensors(graph, elements, &reader)
  }

  /// - Throws: `Problem` when the elements of all layers are too many to be added: a sparse tensor stands for
  ///   more than it stores.
  static func checkTotal(of layers: [LayerWeights]) throws(Problem) {
    let sum = layers.map { $0.isShared ? 0 : SymbolicInt.fixed($0.elements) }.sum
    guard sum != .overflow else {
      throw Problem("the weights of all layers have more than 2^63 elements")
    }
  }

  private static func equalTensors(
    _ graph: Graph, _ elements: any StoredElements, _ reader: inout WeightReader
  ) throws(Problem) -> [EqualTensors] {
    struct Contents: Hashable {
      var hash: UInt64
      var bytes: Int
      var type: ElementType
    }
    let isRead = graph.readValues()
    var groups: [Contents: [ValueID]] = [:]
    for id in graph.storedValues(where: { isRead[$0] }) {
      guard let type = elements.type(of: id), let bytes = type.elementBytes.fixedValue,
        bytes >= leastEqualBytes
      else { continue }
      guard let hash = try reader.hash(id) else { continue }
      groups[Contents(hash: hash, bytes: bytes, type: type.elementType), default: []].append(id)
    }
    return groups.filter { $0.value.count > 1 }
      .map { EqualTensors(tensors: $0.value, bytes: $0.key.bytes) }
      .sorted {
        ($1.bytes, $0.tensors[0].index) < ($0.bytes, $1.tensors[0].index)
      }
  }
}

extension WeightReader.Division {
  /// - Parameter axes: The axes of the operand's filters; nil where it has none.
  fileprivate init(_ source: WeightSource, _ axes: FilterAxes?, in graph: Graph) {
    let type = graph[source.value].type
    let axis = axes.map { source.axes[$0.outputs] }
    if type.sparsity == nil {
      filters = axis.flatMap { TensorScan.Filters(axis: $0, of: type.shape) }
    }
    guard let known = source.zeroPoints else { return }
    if let own = known.axis {
      // Several zero points are told apart along the axis of the filters only.
      if own == axis, known.numbers.count == filters?.count { zeroPoints = known.numbers }
    } else {
      zeroPoints = known.numbers
    }
  }
}

extension WeightReview.LayerWeights {
  fileprivate init(
    _ layer: Layer, _ tensor: ValueID, _ counts: WeightReader.Counts, knowsZero: Bool,
    isShared: Bool, _ graph: Graph
  ) {
    self.layer = layer.index
    self.tensor = tensor
    self.isShared = isShared
    let type = graph[tensor].type
    elementType = type.elementType
    // A sparse tensor holds what is not zero, in blocks.
    elements =
      type.sparsity == nil ? counts.elements : type.elementCount.fixedValue ?? counts.elements
    guard knowsZero else { return }
    zeros = max(0, elements - (counts.elements - counts.zeros))
    if !type.elementType.isFloat {
      usedBits =
        counts.largest == 0
        ? 0 : min(type.elementType.bits ?? 64, 65 - counts.largest.leadingZeroBitCount)
    }
    filters = counts.filters
    if let filters = counts.filters {
      self.filters?.macsOfZero = layer.work.macs.fixedValue.map {
        $0 / filters.count * filters.zero.count
      }
    }
  }
}
