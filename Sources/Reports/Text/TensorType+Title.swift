import OpGraph
import Quantities

extension TensorType {
  /// The shape as reports write it, `[1, 96, 96, 3]`; `[?]` where not even the rank is known.
  var shapeTitle: String { shape.map { abridged($0.description) } ?? "[?]" }
}
