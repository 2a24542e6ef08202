import Quantities
import RuntimeProfiles

/// The columns that tables have where something was measured: the time, and how much of the prediction it is.
extension MeasuredComparison {
  static let columns: [TextTable.Column] = [
    .init(title: "measured", alignment: .right), .init(title: "ratio", alignment: .right),
  ]

  /// The cells of a layer: its row's, or the layer that the row stands at.
  func cells(of layer: Int) -> [String] {
    guard let row = row(of: layer) else { return ["-", ""] }
    guard row.lead == layer else { return ["with \(row.lead)", ""] }
    return [engineering(row.measured.value, unit: "s"), row.ratio.map(significant) ?? ""]
  }

  /// Titles of the same columns in a table with all digits.
  static let exactColumns = [
    "measured_s", "measured_low_s", "measured_high_s", "measured_over_predicted", "measured_with",
  ]

  /// The fields of a layer; those that were measured with another name it.
  func exactCells(of layer: Int) -> [String] {
    guard let row = row(of: layer) else { return ["", "", "", "", ""] }
    guard row.lead == layer else { return ["", "", "", "", String(row.lead)] }
    return CSV.fields(row.measured) + [row.ratio.map { "\($0)" } ?? "", ""]
  }

  /// Measured time and ratio of the rows that some layers stand for; empty where there are none.
  func sums(of layers: [Int]) -> (measured: Double, ratio: Double?)? {
    let rows = layers.compactMap { row(ledBy: $0) }
    guard !rows.isEmpty else { return nil }
    let measured = rows.reduce(0) { $0 + $1.measured.value }
    let predicted = rows.compactMap { $0.predicted?.value }
    let whole = predicted.reduce(0, +)
    return (measured, predicted.count == rows.count && whole > 0 ? measured / whole : nil)
  }
}

extension CSV {
  /// The fields of a measured time, in seconds: the ends are empty where single runs are not known.
  static func fields(_ timing: Timing?) -> [String] {
    [timing?.value, timing?.low, timing?.high].map { $0.map { "\($0)" } ?? "" }
  }
}
