/// The type of a tensor's elements.
package enum ElementType: String, Hashable, Sendable, CaseIterable, Codable {
  case float64, float32, float16, bfloat16
  case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, float8e8m0, float6e2m3, float6e3m2
  case float4e2m1
  case int64, int32, int16, int8, int4, int2
  case uint64, uint32, uint16, uint8, uint4, uint2
  case bool, string, complex64, complex128
  case resource, variant
  /// The file names no type, or one that this version does not know.
  case undefined

  /// Bits that one element takes in storage; nil where that is not known.
  ///
  /// A text counts as the 32 bytes of the object that runtimes on 64-bit systems hold it in
  /// (libstdc++'s `std::string`, which fits  15 bytes of text), a resource as the number
  /// that stands for it.
  package var bits: Int? {
    switch self {
    case .string: return 256
    case .resource: return 32
    case .complex128: return 128
    case .float64, .int64, .uint64, .complex64: return 64
    case .float32, .int32, .uint32: return 32
    case .float16, .bfloat16, .int16, .uint16: return 16
    case .int8, .uint8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
      .float8e8m0:
      return 8
    case .float6e2m3, .float6e3m2: return 6
    case .int4, .uint4, .float4e2m1: return 4
    case .int2, .uint2: return 2
    case .variant, .undefined: return nil
    }
  }

  /// The narrowest integer type that has at least so many bits.
  package static func integer(bits: Int, isSigned: Bool) -> ElementType? {
    switch bits {
    case 1...2: return isSigned ? .int2 : .uint2
    case 3...4: return isSigned ? .int4 : .uint4
    case 5...8: return isSigned ? .int8 : .uint8
    case 9...16: return isSigned ? .int16 : .uint16
    case 17...32: return isSigned ? .int32 : .uint32
    default: return nil
    }
  }

  /// Whether the elements are floating-point numbers.
  package var isFloat: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2,
      .float8e5m2fnuz, .float8e8m0, .float6e2m3, .float6e3m2, .float4e2m1:
      return true
    default: return false
    }
  }
}

/// One dimension of a shape: a number or an expression in named symbols.
package typealias Dimension = SymbolicInt

/// The dimensions of a tensor, outermost first; a scalar has none.
package struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The dimensions, outermost first.
  package var dimensions: [Dimension]

  package init(_ dimensions: [Dimension]) { self.dimensions = dimensions }
  package init(arrayLiteral elements: Dimension...) { dimensions = elements }

  /// The number of dimensions.
  package var rank: Int { dimensions.count }
  /// The number of elements.
  package var elementCount: SymbolicInt {
    var count = 1
    for dimension in dimensions {
      guard case .fixed(let size) = dimension else { return dimensions.product }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      // A size of 0 behind an overflow still makes the count 0.
      if overflow { return dimensions.product }
      count = product
    }
    return .fixed(count)
  }
  /// Whether every dimension is a number.
  package var isStatic: Bool { dimensions.allSatisfy { $0.fixedValue != nil } }

  /// How many elements lie between neighbours along each axis, row-major; nil unless static.
  package var rowMajorSteps: [Int]? {
    var steps: [Int] = []
    var step: SymbolicInt = 1
    for dimension in dimensions.reversed() {
      guard let number = step.fixedValue else { return nil }
      steps.append(number)
      step *= dimension
    }
    return step.fixedValue == nil ? nil : steps.reversed()
  }

  /// The shape whose sizes are unknown where those of two shapes differ; nil for different ranks.
  package func commonShape(_ other: Shape) -> Shape? {
    guard rank == other.rank else { return nil }
    return Shape(zip(dimensions, other.dimensions).map { $0 == $1 ? $0 : .unknown })
  }

  /// The shape with the sizes of another along axes that a file leaves open, where both have the
  /// same rank.
  package func open(along axes: [Int], from other: Shape?) -> Shape {
    guard let other, other.rank == rank else { return self }
    var result = self
    for axis in axes where dimensions.indices.contains(axis) { result[axis] = other[axis] }
    return result
  }

  /// The size along an axis; unknown for one that the shape does not have, since ranks are the file's.
  ///
  /// A new size of such an axis is left out.
  package subscript(axis: Int) -> Dimension {
    get { dimensions.indices.contains(axis) ? dimensions[axis] : .unknown }
    set { if dimensions.indices.contains(axis) { dimensions[axis] = newValue } }
  }

  package var description: String {
    "[" + dimensions.map(\.description).joined(separator: ", ") + "]"
  }
}

