public import Analysis
public import HardwareMapping
import OpGraph

/// Terms as text, as tables of terms write them: `mac:int8:pointwiseConvolution`,
/// `result:int8:depthwiseConvolution`, `operation:pooling`, `kernel`.
extension CostTerm {
  public var text: String {
    switch self {
    case .mac(let precision, let kind): return "mac:\(precision.rawValue):\(kind.names[0])"
    case .result(let precision, let kind):
      return "result:\(precision.rawValue):\(kind.names[0])"
    case .operation(let kind): return "operation:\(kind.rawValue)"
    case .kernel: return "kernel"
    }
  }

  public init?(text: String) {
    let parts = text.split(separator: ":").map(String.init)
    switch (parts.first, parts.count) {
    case ("mac", 3):
      guard let precision = Precision(rawValue: parts[1]), let kind = RateKind(name: parts[2])
      else {
        return nil
      }
      self = .mac(precision, kind)
    case ("result", 3):
      guard let precision = Precision(rawValue: parts[1]), let kind = RateKind(name: parts[2])
      else {
        return nil
      }
      self = .result(precision, kind)
    case ("operation", 2):
      guard let kind = KernelKind(rawValue: parts[1]) else { return nil }
      self = .operation(kind)
    case ("kernel", 1): self = .kernel
    default: return nil
    }
  }
}

extension RateKind {
  public init?(name: String) {
    if name == RateKind.shallowConvolution.names[0] {
      self = .shallowConvolution
    } else if let kind = KernelKind(rawValue: name) {
      self = .kind(kind)
    } else {
      return nil
    }
  }
}

extension ModelTerms {
  /// What every stack that is calibrated fuses.
  public static let fusions = [
    "contraction-activation", "contraction-normalization", "elementwise-activation",
  ]

  /// The sum of the terms of a workload's kernels; nil when one is unknown.
  public static func of(_ workload: Workload) -> [CostTerm: Double]? {
    var sum: [CostTerm: Double] = [:]
    for kernel in KernelPlanner.kernels(of: workload, fusions: fusions) {
      guard let terms = CostTerms(kernel, workload, chargesResults: true) else { return nil }
      for (term, amount) in terms.amounts { sum[term, default: 0] += amount }
    }
    return sum
  }

  /// Reads a table with the columns `model`, `term` and `amount`.
  public init(_ table: CSVTable, named name: String) throws(CalibrationError) {
    for (index, row) in table.rows.enumerated() {
      guard let model = row["model"], let term = row["term"].flatMap(CostTerm.init(text:)),
        let amount = row["amount"].flatMap(Double.init), amount > 0
      else {
        throw CalibrationError(
          "\(name): row \(index + 2) is no term of a model, expected columns model, term, amount")
      }
      amounts[model, default: [:]][term] = amount
    }
  }
}
