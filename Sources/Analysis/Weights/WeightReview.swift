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
    package var zero: [Int]
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
    var hashes: [ValueID: UInt64] = [:]
    let graph = workload.graph
    let producers = graph.producersByValue()
    var scans: [Key: TensorScan] = [:]
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
        let key = Key(source, axes, in: graph)
        let isShared = scans.keys.contains { $0.value == source.value }
        if scans[key] == nil {
          scans[key] = try elements.scan(
            source.value, key.filters ?? .one, zeroPoints: key.zeroPoints ?? [0])
        }
        guard let scan = scans[key] else {
          unread += 1
          continue
        }
        hashes[source.value] = scan.hash
        layers.append(LayerWeights(layer, source.value, scan, key, isShared: isShared, graph))
      }
    }
    self.layers = layers
    wholeMACs = workload.totals.macs.fixedValue
    removal = ZeroFilterRemoval(
      workload.complete,
      zeroFilters: Dictionary(
        layers.compactMap { layer in layer.filters.map { (layer.layer, $0.zero) } }
      ) { first, _ in first })
    equalTensors = try Self.equalTensors(graph, elements, hashes)
  }

  /// What a scan depends on.
  fileprivate struct Key: Hashable {
    var value: ValueID
    var filters: TensorScan.Filters?
    /// Nil where it is not known what stands for zero.
    var zeroPoints: [Int]?

    init(_ source: WeightSource, _ axes: FilterAxes?, in graph: Graph) {
      value = source.value
      let shape = graph[source.value].type.shape
      let axis = axes.map { source.axes[$0.outputs] }
      if graph[value].type.sparsity == nil {
        filters = axis.flatMap { TensorScan.Filters(axis: $0, of: shape) }
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

  private static func equalTensors(
    _ graph: Graph, _ elements: any StoredElements, _ known: [ValueID: UInt64]
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
      var hash = known[id]
      if hash == nil { hash = try elements.scan(id, .one, zeroPoints: [0])?.hash }
      guard let hash else { continue }
      groups[Contents(hash: hash, bytes: bytes, type: type.elementType), default: []].append(id)
    }
    return groups.filter { $0.value.count > 1 }
      .map { EqualTensors(tensors: $0.value, bytes: $0.key.bytes) }
      .sorted {
        ($1.bytes, $0.tensors[0].index) < ($0.bytes, $1.tensors[0].index)
      }
  }
}

extension WeightReview.LayerWeights {
  fileprivate init(
    _ layer: Layer, _ tensor: ValueID, _ scan: TensorScan, _ key: WeightReview.Key, isShared: Bool,
    _ graph: Graph
  ) {
    self.layer = layer.index
    self.tensor = tensor
    self.isShared = isShared
    let type = graph[tensor].type
    elementType = type.elementType
    // A sparse tensor holds what is not zero, in blocks.
    elements = type.sparsity == nil ? scan.elements : type.elementCount.fixedValue ?? scan.elements
    guard key.zeroPoints != nil else { return }
    zeros = scan.zeros + elements - scan.elements
    let largest = scan.largest.max() ?? 0
    if !type.elementType.isFloat {
      usedBits =
        largest == 0 ? 0 : min(type.elementType.bits ?? 64, 65 - largest.leadingZeroBitCount)
    }
    guard let filters = key.filters else { return }
    let zero = scan.largest.indices.filter { scan.largest[$0] == 0 }
    let others = scan.largest.indices.filter { scan.largest[$0] != 0 }
    var negligible = 0
    if let top = type.elementType.magnitude(largest) {
      negligible = others.count { filter in
        type.elementType.magnitude(scan.largest[filter]).map {
          $0 <= top * WeightReview.negligibleRatio
        } ?? false
      }
    }
    let macs = layer.work.macs.fixedValue
    self.filters = WeightReview.Filters(
      count: filters.count, zero: zero,
      duplicates: others.count - Set(others.map { scan.hashes[$0] }).count, negligible: negligible,
      macsOfZero: macs.map { $0 / filters.count * zero.count })
  }
}

extension ElementType {
  /// The number that the bits without sign stand for; nil for integers and narrower floats.
  fileprivate func magnitude(_ bits: UInt64) -> Double? {
    switch self {
    case .float64: Double(bitPattern: bits)
    case .float32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .bfloat16: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    case .float16: ElementType.float16(bits: UInt16(truncatingIfNeeded: bits))
    default: nil
    }
  }
}