/// How the integers of a tensor stand for floating-point numbers: real = scale * (integer - zero point).
package struct Quantization: Hashable, Sendable {
  /// Which elements share one scale.
  package enum Granularity: Hashable, Sendable {
    case perTensor
    /// One scale for each index of an axis.
    case perAxis(Int)
    /// One scale for each run of `size` elements along an axis.
    case perBlock(axis: Int, size: Int)
  }

  /// Which elements share one scale.
  package var granularity: Granularity
  /// The scales; empty when the file keeps them where they are not read.
  package var scales: [Float]
  /// The zero points; empty means all zero.
  package var zeroPoints: [Int]
  /// Bits that the integers use, where that is not what their element type has.
  package var bits: Int?
  /// Whether the integers are only how the tensor is stored: operators compute on the floats.
  package var isStorageOnly: Bool
  /// Of blocks, the stored tensors with their scales and zero points.
  package var blockTensors: [ValueID] = []
  /// The bytes of these tensors, which are read with the elements.
  package var blockBytes = 0

  package init(
    granularity: Granularity, scales: [Float], zeroPoints: [Int], bits: Int? = nil,
    isStorageOnly: Bool = false
  ) {
    self.granularity = granularity
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.bits = bits
    self.isStorageOnly = isStorageOnly
  }

  /// Whether every zero point is zero.
  package var isSymmetric: Bool { zeroPoints.allSatisfy { $0 == 0 } }
}

/// How a tensor that the file stores sparsely is packed.
package struct Sparsity: Hashable, Sendable {
  /// Bytes that the stored elements and their index arrays take in the file.
  package var storedBytes: Int
  /// Axes that are stored in compressed form, in the order of the file's traversal.
  package var compressedAxes: [Int]

  package init(storedBytes: Int, compressedAxes: [Int]) {
    self.storedBytes = storedBytes
    self.compressedAxes = compressedAxes
  }
}

/// What a value is that holds several tensors of one element type.
package struct TensorSequence: Hashable, Sendable {
  /// Longer sequences are not followed tensor by tensor.
  package static let maximumShapes = 64

  /// How many tensors there are.
  package var length: SymbolicInt
  /// The shape of each tensor; nil when that is not known of every one.
  package var shapes: [Shape]?

  package init(length: SymbolicInt, shapes: [Shape]? = nil) {
    self.length = length
    self.shapes = shapes.flatMap { $0.count <= Self.maximumShapes ? $0 : nil }
  }
}

