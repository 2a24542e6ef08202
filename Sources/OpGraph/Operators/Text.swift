/// Takes text apart, or makes numbers of it.
package struct TextOperator: Operator {
  /// What is computed.
  package enum Function: Hashable, Sendable {
    /// Words are removed or changed; how many stay depends on them.
    case normalize(symbol: String)
    /// Parts of each text, as many as the longest has; and how many each has.
    case split(symbol: String)
    /// Counts of word groups, in as many columns as there are groups.
    case countGroups(columns: Int)
    /// Bytes of a picture become rows, columns and channels.
    case decodeImage(symbol: String, channels: Int)
  }

  package var function: Function

  /// Creates it.
  package init(_ function: Function) { self.function = function }

  package var name: String {
    switch function {
    case .normalize: return "StringNormalizer"
    case .split: return "StringSplit"
    case .countGroups: return "TfIdfVectorizer"
    case .decodeImage: return "ImageDecoder"
    }
  }

  package func kind(for operands: Operands) -> KernelKind { .dataMovement }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    guard case .normalize(let symbol) = function,
      let last = operands[0]?.type.shape?.dimensions.last
    else { return [:] }
    return [symbol: last]
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    switch function {
    case .normalize: return [.string]
    case .split: return [.string, .int64]
    case .countGroups: return [.float32]
    case .decodeImage: return [.uint8]
    }
  }

  /// One operation for each element; the length of texts is not known.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(operands[0]?.type.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    switch function {
    case .normalize(let symbol):
      let kept = Array(shape.dimensions.dropLast())
      return [TensorType(.string, Shape(kept + [.symbol(symbol)]))]
    case .split(let symbol):
      return [
        TensorType(.string, Shape(shape.dimensions + [.symbol(symbol)])), TensorType(.int64, shape),
      ]
    case .countGroups(let columns):
      return [
        TensorType(.float32, Shape(Array(shape.dimensions.dropLast()) + [.fixed(columns)]))
      ]
    case .decodeImage(let symbol, let channels):
      return [
        TensorType(
          .uint8, [.symbol("\(symbol).height"), .symbol("\(symbol).width"), .fixed(channels)])
      ]
    }
  }
}
