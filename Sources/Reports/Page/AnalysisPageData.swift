import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities
import RuntimeProfiles

/// The data of an analysis' page: layers with their costs, the modules that they are in, and who reads whom.
struct AnalysisPageData: Encodable {
  /// What layers can be ranked and coloured by, the first at first.
  var metrics: [MetricPart]
  var units: [String]
  var groups: [ModuleTree.Group]
  var layers: AnalysisReport.Parts<LayerRows, LayerPart>
  /// Pairs of layers: who makes a value, and who reads it.
  var edges: AnalysisReport.Parts<[Edge], [Int]>
  /// How the page calls what is in no layer.
  var remainder: String
  /// How it calls what a layer has its repetitions in.
  var run: String

  struct Edge: Hashable {
    var from: Int
    var to: Int
  }

  private enum CodingKeys: CodingKey { case edges, groups, layers, metrics, remainder, run, units }

  func encode(to encoder: any Encoder) throws {
    encoder.promiseSortedKeys()
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(edges, forKey: .edges)
    try members.encode(groups, forKey: .groups)
    try members.encode(layers, forKey: .layers)
    try members.encode(metrics, forKey: .metrics)
    try members.encode(remainder, forKey: .remainder)
    try members.encode(run, forKey: .run)
    try members.encode(units, forKey: .units)
  }

  struct MetricPart: Encodable {
    /// The key of a layer's costs.
    var name: String
    var title: String
    var unit: String
    /// Of the whole model, with what is in no layer; nil when it is not known.
    var total: Double?
    /// Whether it is of kernels: layers that run in another one's have none.
    var isOfKernels = false
  }

  struct LayerPart: Encodable {
    var name: String
    /// The file's name of it, where that is longer.
    var fullName: String?
    var `operator`: String
    var sourceOperator: String?
    /// Place in `groups`; absent at the top.
    var group: Int?
    var repetitions: Int?
    var inputs: [String]
    var outputs: [String]
    var parameters: Int?
    /// Place in `units`; absent for what runs nowhere.
    var placed: Int?
    var reason: String?
    var bound: String?
    /// Value, low and high by the names of metrics; what is not known is left out.
    var costs: [String: [Double]]
    var fusedInto: String?
    /// Whether it takes no time of its own.
    var isElsewhere: Bool?
  }

  init(_ assessment: ModelAssessment, measured: MeasuredComparison?) {
    let workload = assessment.workload
    let estimate = assessment.estimate
    let tree = ModuleTree(workload)
    groups = tree.groups
    units = estimate?.runtime.units.map(\.name) ?? []
    let request = RequestPart(assessment)
    remainder = request == nil ? "per inference" : assessment.remainderCause
    run = request.oneWhole
    metrics = Self.metrics(assessment)
    if let measured, !measured.rows.isEmpty {
      metrics.append(
        MetricPart(
          name: "measured", title: "measured time", unit: "s", total: measured.whole?.value,
          isOfKernels: true))
    }
    layers = .init(rows: LayerRow.rows(of: assessment)) { row in
      var part = LayerPart(row, assessment, group: tree.groupOfLayer[row.layer.index])
      part.costs["measured"] = measured?.row(of: row.layer.index).map { measured in
        // What was measured with another layer stands there.
        guard measured.lead == row.layer.index else { return [0] }
        let ends = [measured.measured.low, measured.measured.high]
        return [measured.measured.value] + ends.compactMap(\.self)
      }
      return part
    }
    var seen: Set<Edge> = []
    let pairs = LayerConnection.all(workload).map { Edge(from: $0.from, to: $0.to) }
    edges = .init(rows: pairs.filter { $0.from != $0.to && seen.insert($0).inserted }) {
      [$0.from, $0.to]
    }
  }

  private static func metrics(_ assessment: ModelAssessment) -> [MetricPart] {
    let totals = assessment.workload.totals
    let counts = [
      MetricPart(
        name: "macs", title: "MACs", unit: "", total: totals.macs.fixedValue.map(Double.init)),
      MetricPart(
        name: "traffic", title: "memory traffic", unit: "B",
        total: totals.traffic.total.fixedValue.map(Double.init)),
    ]
    guard let estimate = assessment.estimate else { return counts }
    return [
      MetricPart(
        name: "energy", title: "energy", unit: "J", total: estimate.energy?.value,
        isOfKernels: true),
      MetricPart(
        name: "time", title: "time", unit: "s", total: estimate.latency?.value, isOfKernels: true),
      MetricPart(
        name: "carbon", title: "operational carbon", unit: GramsCO2e.symbol,
        total: assessment.footprint?.operational?.value, isOfKernels: true),
    ] + counts
  }
}

extension AnalysisPageData.LayerPart {
  fileprivate init(_ row: LayerRow, _ assessment: ModelAssessment, group: Int?) {
    let graph = assessment.workload.graph
    let layer = row.layer
    let placed = layer.fold == nil ? assessment.estimate?.placements[layer.index] : nil
    name = layer.shortName
    fullName = layer.name == layer.shortName ? nil : layer.name
    `operator` = layer.operatorTitle
    sourceOperator = layer.sourceOperator == layer.operatorTitle ? nil : layer.sourceOperator
    self.group = group
    repetitions = layer.repetitions == 1 ? nil : layer.repetitions.fixedValue
    inputs = layer.inputs.compactMap { $0.map { Self.describe(graph[$0]) } }
    outputs = layer.outputs.map { Self.describe(graph[$0]) }
    parameters = layer.parameters.fixedValue
    self.placed = placed?.unit
    reason = placed?.refusal
    bound = row.estimate?.limitingPart.map(words)
    costs = [:]
    costs["energy"] = row.estimate?.energy.map(Self.ends)
    costs["time"] = row.estimate?.time.map(Self.ends)
    costs["carbon"] = row.carbon.map(Self.ends)
    costs["macs"] = layer.work.macs.fixedValue.map { [Double($0)] }
    costs["traffic"] = layer.hasRule ? layer.traffic.total.fixedValue.map { [Double($0)] } : nil
    fusedInto = row.fusedInto
    isElsewhere = row.isElsewhere || layer.fold != nil ? true : nil
  }

  private static func describe(_ value: Value) -> String {
    "\(value.name)  \(value.type.shapeTitle) \(value.type.elementType.rawValue)"
  }

  private static func ends<U>(_ estimate: Estimate<U>) -> [Double] {
    [estimate.value, estimate.low, estimate.high]
  }
}
