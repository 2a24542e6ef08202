import Assessment
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// The layers of a model with what ranks them: energy on a device, multiply-accumulates without.
struct LayerTable {
  let rows: LayerRows
  /// The total of the shares of layers: the energy of an inference, with the part in no layer, or
  /// all multiply-accumulates.
  let whole: Double
  /// What ranks the layers, one for each.
  private let costs: [Double]
  private let remainderCause: String

  init(_ assessment: ModelAssessment) {
    let isOnDevice = assessment.estimate != nil
    let rows = LayerRow.rows(of: assessment)
    self.rows = rows
    costs = rows.indices.map { index in
      isOnDevice
        ? rows.estimate(of: index)?.energy?.value ?? 0 : Double(rows.macs(of: index) ?? 0)
    }
    whole = assessment.estimate?.energy?.value ?? costs.reduce(0, +)
    remainderCause = assessment.remainderCause
  }

  func cost(_ row: LayerRow) -> Double { costs[row.layer.index] }

  /// The layers that cost something, the costliest first.
  func ranked(_ count: Int) -> [LayerRow] {
    costs.indices.filter { costs[$0] > 0 }.sorted { costs[$0] > costs[$1] }.prefix(count)
      .map { rows[$0] }
  }

  /// The part of the energy in no layer, by which shares do not add up to 100 %.
  var remark: String? {
    remainderRemark(whole - costs.reduce(0, +), of: whole, unit: "J", cause: remainderCause)
  }
}

extension ModelAssessment {
  /// What costs something and is in no layer.
  var remainderCause: String {
    guard let generation else { return "per-inference overhead" }
    return generation.workload.isOneGraph
      ? "overhead of its runs" : "runs of other graphs, and overhead"
  }
}

/// The part of a total in no layer, as a remark below a table; nil where it is negligible.
func remainderRemark(_ rest: Double, of total: Double, unit: String, cause: String) -> String? {
  guard total > 0, rest > 1e-3 * total else { return nil }
  let share = fixed(100 * rest / total, decimals: 1)
  return "\(cause), in no layer: \(engineering(rest, unit: unit)) (\(share)%)"
}
