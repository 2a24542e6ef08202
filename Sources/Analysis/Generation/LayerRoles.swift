import OpGraph

/// What a layer of a decoder is for.
package enum LayerRole: String, Sendable, CaseIterable {
  case embeddings
  /// Projections of queries, keys and values and of the result, with all between them; masks and angles too.
  case attention
  /// What lies between projections that are no attention; experts too.
  case feedForward = "feed-forward"
  /// Extending the cache of keys and values.
  case cache
  /// The scores of the vocabulary.
  case head
  /// Normalizations, residuals, and what is not known.
  case other
}

/// The role of each layer of a decoder, by how layers follow each other.
///
/// Names play no part but that of results `present...`.
/// A projection is a product with trained weights, and the core of attention a product of two activations, or an
/// operator for the whole. A projection that reaches a core, or is reached from one, before another projection, is
/// attention. Of the others, one that alone makes a result that is no cache is the head, and the rest feed-forward.
package struct LayerRoles: Sendable {
  /// By layer.
  package private(set) var roles: [LayerRole]
  /// By layer, the number of its block: attention and the feed-forward layers after it.
  ///
  /// Nil before the first and after the last.
  package private(set) var blocks: [Int?]

  /// What a way from layer to layer passes before it comes to another projection.
  fileprivate struct Marks: OptionSet {
    let rawValue: UInt8
    static let core = Marks(rawValue: 1)
    static let attention = Marks(rawValue: 2)
    static let feedForward = Marks(rawValue: 4)
    static let head = Marks(rawValue: 8)
    /// Inputs, tables, and layers whose role is not known.
    static let other = Marks(rawValue: 16)
  }

  private enum Part { case projection, core, table, cache, size, between }

  package init(_ workload: Workload) {
    let graph = workload.complete.withConstants
    let layers = workload.layers
    let inputs = Set(graph.inputs)
    let parts = layers.map { Self.part(of: $0, in: graph, inputs) }
    let producers = graph.producersByValue()
    func before(_ index: Int) -> [Int] {
      guard parts[index] != .size else { return [] }
      return layers[index].inputs.compactMap { $0 }.filter { !graph[$0].isConstant }
        .compactMap { producers[$0.index] }.filter { layers[$0].fold != .untaken }
    }
    let heads = Self.heads(graph, parts, producers, before: before)
    // Backwards: which layers come to a core.
    var reachesCore = [Bool](repeating: false, count: layers.count)
    for index in layers.indices.reversed() where layers[index].fold != .untaken {
      let passes = parts[index] == .core || parts[index] != .projection && reachesCore[index]
      if passes, parts[index] != .table {
        for source in before(index) { reachesCore[source] = true }
      }
    }
    // Forwards: what layers come from. With the roles of projections, those of layers between them are known.
    var roles = [LayerRole](repeating: .other, count: layers.count)
    var origins = [Marks](repeating: [], count: layers.count)
    for index in layers.indices where layers[index].fold != .untaken {
      for source in before(index) {
        switch parts[source] {
        case .projection, .table: origins[index].formUnion(roles[source].mark)
        case .core: origins[index].formUnion(origins[source].union(.core))
        default: origins[index].formUnion(origins[source])
        }
      }
      if layers[index].inputs.contains(where: { $0.map(inputs.contains) ?? false }) {
        origins[index].insert(.other)
      }
      roles[index] = Self.role(
        parts[index], layers[index], reachesCore: reachesCore[index], origins: origins[index],
        isHead: heads.contains(index))
    }
    self.roles = roles
    blocks = []
    blocks = numberedBlocks(layers, isProjection: parts.map { $0 == .projection }, in: graph)
  }

  private static func role(
    _ part: Part, _ layer: Layer, reachesCore: Bool, origins: Marks, isHead: Bool
  ) -> LayerRole {
    switch part {
    case .cache: return .cache
    case .size: return .other
    case .core: return .attention
    case _ where reachesCore || origins.contains(.core): return .attention
    case .table: return .embeddings
    case .projection:
      if layer.operatorName == .selfAttention { return .attention }
      if isHead { return .head }
      return [.fullyConnected, .matMul].contains(layer.kind) ? .feedForward : .other
    case .between:
      // Such as a bias and an activation; a residual comes from several.
      switch origins {
      case .attention: return .attention
      case .feedForward: return .feedForward
      case .head: return .head
      default: return .other
      }
    }
  }

  /// Projections that alone make a result which is no cache.
  private static func heads(
    _ graph: Graph, _ parts: [Part], _ producers: [Int?], before: (Int) -> [Int]
  ) -> Set<Int> {
    // What each layer comes from: one projection, or more than that.
    var sources = [Set<Int>](repeating: [], count: parts.count)
    var comesFromOthers = [Bool](repeating: false, count: parts.count)
    for index in parts.indices {
      switch parts[index] {
      case .projection: sources[index] = [index]
      case .between:
        for source in before(index) {
          comesFromOthers[index] = comesFromOthers[index] || comesFromOthers[source]
          // Two are as good as many.
          for one in sources[source] where sources[index].count < 2 { sources[index].insert(one) }
        }
      default: comesFromOthers[index] = true
      }
    }
    var heads: Set<Int> = []
    for id in graph.branchResults(of: graph.outputs) {
      guard let last = producers[id.index], !graph[id].isState,
        !graph[id].name.hasPrefix("present")
      else { continue }
      if let head = sources[last].first, sources[last].count == 1, !comesFromOthers[last] {
        heads.insert(head)
      }
    }
    return heads
  }

  private static func part(of layer: Layer, in graph: Graph, _ inputs: Set<ValueID>) -> Part {
    switch layer.operatorName {
    case .attention, .linearAttention: return .core
    case .selfAttention, .mixtureOfExperts: return .projection
    case .shape, .size, .rank: return .size
    case .readVariable, .assignVariable: return .cache
    case .embedLayerNormalization: return .table
    case .concat, .scatter, .scatterND:
      // Of an input with keys or values by something else: a mask is repeated.
      let changing = layer.inputs.compactMap { $0 }.filter { !graph[$0].isConstant }
      let kept = changing.filter {
        inputs.contains($0) && graph[$0].type.shape?.rank ?? 0 >= 3
      }
      return !kept.isEmpty && kept.count < changing.count ? .cache : .between
    default: break
    }
    let hasWeights = layer.inputs.contains { id in
      id.map { graph[$0].isConstant && graph[$0].type.shape?.rank ?? 0 >= 2 } ?? false
    }
    if layer.kind.isContraction { return hasWeights ? .projection : .core }
    // A row for each token, and no list of sizes.
    return layer.kind == .embedding && hasWeights ? .table : .between
  }

  private func numberedBlocks(
    _ layers: [Layer], isProjection: [Bool], in graph: Graph
  ) -> [Int?] {
    var numbers = [Int?](repeating: nil, count: layers.count)
    var (block, last): (Int, LayerRole?) = (-1, nil)
    var branch: Int?
    for index in layers.indices where isProjection[index] && layers[index].fold == nil {
      guard roles[index] == .attention || roles[index] == .feedForward else { continue }
      // Branches are runs of the same blocks.
      let own = graph.branch(around: layers[index].region)
      if own != branch { (block, last, branch) = (-1, nil, own) }
      if roles[index] == .attention, last != .attention { block += 1 }
      last = roles[index]
      numbers[index] = max(0, block)
    }
    // What lies between belongs to what comes after it.
    guard let first = numbers.firstIndex(where: { $0 != nil }) else { return numbers }
    var next: Int?
    for index in layers.indices[first...].reversed() {
      next = numbers[index] ?? next
      numbers[index] = next
    }
    return numbers
  }
}

extension LayerRole {
  fileprivate var mark: LayerRoles.Marks {
    switch self {
    case .attention: .attention
    case .feedForward: .feedForward
    case .head: .head
    default: .other
    }
  }
}

extension Graph {
  /// The outermost branch that a region lies in, or is.
  fileprivate func branch(around region: Int?) -> Int? {
    var (next, found): (Int?, Int?) = (region, nil)
    while let id = next {
      if case .branch = regions[id].rule { found = id }
      next = regions[id].parent
    }
    return found
  }
}
