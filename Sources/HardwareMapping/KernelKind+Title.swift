package import OpGraph
import Quantities

extension KernelKind {
  /// The kind in words, as texts and plots show it: `fully connected`.
  package var title: String { self == .matMul ? "matmul" : words(rawValue) }
}
