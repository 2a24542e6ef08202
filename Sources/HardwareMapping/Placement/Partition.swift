import Analysis
package import Quantities

/// Kernels that run one after the other on one compute unit.
package struct Partition: Sendable {
  /// Index and name of the unit.
  package var unit: Int
  package var unitName: String
  /// Indices of the layers, in execution order.
  package var layers: [Int]
  /// Nil when that of a kernel is not known.
  package var time: Time?
  /// The part of the time for transfers of tensors from other units.
  package var crossing: Time?
  /// Why the accelerator did not take its layers: how many layers have each reason, most first.
  package var reasons: [(reason: String, count: Int)]

  /// The partitions of an inference in execution order; views that move nothing are in none.
  package static func all(_ estimate: InferenceEstimate) -> [Partition] {
    var partitions: [Partition] = []
    var counts: [String: Int] = [:]
    func close() {
      guard !partitions.isEmpty else { return }
      partitions[partitions.count - 1].reasons = counts.sorted {
        ($1.value, $0.key) < ($0.value, $1.key)
      }.map { ($0.key, $0.value) }
      counts = [:]
    }
    for kernel in estimate.kernels {
      if partitions.last?.unit != kernel.kernel.unit {
        close()
        partitions.append(
          Partition(
            unit: kernel.kernel.unit, unitName: kernel.unit, layers: [], time: .zero,
            crossing: nil, reasons: []))
      }
      let last = partitions.count - 1
      partitions[last].layers += kernel.kernel.layers
      partitions[last].time = partitions[last].time.flatMap { sum in kernel.time.map { sum + $0 } }
      if let crossing = kernel.crossing {
        partitions[last].crossing = partitions[last].crossing.map { $0 + crossing } ?? crossing
      }
      for layer in kernel.kernel.layers {
        if let reason = estimate.placements[layer].refusal { counts[reason, default: 0] += 1 }
      }
    }
    close()
    return partitions
  }
}
