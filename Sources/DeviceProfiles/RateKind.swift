package import OpGraph
package import Quantities

/// What a rate is for: a kind of kernel, or an image of few channels as a kind of its own.
package enum RateKind: Hashable, Sendable {
  case kind(KernelKind)
  /// A convolution of an image of at most four channels, the first layer of most networks: vector
  /// units are not filled, and rows of the image do not start where words do.
  case shallowConvolution

  /// The kind whose rate is the fallback.
  package var general: RateKind? { self == .shallowConvolution ? .kind(.convolution) : nil }
}

extension RateKind: RawRepresentable, CaseIterable {
  package static let allCases =
    [RateKind.shallowConvolution] + KernelKind.allCases.map(RateKind.kind)

  package init?(rawValue: String) {
    if rawValue == RateKind.shallowConvolution.rawValue {
      self = .shallowConvolution
    } else if let kind = KernelKind(rawValue: rawValue) {
      self = .kind(kind)
    } else {
      return nil
    }
  }

  package var rawValue: String {
    switch self {
    case .kind(let kind): kind.rawValue
    case .shallowConvolution: "shallowConvolution"
    }
  }

  // What `RawRepresentable` brings compares texts, on which estimates would spend a tenth of their time.

  private var kind: KernelKind? {
    if case .kind(let kind) = self { kind } else { nil }
  }

  package static func == (left: Self, right: Self) -> Bool { left.kind == right.kind }

  package func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

/// The kernels that a rate of a table applies to.
package enum RateKey: Hashable, Sendable {
  case only(RateKind)
  /// Those that the table does not list; `default` in files.
  case others
}

extension RateKey: RawRepresentable, CaseIterable, Codable, CodingKeyRepresentable {
  package static let allCases = [RateKey.others] + RateKind.allCases.map(RateKey.only)

  package init?(rawValue: String) {
    if rawValue == RateKey.others.rawValue {
      self = .others
    } else if let kind = RateKind(rawValue: rawValue) {
      self = .only(kind)
    } else {
      return nil
    }
  }

  package var rawValue: String {
    switch self {
    case .only(let kind): kind.rawValue
    case .others: "default"
    }
  }

  private var kind: RateKind? {
    if case .only(let kind) = self { kind } else { nil }
  }

  package static func == (left: Self, right: Self) -> Bool { left.kind == right.kind }

  package func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

/// Rates by the kernels that they apply to.
package typealias Rates<Unit: UnitOfMeasure> = [RateKey: Estimate<Unit>]

extension Dictionary where Key == RateKey {
  /// The rate of a kind: its own, that of a more general kind, or that of all others.
  package subscript(rateOf kind: RateKind) -> Value? {
    self[.only(kind)] ?? kind.general.flatMap { self[.only($0)] } ?? self[.others]
  }
}
