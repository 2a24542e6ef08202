import DeviceProfiles
import Analysis
import OpGraph

/// Terms as text, as tables of terms write them: `mac:int8:pointwiseConvolution`,
/// `result:int8:depthwiseConvolution`, `operation:pooling`, `kernel`.
extension CostTerm {
  package var text: String {
    switch self {
    case .mac(let precision, let kind): return "mac:\(precision.rawValue):\(kind.names[0])"
    case .result(let precision, let kind):
      return "result:\(precision.rawValue):\(kind.names[0])"
    case .operation(let kind): return "operation:\(kind.rawValue)"
    case .kernel: return "kernel"
    }
  }

  package init?(text: String) {
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
