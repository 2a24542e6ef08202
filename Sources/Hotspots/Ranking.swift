package import Quantities
package import Analysis
import OpGraph

/// Layers, or groups of layers, by what they cost.
package struct Ranking: Sendable {
  /// The grouping of layers.
  package enum Grouping: String, CaseIterable, Sendable {
    case layer
    /// The canonical operator.
    case `operator`
    /// The first parts of the name, as exporters write the module that a layer comes from.
    case module
    /// Layers in a row whose results have images of one size; of a decoder attention with what follows it.
    case block
  }

  /// One row.
  package struct Entry: Sendable {
    package var name: String
    package var layers: [Int]
    /// In the metric's unit.
    package var value: Double
    /// Of the model's cost, between 0 and 1; nil while costs of other layers are not known.
    package var share: Double?
    /// Of this row and those before it; nil for a metric that is no sum.
    package var cumulativeShare: Double?
  }

  package var metric: Metric
  /// The costliest first; layers without cost are left out.
  package var entries: [Entry]
  /// The cost outside layers: of the runtime in each inference, and of a text runs of other graphs.
  package var remainder: Double?

  /// Ranks the layers of an evaluation.
  /// - Parameters:
  ///   - depth: For modules, how many parts of a name make one, behind those that all names share; nil for one.
  ///   - isDecoder: Whether blocks are those of a decoder.
  package init(
    _ evaluation: Evaluation, by metric: Metric, grouping: Grouping, depth: Int? = nil,
    isDecoder: Bool = false
  ) {
    self.metric = metric
    let total = evaluation.isComplete ? evaluation.total(metric)?.value : nil
    let groups =
      isDecoder && grouping == .block
      ? Self.decoderBlocks(evaluation.workload)
      : Self.groups(evaluation.workload, grouping, depth: depth)
    var entries = groups.map { name, layers in
      let costs = layers.map { evaluation.cost(metric, of: $0) }
      return Entry(
        name: name, layers: layers,
        value: metric.isSum ? costs.reduce(0, +) : costs.max() ?? 0,
        share: total == nil ? nil : evaluation.share(metric, of: layers))
    }.filter { $0.value > 0 }
    entries.sort { ($1.value, $0.layers[0]) < ($0.value, $1.layers[0]) }
    if metric.isSum, let total {
      var sum = 0.0
      for index in entries.indices {
        sum += entries[index].share ?? 0
        entries[index].cumulativeShare = sum
      }
      let rest = total - entries.map(\.value).reduce(0, +)
      remainder = rest > 1e-9 * total ? rest : nil
    }
    self.entries = entries
  }

  private static func groups(
    _ workload: Workload, _ grouping: Grouping, depth: Int?
  ) -> [(String, [Int])] {
    let layers = workload.layers
    switch grouping {
    case .layer: return layers.map { ($0.name, [$0.index]) }
    case .operator: return grouped(layers, by: \.operatorTitle)
    case .module: return modules(workload, depth: depth)
    case .block: return blocks(workload).map { ($0.name, $0.layers) }
    }
  }

  private static func grouped(_ layers: [Layer], by key: (Layer) -> String) -> [(String, [Int])] {
    Dictionary(grouping: layers, by: key).map { ($0.key, $0.value.map(\.index)) }
  }

  /// Groups by the first parts of names, behind a root that all share.
  private static func modules(_ workload: Workload, depth: Int?) -> [(String, [Int])] {
    let scopes = modulePaths(of: workload)
    let named = scopes.filter { !$0.isEmpty }
    var root = 0
    while let first = named.first, first.count > root,
      named.allSatisfy({ $0.count > root && $0[root] == first[root] })
    {
      root += 1
    }
    // One more than all share makes several modules, where there are several.
    let parts = root + (depth ?? 1)
    return grouped(workload.layers) { layer in
      let scope = scopes[layer.index].prefix(parts)
      return scope.isEmpty ? "(no module)" : scope.joined(separator: "/")
    }
  }

  /// The modules of each layer: those that the file states or its name tells, or else those of the
  /// layer whose result is its only operand that is no constant.
  package static func modulePaths(of workload: Workload) -> [[String]] {
    let nodes = workload.graph.nodes
    let producers = workload.graph.producersByValue()
    var scopes: [[String]] = []
    scopes.reserveCapacity(nodes.count)
    for layer in workload.layers {
      var own = nodes[layer.index].modules ?? scope(of: layer.shortName)
      let operands = layer.inputs.compactMap { $0 }.filter { !workload.graph[$0].isConstant }
      if own.isEmpty, nodes[layer.index].modules == nil, operands.count == 1,
        let before = producers[operands[0].index], before < layer.index
      {
        own = scopes[before]
      }
      scopes.append(own)
    }
    return scopes
  }

  /// The modules of a name such as `/layer1/layer1.0/conv1/Conv_output_0` or `encoder.0.weight`; the
  /// last part names the layer itself.
  static func scope(of name: String) -> [String] {
    var parts = name.split(separator: "/")
    if parts.count == 1 { parts = name.split(separator: ".") }
    return parts.dropLast().map(String.init)
  }

  /// The blocks of a decoder, and what is before and after them by its role.
  private static func decoderBlocks(_ workload: Workload) -> [(String, [Int])] {
    let found = LayerRoles(workload)
    return grouped(workload.layers) { layer in
      found.blocks[layer.index].map { "block \($0)" } ?? found.roles[layer.index].rawValue
    }
  }

  /// Layers in a row whose results have the same size per channel.
  package static func blocks(_ workload: Workload) -> [(name: String, layers: [Int])] {
    let isChannelsLast = workload.graph.nodes.contains {
      ($0.operation as? Convolution)?.layout == .channelsLast
    }
    var blocks: [(size: [Dimension]?, layers: [Int])] = []
    for layer in workload.layers where layer.fold == nil {
      let shape = layer.outputs.first.flatMap { workload.graph[$0].type.shape }
      let size = shape.flatMap { shape -> [Dimension]? in
        guard shape.rank >= 3 else { return nil }
        return Array(isChannelsLast ? shape.dimensions[1...].dropLast() : shape.dimensions[2...])
      }
      if let last = blocks.last, size == nil || last.size == size {
        blocks[blocks.count - 1].layers.append(layer.index)
      } else {
        blocks.append((size, [layer.index]))
      }
    }
    return blocks.map { block in
      let places = "\(block.layers[0]) to \(block.layers[block.layers.count - 1])"
      let size = block.size.map { $0.map(\.description).joined(separator: "x") } ?? "no image"
      return ("layers \(places), \(size)", block.layers)
    }
  }
}
