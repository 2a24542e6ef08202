import Assessment
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// The layers of a model with what ranks them: energy on a device, multiply-accumulates without.
struct LayerTable {
  let rows: [LayerRow]
  /// The total of the shares of layers: the energy of an inference, with the part in no layer, or
  /// all multiply-accumulates.
  let whole: Double
  private let isOnDevice: Bool

  init(_ assessment: ModelAssessment) {
    let isOnDevice = assessment.estimate != nil
    let rows = LayerRow.rows(of: assessment)
    self.rows = rows
    self.isOnDevice = isOnDevice
    whole =
      assessment.estimate?.energy?.value
      ?? rows.map { Self.cost($0, onDevice: isOnDevice) }.reduce(0, +)
  }

  func cost(_ row: LayerRow) -> Double { Self.cost(row, onDevice: isOnDevice) }

  private static func cost(_ row: LayerRow, onDevice isOnDevice: Bool) -> Double {
    isOnDevice
      ? row.estimate?.energy?.value ?? 0 : Double(row.layer.work.macs.fixedValue ?? 0)
  }

  /// The part of the energy in no layer, by which shares do not add up to 100 %.
  var remark: String? {
    remainderRemark(whole - rows.map(cost).reduce(0, +), of: whole, unit: "J")
  }
}

/// The part of a total in no layer, as a remark below a table; nil where it is negligible.
func remainderRemark(_ rest: Double, of total: Double, unit: String) -> String? {
  guard total > 0, rest > 1e-3 * total else { return nil }
  let share = fixed(100 * rest / total, decimals: 1)
  return "\(engineering(rest, unit: unit)), \(share)%, per inference and in no layer"
}
