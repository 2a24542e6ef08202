import Assessment
import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph
import Quantities

/// Operators that run one after the other on one compute unit, in JSON.
struct PartitionPart: Encodable {
  /// An explanation with the number of layers that have it.
  struct Reason: Encodable {
    var reason: String
    var layers: Int
  }

  var unit: String
  /// Indices of the layers, in execution order.
  var layers: [Int]
  var macs: Nullable<Int>
  var time: Nullable<Time>
  /// The part of the time for transfers of tensors from other units.
  var crossing: Time?
  /// Why the accelerator did not take them, where there is one.
  var reasons: [Reason]

  init(_ partition: Partition, in assessment: ModelAssessment) {
    unit = partition.unitName
    layers = partition.layers
    macs = Nullable(
      partition.layers.map { assessment.workload.layers[$0].work.macs }.sum.fixedValue)
    time = Nullable(partition.time)
    crossing = partition.crossing
    reasons = partition.reasons.map { Reason(reason: $0.reason, layers: $0.count) }
  }
}

extension AnalysisText {
  /// The partitions; empty with one unit.
  ///
  /// Why an operator is not on the accelerator is among the notes.
  mutating func addPartitions() {
    guard let estimate = assessment.estimate, estimate.runtime.units.count > 1 else { return }
    let partitions = Partition.all(estimate)
    guard !partitions.isEmpty else { return }
    addSection("Placement: \(counted(partitions.count, "partition"))")
    var table = TextTable(columns: [
      .init(title: "unit", alignment: .left), .init(title: "layers", alignment: .left),
      .init(title: "operators", alignment: .right), .init(title: "MACs", alignment: .right),
      .init(title: "time", alignment: .right), .init(title: "crossing", alignment: .right),
    ])
    for partition in partitions.prefix(Self.shownPartitions) {
      let part = PartitionPart(partition, in: assessment)
      let ends = [partition.layers.min(), partition.layers.max()].compactMap { $0.map(String.init) }
      table.rows.append([
        part.unit, Set(ends).count == 1 ? ends[0] : ends.joined(separator: " to "),
        grouped(partition.layers.count),
        part.macs.value.map { $0 == 0 ? "-" : short($0) } ?? "unknown",
        part.time.value.map { engineering($0.value) + "s" } ?? "unknown",
        part.crossing.map { engineering($0.value) + "s" } ?? "-",
      ])
    }
    lines += table.lines(in: layout)
    if partitions.count > Self.shownPartitions {
      lines.append(
        "  … and \(partitions.count - Self.shownPartitions) more; the JSON report lists all")
    }
    for (unit, model) in zip(estimate.runtime.units, estimate.costModels) {
      if let model { addNote("cycle model of \(unit.name): \(model)") }
    }
  }

  private static let shownPartitions = 8
}
