package import Documents
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
  /// - Parameter layer: Name or index of a layer, whose kernel alone is taken; of layers that a runtime fused, all joined
  ///   with ` + `.
  package static func of(_ workload: Workload, layer: String? = nil) -> [CostTerm: Double]? {
    var kernels = KernelPlanner.kernels(of: workload, fusions: fusions)
    if let layer {
      let parts = parts(of: layer, in: workload)
      kernels = kernels.filter { kernel in
        kernel.layers.contains { index in
          parts.contains { workload.layers[index].isCalled($0) }
        }
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

  /// The layers that a text names: itself, or what ` + ` joins.
  static func parts(of layer: String, in workload: Workload) -> [String] {
    workload.layers.contains { $0.isCalled(layer) } ? [layer] : parts(of: layer)
  }

  /// What ` + ` joins in a text, the sign at its start or end apart.
  package static func parts(of layer: String) -> [String] {
    var parts = [""]
    let words = layer.split(separator: " ", omittingEmptySubsequences: false)
    for (index, word) in words.enumerated() {
      if word == "+" && index > 0 && index + 1 < words.count {
        parts.append("")
      } else {
        parts[parts.count - 1] += (parts[parts.count - 1].isEmpty ? "" : " ") + word
      }
    }
    return parts
  }

  /// Reads a table with the columns `model`, `term` and `amount`.
  package init(_ table: CSVTable, named name: String) throws(Problem) {
    for (index, row) in table.rows.enumerated() {
      guard let model = row["model"], let term = row["term"].flatMap(CostTerm.init(rawValue:)),
        let amount = row["amount"].flatMap(Double.init), amount > 0
      else {
        throw Problem(
          "\(name): row \(table.numbers[index]) is no term of a model, expected columns model, term, "
            + "amount")
      }
      amounts[model, default: [:]][term] = amount
    }
  }
}

extension Layer {
  /// Whether a text is its name or its index.
  func isCalled(_ text: String) -> Bool { name == text || shortName == text || Int(text) == index }
}
