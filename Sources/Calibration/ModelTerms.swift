package import Quantities
package import Analysis
package import DeviceProfiles
import HardwareMapping

extension ModelTerms {
  /// What every runtime that is calibrated fuses.
  package static let fusions: [FusionPatternName] = [
    .contractionActivation, .contractionNormalization, .elementwiseActivation,
  ]

  /// The sum of the terms of a workload's kernels, and the start of its inference; nil when one is unknown, or when there is no such
  /// layer.
  /// - Parameter layer: Name or index of a layer, whose kernel alone is taken.
  package static func of(_ workload: Workload, layer: String? = nil) -> [CostTerm: Double]? {
    var kernels = KernelPlanner.kernels(of: workload, fusions: fusions)
    if let layer {
      kernels = kernels.filter { kernel in
        kernel.layers.contains { $0 == Int(layer) || workload.layers[$0].name == layer }
      }
      guard !kernels.isEmpty else { return nil }
    }
    var sum: [CostTerm: Double] = [:]
    for kernel in kernels {
      guard let terms = CostTerms(kernel, workload, chargesResults: true) else { return nil }
      for (term, amount) in terms.amounts { sum[term, default: 0] += amount }
    }
    if layer == nil { sum[.inference] = 1 }
    return sum
  }

  /// Reads a table with the columns `model`, `term` and `amount`.
  package init(_ table: CSVTable, named name: String) throws(Problem) {
    for (index, row) in table.rows.enumerated() {
      guard let model = row["model"], let term = row["term"].flatMap(CostTerm.init(rawValue:)),
        let amount = row["amount"].flatMap(Double.init), amount > 0
      else {
        throw Problem(
          "\(name): row \(index + 2) is no term of a model, expected columns model, term, amount")
      }
      amounts[model, default: [:]][term] = amount
    }
  }
}
