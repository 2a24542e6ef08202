package import OpGraph

/// How another tool counts the work of a file.
package protocol Convention: Sendable {
  /// What `--convention` calls it.
  var name: String { get }
  /// The tool with the version whose counts these are.
  var tool: String { get }
  /// The file format that the tool reads; nil when it reads none of them, but the network that the
  /// file was exported from.
  var format: Model.Format? { get }
  /// The name of the placement rules that say which operators the tool leaves to the host, which it
  /// does not count; nil when it counts all.
  var placementRules: String? { get }
  /// A remark on the total; nil without one.
  var remark: String? { get }
  /// What the tool counts of an operator, once; nil when it stops at such an operator.
  func count(_ layer: CountedLayer) -> ToolCount?
}

extension Convention {
  package var placementRules: String? { nil }
  package var remark: String? { nil }

  /// Of tools that count the modules of a PyTorch network.
  static var remarkOfNetworks: String {
    "it counts a PyTorch network, not files: batch normalizations that were folded on export are not "
      + "in this total"
  }
}

/// A count, and why it is not that of multiply-accumulates.
package struct ToolCount: Sendable {
  package var value: SymbolicInt
  /// A clause; nil where the count is ours.
  package var reason: String?
  /// What the tool may count in addition, for reasons that the structure of the file does not show.
  package var possiblyMore: SymbolicInt = 0

  static func + (count: ToolCount, other: ToolCount) -> ToolCount {
    ToolCount(
      value: count.value + other.value, reason: count.reason ?? other.reason,
      possiblyMore: count.possiblyMore + other.possiblyMore)
  }
}

/// The facts of a layer for a convention.
package struct CountedLayer: Sendable {
  package var layer: Layer
  package var operation: any Operator
  package var operands: Operands
  package var outputs: [TensorType]
  /// Multiply-accumulates of one run, also where the layer is folded into others.
  package var macs: SymbolicInt
  private let links: LayerLinks

  init(_ layer: Layer, _ links: LayerLinks) {
    self.links = links
    let graph = links.workload.graph
    let node = graph.nodes[layer.index]
    self.layer = layer
    operation = node.operation
    operands = graph.operands(of: node)
    outputs = graph.outputTypes(of: node)
    macs = layer.hasRule ? operation.work(for: operands, outputs: outputs).macs : .unknown
  }

  /// Whether the tool leaves it to the host.
  var isOnHost: Bool { links.hostLayers.contains(layer.index) }

  /// The layer that writes an operand; nil when it is stored or an input of the graph.
  func producer(of operand: Int) -> CountedLayer? {
    value(operand).flatMap { links.producers[$0.index] }.map(linked)
  }

  /// The layers that read an operand, each once.
  func readers(of operand: Int) -> [CountedLayer] { value(operand).map(readers) ?? [] }

  /// The layers that read a result, each once.
  func readers(ofResult index: Int) -> [CountedLayer] {
    layer.outputs.indices.contains(index) ? readers(of: layer.outputs[index]) : []
  }

  /// Whether an operand is a result of the graph.
  func isGraphResult(operand: Int) -> Bool { value(operand).map(links.results.contains) ?? false }

  /// Whether a result is one of the graph.
  func isGraphResult(result index: Int) -> Bool {
    layer.outputs.indices.contains(index) && links.results.contains(layer.outputs[index])
  }

  private func value(_ operand: Int) -> ValueID? {
    layer.inputs.indices.contains(operand) ? layer.inputs[operand] : nil
  }

  private func readers(of value: ValueID) -> [CountedLayer] {
    links.consumers[value.index].map { linked(Int($0)) }
  }

  private func linked(_ index: Int) -> CountedLayer {
    CountedLayer(links.workload.layers[index], links)
  }

  var inputElements: SymbolicInt { operands[0]?.type.elementCount ?? .unknown }
  var outputElements: SymbolicInt { outputs.first?.elementCount ?? .unknown }

  /// Our own count.
  var contraction: ToolCount { ToolCount(value: macs, reason: nil) }

  /// Some operations for each element of the result.
  func perOutput(_ count: SymbolicInt, _ reason: String) -> ToolCount {
    ToolCount(value: outputElements * count, reason: reason)
  }

  /// Some operations for each element of the first operand.
  func perInput(_ count: SymbolicInt, _ reason: String) -> ToolCount {
    ToolCount(value: inputElements * count, reason: reason)
  }
}

