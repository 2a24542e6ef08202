package import OpGraph

/// What a rate is for: a kind of kernel, or an image of few channels as a kind of its own.
package enum RateKind: Hashable, Sendable {
  case kind(KernelKind)
  /// A convolution of an image of at most four channels, the first layer of most networks: vector
  /// units are not filled, and rows of the image do not start where words do.
  case shallowConvolution

  /// Names in profiles, the most special first.
  package var names: [String] {
    switch self {
    case .kind(let kind): return [kind.rawValue]
    case .shallowConvolution: return ["shallowConvolution", KernelKind.convolution.rawValue]
    }
  }

  /// The kind of a name; nil when there is none.
  package init?(name: String) {
    if name == RateKind.shallowConvolution.names[0] {
      self = .shallowConvolution
    } else if let kind = KernelKind(rawValue: name) {
      self = .kind(kind)
    } else {
      return nil
    }
  }
}
