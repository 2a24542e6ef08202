import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

/// The data of the page's code: the rows of its table and the map of its graph.
struct PageData: Encodable {
  /// What shares and colours are of.
  var measure: String
  var unit: String
  /// The whole, with what is in no layer.
  var total: Double
  var units: [String]
  var layers: [LayerPart]
  var edges: [EdgePart]

  struct LayerPart: Encodable {
    var name: String
    /// The file's name of it, where that is longer.
    var fullName: String?
    var `operator`: String
    var sourceOperator: String?
    var repetitions: Int?
    var inputs: [String]
    var outputs: [String]
    var macs: Int?
    var bytes: Int?
    var parameters: Int?
    /// Place in `units`; absent for what runs nowhere.
    var placed: Int?
    var reason: String?
    var bound: String?
    /// Value, low and high.
    var time: [Double]?
    var energy: [Double]?
    var carbon: [Double]?
    /// What ranks it: energy with a device, multiply-accumulates without.
    var cost: Double
    var fusedInto: String?
    /// Whether it takes no time of its own.
    var isElsewhere: Bool?
    var x: Double
    var row: Int
  }

  struct EdgePart: Encodable {
    var from, to: Int
    var bends: [Double]
  }

  init(_ assessment: ModelAssessment, _ table: LayerTable) {
    let workload = assessment.workload
    let graph = workload.graph
    let estimate = assessment.estimate
    let layout = GraphLayout(
      nodes: workload.layers.count,
      LayerConnection.all(workload).map { (from: $0.from, to: $0.to) })
    measure = estimate == nil ? "MACs" : "energy"
    unit = estimate == nil ? "" : "J"
    units = estimate?.runtime.units.map(\.name) ?? []
    func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
    total = table.whole
    layers = table.rows.map { row in
      let layer = row.layer
      let placed = layer.fold == nil ? estimate?.placements[layer.index] : nil
      return LayerPart(
        name: layer.shortName, fullName: layer.name == layer.shortName ? nil : layer.name,
        operator: layer.operatorTitle,
        sourceOperator: layer.sourceOperator == layer.operatorTitle ? nil : layer.sourceOperator,
        repetitions: layer.repetitions == 1 ? nil : layer.repetitions.fixedValue,
        inputs: layer.inputs.compactMap { $0.map { Self.describe(graph[$0]) } },
        outputs: layer.outputs.map { Self.describe(graph[$0]) },
        macs: layer.work.macs.fixedValue,
        bytes: layer.hasRule ? layer.traffic.total.fixedValue : nil,
        parameters: layer.parameters.fixedValue,
        placed: placed?.unit, reason: placed?.refusal,
        bound: row.estimate?.limitingPart,
        time: row.estimate?.time.map(Self.ends), energy: row.estimate?.energy.map(Self.ends),
        carbon: row.carbon.map(Self.ends),
        cost: table.cost(row), fusedInto: row.fusedInto,
        isElsewhere: row.isElsewhere ? true : nil, x: rounded(layout.x[layer.index]),
        row: layout.row[layer.index])
    }
    edges = layout.edges.map {
      EdgePart(from: $0.from, to: $0.to, bends: $0.bends.map(rounded))
    }
  }

  private static func describe(_ value: Value) -> String {
    "\(value.name)  \(value.type.shape?.description ?? "[?]") \(value.type.elementType.rawValue)"
  }

  private static func ends<U>(_ estimate: Estimate<U>) -> [Double] {
    [estimate.value, estimate.low, estimate.high]
  }
}
