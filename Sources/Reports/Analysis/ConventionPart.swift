import Analysis
import OpGraph
import Quantities

/// The total that another tool prints for the file, and why it is not ours.
struct ConventionPart: Encodable {
  var name: String
  var tool: String
  /// Nil when the tool has no total; `remark` then states the reason.
  var total: Nullable<Int>
  var macs: Nullable<Int>
  var remark: String?
  var stopsAt: [String]
  /// Operators that the tool counts differently, largest difference first.
  var differences: [Difference]
  /// What the tool counts of each layer, in order.
  var counts: [Nullable<Int>]

  struct Difference: Encodable {
    var sourceOperator: String
    var layers: Int
    var macs: Nullable<Int>
    var theirs: Nullable<Int>
    var reason: String
  }

  init(_ reconciliation: Reconciliation) {
    name = reconciliation.convention.name
    tool = reconciliation.convention.tool
    total = Nullable(reconciliation.theirs?.fixedValue)
    macs = Nullable(reconciliation.ours.fixedValue)
    remark = reconciliation.remark
    stopsAt = reconciliation.stopsAt
    differences = reconciliation.differences.map {
      Difference(
        sourceOperator: $0.sourceOperator, layers: $0.layers, macs: Nullable($0.ours.fixedValue),
        theirs: Nullable($0.theirs.fixedValue), reason: $0.reason)
    }
    counts = reconciliation.counts.map { Nullable($0?.fixedValue) }
  }

  func lines(in layout: TextLayout) -> [String] {
    func number(_ value: Int?) -> String { value.map(grouped) ?? "unknown" }
    var lines = [
      "", layout.bold("As \(tool) counts: \(number(total.value)) (ours: \(number(macs.value)))"),
    ]
    for difference in differences {
      var change = "differently"
      if let theirs = difference.theirs.value, let ours = difference.macs.value {
        change = (theirs >= ours ? "+" : "") + grouped(theirs - ours)
      }
      let place = "\(difference.layers) \(difference.sourceOperator)"
      lines += wrapped(
        "\(change): \(place), \(difference.reason)", width: layout.width, margin: 2, indent: 4)
    }
    if let remark { lines += wrapped("(\(remark))", width: layout.width, margin: 2, indent: 3) }
    return lines
  }
}
