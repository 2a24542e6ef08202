package import Analysis
package import OpGraph

/// A term of an inference's time: a profile has a rate for each, a calibration fits it.
package enum CostTerm: Hashable, Sendable {
  /// A multiply-accumulate, by precision and kind.
  case mac(Precision, RateKind)
  /// An element of a contraction's result, with its bias, its rounding and its activation, by the
  /// precision of what is multiplied and the kind.
  case result(Precision, RateKind)
  /// An element operation outside contractions, or an element that is moved.
  case operation(KernelKind)
  /// The start of a kernel.
  case kernel
  /// A byte of the constants that kernels read, where they come from a memory beside the unit.
  case weights
  /// A byte of the constants beyond those that stay near the processor from one inference to the next.
  case uncachedWeights
  /// The start of an inference.
  case inference
}

/// Terms as text, as files write them: `mac:int8:pointwiseConvolution`,
/// `result:int8:depthwiseConvolution`, `operation:pooling`, `kernel`, `weights`,
/// `uncachedWeights`, `inference`.
extension CostTerm: RawRepresentable, CaseIterable, Codable {
  package static let allCases =
    Precision.allCases.flatMap { precision in
      RateKind.allCases.flatMap { [CostTerm.mac(precision, $0), .result(precision, $0)] }
    } + KernelKind.allCases.map(CostTerm.operation)
    + [.kernel, .weights, .uncachedWeights, .inference]

  package var rawValue: String {
    switch self {
    case .mac(let precision, let kind): "mac:\(precision.rawValue):\(kind.rawValue)"
    case .result(let precision, let kind): "result:\(precision.rawValue):\(kind.rawValue)"
    case .operation(let kind): "operation:\(kind.rawValue)"
    case .kernel: "kernel"
    case .weights: "weights"
    case .uncachedWeights: "uncachedWeights"
    case .inference: "inference"
    }
  }

  package init?(rawValue: String) {
    let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts.first, parts.count) {
    case ("mac", 3), ("result", 3):
      guard let precision = Precision(rawValue: parts[1]), let kind = RateKind(rawValue: parts[2])
      else { return nil }
      self = parts[0] == "mac" ? .mac(precision, kind) : .result(precision, kind)
    case ("operation", 2):
      guard let kind = KernelKind(rawValue: parts[1]) else { return nil }
      self = .operation(kind)
    case ("kernel", 1): self = .kernel
    case ("weights", 1): self = .weights
    case ("uncachedWeights", 1): self = .uncachedWeights
    case ("inference", 1): self = .inference
    default: return nil
    }
  }

  // What `RawRepresentable` brings compares texts, as for `RateKind`.

  private var key: (kind: Int, Precision?, RateKind?) {
    switch self {
    case .mac(let precision, let kind): (0, precision, kind)
    case .result(let precision, let kind): (1, precision, kind)
    case .operation(let kind): (2, nil, .kind(kind))
    case .kernel: (3, nil, nil)
    case .weights: (4, nil, nil)
    case .uncachedWeights: (5, nil, nil)
    case .inference: (6, nil, nil)
    }
  }

  package static func == (left: Self, right: Self) -> Bool { left.key == right.key }

  package func hash(into hasher: inout Hasher) {
    let key = key
    hasher.combine(key.kind)
    hasher.combine(key.1)
    hasher.combine(key.2)
  }
}

extension CostTerm {
  /// Bytes of constants that stay near a processor between inferences: in the last cache of an application
  /// processor, in the flash on the chip of a microcontroller.
  ///
  /// One size for all; `docs/accuracy.md` has the errors with others.
  private static let cachedBytes = 1e6

  /// Of the bytes of constants that an inference reads, those that come from further away.
  package static func uncached(ofBytes bytes: Double) -> Double { max(0, bytes - cachedBytes) }
}