/// What is known of a tensor, or of a sequence of tensors, without their elements.
package struct TensorType: Hashable, Sendable {
  /// No tensor on any device has more elements; beyond it a file is refused.
  package static let maximumElements = 1 << 48
  /// No operator has a use for more axes; beyond it a file is refused.
  package static let maximumRank = 64

  /// Whether the shape has more elements than `maximumElements`.
  package var isTooLarge: Bool {
    guard let shape else { return false }
    // An expression is no number of elements, and beside a size of 0 the others must be ones that can be multiplied.
    let known = Shape(shape.dimensions.filter { $0.fixedValue ?? 0 != 0 })
    let count = known.elementCount
    return count == .overflow || shape.dimensions.contains(.overflow)
      || shape.isStatic && count.fixedValue ?? 0 > Self.maximumElements
  }

  /// Why no tensor can have this shape, as a fact and an expectation; nil when one can.
  package var sizeProblem: String? {
    guard let shape else { return nil }
    guard shape.rank <= Self.maximumRank else {
      return "rank \(shape.rank), expected at most \(Self.maximumRank)"
    }
    if let negative = shape.dimensions.first(where: { $0.fixedValue ?? 0 < 0 }) {
      return "dimension \(negative), expected a size of at least 0"
    }
    guard !isTooLarge else {
      return "shape \(shape) has more elements than the largest accepted, 2^48 "
        + "(\(Self.maximumElements))"
    }
    return nil
  }

  /// The type of the elements as stored.
  package var elementType: ElementType
  /// The shape; nil while not even the rank is known.
  ///
  /// In a sequence, what the shapes of its
  /// tensors have in common.
  package var shape: Shape?
  /// What few tensors have, apart: graphs hold many types, and passes copy them.
  private var rest: Rest?

  private final class Rest: Hashable, Sendable {
    let sequence: TensorSequence?
    let quantization: Quantization?
    let sparsity: Sparsity?

    /// Nil when there is nothing to hold.
    init?(_ sequence: TensorSequence?, _ quantization: Quantization?, _ sparsity: Sparsity?) {
      guard sequence != nil || quantization != nil || sparsity != nil else { return nil }
      self.sequence = sequence
      self.quantization = quantization
      self.sparsity = sparsity
    }

    static func == (left: Rest, right: Rest) -> Bool {
      left === right
        || left.sequence == right.sequence && left.quantization == right.quantization
          && left.sparsity == right.sparsity
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(sequence)
      hasher.combine(quantization)
      hasher.combine(sparsity)
    }
  }

  /// How many tensors there are, when the value is a sequence.
  package var sequence: TensorSequence? {
    get { rest?.sequence }
    set { rest = Rest(newValue, quantization, sparsity) }
  }

  /// How integers stand for floats, when they do.
  package var quantization: Quantization? {
    get { rest?.quantization }
    set { rest = Rest(sequence, newValue, sparsity) }
  }

  /// How the tensor is packed, when it is stored sparsely.
  package var sparsity: Sparsity? {
    get { rest?.sparsity }
    set { rest = Rest(sequence, quantization, newValue) }
  }

  package init(
    _ elementType: ElementType, _ shape: Shape?, quantization: Quantization? = nil,
    sparsity: Sparsity? = nil
  ) {
    self.elementType = elementType
    self.shape = shape
    rest = Rest(nil, quantization, sparsity)
  }

  /// What a multiplication takes of the tensor, such as `int8`, or `int3` for integers of three bits
  /// that are stored in four.
  package var factorName: String {
    guard let bits = quantization?.bits, bits != elementType.bits else {
      return elementType.rawValue
    }
    let isSigned = !elementType.rawValue.hasPrefix("u")
    return bits == 1 ? "binary" : "\(isSigned ? "int" : "uint")\(bits)"
  }

  /// The number of elements, in a sequence those of all its tensors; unknown while the shape is.
  package var elementCount: SymbolicInt {
    guard let sequence else { return shape?.elementCount ?? .unknown }
    if let shapes = sequence.shapes { return shapes.map(\.elementCount).sum }
    return sequence.length * (shape?.elementCount ?? .unknown)
  }

  /// The type of a sequence of tensors.
  /// - Parameter shapes: The shape of each tensor, nil where even its rank is not known.
  package static func sequence(_ elementType: ElementType, of shapes: [Shape?]) -> TensorType {
    let known = shapes.compactMap { $0 }
    var common = known.count == shapes.count ? known.first : nil
    for shape in known { common = common?.commonShape(shape) }
    var type = TensorType(elementType, common)
    type.sequence = TensorSequence(
      length: .fixed(shapes.count), shapes: known.count == shapes.count ? known : nil)
    return type
  }

  /// What holds of a value that has one of two types.
  package func common(with other: TensorType) -> TensorType {
    var result = self
    if elementType == .undefined { result.elementType = other.elementType }
    result.shape = shape.flatMap { own in other.shape.flatMap { own.commonShape($0) } }
    guard let sequence, let others = other.sequence else { return result }
    // An empty sequence does not determine the type of its tensors.
    if sequence.length == 0 { result.shape = other.shape }
    if others.length == 0 { result.shape = shape }
    if sequence != others {
      result.sequence = TensorSequence(
        length: sequence.length == others.length ? sequence.length : .unknown)
    }
    return result
  }

  /// Bytes of the dense tensor at its storage width, packed (two 4-bit elements a byte).
  package var storageBytes: SymbolicInt {
    let elementCount = elementCount
    if elementCount == 0 { return 0 }
    guard let bits = elementType.bits else { return .unknown }
    if bits % 8 == 0 { return elementCount * .fixed(bits / 8) }
    return (elementCount * .fixed(bits)).ceilDivided(by: 8)
  }

  /// Bytes of the elements in the file: those of the packed form where the tensor is sparse.
  package var elementBytes: SymbolicInt { sparsity.map { .fixed($0.storedBytes) } ?? storageBytes }

  /// Bytes that an operator reads of the tensor: its elements and the scales of their blocks.
  package var packedBytes: SymbolicInt {
    guard let blocks = quantization?.blockBytes, blocks > 0 else { return elementBytes }
    return elementBytes + .fixed(blocks)
  }
}