/// What connects the layers of a workload.
struct LayerLinks: Sendable {
  let workload: Workload
  /// The layers that the tool leaves to the host.
  let hostLayers: Set<Int>
  let producers: [Int?]
  let consumers: Consumers
  let results: Set<ValueID>

  init(_ workload: Workload, hostLayers: Set<Int>) {
    self.workload = workload
    self.hostLayers = hostLayers
    producers = workload.graph.producersByValue()
    consumers = workload.graph.consumersByValue()
    results = Set(workload.graph.outputs)
  }
}

/// The total that another tool prints for a file, and what explains how it differs from ours.
package struct Reconciliation: Sendable {
  /// Layers of one operator that the tool counts differently for one reason.
  package struct Difference: Sendable {
    package var sourceOperator: String
    package var layers: Int
    package var ours: SymbolicInt
    package var theirs: SymbolicInt
    package var reason: String
  }

  package var convention: any Convention
  /// Our multiply-accumulates.
  package var ours: SymbolicInt
  /// The tool's total; nil when it stops, or does not read such files.
  package var theirs: SymbolicInt?
  /// What the tool counts of each layer, in order; nil where it stops.
  package var counts: [SymbolicInt?]
  /// Largest difference first.
  package var differences: [Difference]
  /// Operators that the tool stops at.
  package var stopsAt: [String]
  /// The reason of a missing total, or a remark on it.
  package var remark: String?

  /// Counts a workload as another tool does.
  /// - Parameter hostLayers: The layers that the tool leaves to the host.
  package init(
    _ workload: Workload, _ convention: any Convention, format: Model.Format,
    hostLayers: Set<Int> = []
  ) {
    self.convention = convention
    ours = workload.totals.macs
    var groups: [String: Difference] = [:]
    var stops: Set<String> = []
    var total: SymbolicInt = 0
    var open: (layers: [Layer], more: SymbolicInt) = ([], 0)
    let links = LayerLinks(workload, hostLayers: hostLayers)
    counts = workload.layers.map { layer in
      guard let count = convention.count(CountedLayer(layer, links)) else {
        stops.insert(layer.sourceOperator)
        return nil
      }
      if count.possiblyMore != 0 {
        open.layers.append(layer)
        open.more += count.possiblyMore * layer.repetitions
      }
      let theirs = count.value * layer.repetitions
      total += theirs
      if theirs != layer.work.macs {
        let reason = count.reason ?? (theirs == 0 ? "not counted" : "counted otherwise")
        let key = layer.sourceOperator + "\n" + reason
        var group =
          groups[key]
          ?? Difference(
            sourceOperator: layer.sourceOperator, layers: 0, ours: 0, theirs: 0, reason: reason)
        group.layers += 1  // bounded: layers in memory
        group.ours += layer.work.macs
        group.theirs += theirs
        groups[key] = group
      }
      return theirs
    }
    func size(_ difference: Difference) -> UInt {
      (difference.theirs - difference.ours).fixedValue?.magnitude ?? .max
    }
    differences = groups.values.sorted {
      (size($1), $0.sourceOperator, $0.reason) < (size($0), $1.sourceOperator, $1.reason)
    }
    stopsAt = stops.sorted()
    if let needed = convention.format, needed != format {
      remark = "\(convention.tool) does not read \(format == .onnx ? "ONNX" : "TFLite") files"
      (counts, differences, stopsAt) = ([], [], [])
    } else if !stopsAt.isEmpty {
      remark = "\(convention.tool) stops at \(stopsAt.joined(separator: ", "))"
      differences = []
    } else {
      theirs = total
      remark = convention.remark
      if let first = open.layers.first {
        let number = open.more.fixedValue.map { "up to \($0)" } ?? "an unknown number"
        let operators = Set(open.layers.map(\.sourceOperator)).sorted().joined(separator: ", ")
        remark =
          "\(convention.tool) may count \(number) more at \(open.layers.count) \(operators), first at "
          + "'\(first.name)', which depends on stored values"
      }
    }
  }
}

/// The conventions by name.
package enum Conventions {
  package static let all: [any Convention] = [
    ContractionConvention(), VelaConvention(), OnnxToolConvention(), ThopConvention(),
    FvcoreConvention(),
  ]
}

/// Ours: multiply-accumulates of contractions and nothing else.
struct ContractionConvention: Convention {
  let name = "contraction"
  let tool = "iotco2-graph"
  var format: Model.Format? { nil }

  func count(_ layer: CountedLayer) -> ToolCount? {
    layer.layer.fold == nil ? layer.contraction : ToolCount(value: 0, reason: nil)
  }
}
