package import Quantities

/// The elements of the tensors that a model file stores, for those who ask for them.
///
/// They are read again for each request, piece by piece; nothing is kept in memory.
package protocol StoredElements: Sendable {
  /// The type that the file states for a value; nil when its elements cannot be read here.
  func type(of value: ValueID) -> TensorType?

  /// Reads a tensor from its start to its end as little-endian elements without gaps: elements of 4 bits
  /// take half a byte, the first of two the lower half.
  ///
  /// Every piece has whole elements.
  /// - Throws: `Problem` that names the tensor when the file is damaged or holds too little.
  func read(
    _ value: ValueID, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(Problem)
}
