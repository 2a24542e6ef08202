package import OpGraph
import Quantities

/// What the elements of a stored tensor are, in total and by filter.
package struct TensorScan: Sendable {
  /// Elements that are read.
  package private(set) var elements = 0
  /// Bytes that hold them.
  private(set) var bytes = 0
  /// Those of them that stand for zero.
  package private(set) var zeros = 0
  /// A hash of all elements.
  package private(set) var hash: UInt64 = 0
  /// By filter, the largest distance of an element from zero: in steps of the scale for integers, and for
  /// floats its bits without the sign, which have the order of the numbers.
  package private(set) var largest: [UInt64]
  /// By filter, a hash of its elements.
  package private(set) var hashes: [UInt64]

  /// Where elements of a filter lie in a tensor.
  package struct Filters: Hashable, Sendable {
    package var count: Int
    /// Elements between one of a filter and the next one of another.
    package var step: Int

    /// Tensors with more are not divided, since each filter takes memory.
    static let mostFilters = 1 << 20

    /// All elements in one.
    package static let one = Filters(count: 1, step: 1)

    package init(count: Int, step: Int) {
      self.count = count
      self.step = step
    }

    /// The indices of an axis; nil where the sizes are not numbers, or there are too many or no elements.
    package init?(axis: Int, of shape: Shape?) {
      guard let shape, shape.dimensions.indices.contains(axis), let steps = shape.rowMajorSteps,
        let count = shape[axis].fixedValue, (1...Self.mostFilters).contains(count),
        shape.elementCount != 0
      else { return nil }
      self.init(count: count, step: steps[axis])
    }
  }

  private let type: ElementType
  private let filters: Filters
  /// One for all filters, or one for each.
  private let zeroPoints: [Int]
  /// The filter of the next element, and how many elements of it follow.
  private var filter = 0
  private var left: Int

  /// - Parameter zeroPoints: What stands for zero: one number, or one for each filter.
  init(_ type: ElementType, _ filters: Filters, zeroPoints: [Int]) {
    self.type = type
    self.filters = filters
    self.zeroPoints = zeroPoints
    left = filters.step
    largest = [UInt64](repeating: 0, count: filters.count)
    hashes = largest
  }

  /// Whether elements of a type are numbers of a known form.
  static func reads(_ type: ElementType) -> Bool {
    switch type {
    case .string, .resource, .variant, .undefined, .complex64, .complex128, .float8e4m3fnuz,
      .float8e5m2fnuz, .float8e8m0, .float6e2m3, .float6e3m2:
      return false
    default: return true
    }
  }

  /// Takes the next bytes of the tensor, of at most `count` elements.
  mutating func take(_ bytes: UnsafeRawBufferPointer, atMost count: Int) {
    self.bytes += bytes.count
    switch (type.bits ?? 0, isSigned) {
    case (64, true): take(bytes, as: Int64.self)
    case (64, false): take(bytes, as: UInt64.self)
    case (32, true): take(bytes, as: Int32.self)
    case (32, false): take(bytes, as: UInt32.self)
    case (16, true): take(bytes, as: Int16.self)
    case (16, false): take(bytes, as: UInt16.self)
    case (8, true): take(bytes, as: Int8.self)
    case (8, false): take(bytes, as: UInt8.self)
    case (let bits, true): take(unpacked(bytes, bits, count).map { signed($0, bits) })
    case (let bits, false): take(unpacked(bytes, bits, count))
    }
  }

  private var isSigned: Bool { [.int64, .int32, .int16, .int8, .int4, .int2].contains(type) }

  /// Elements that share a byte, the first in its lowest bits.
  private func unpacked(
    _ bytes: UnsafeRawBufferPointer, _ bits: Int, _ count: Int
  ) -> [UInt8] {
    let perByte = 8 / bits
    let mask = UInt8(1 << bits - 1)
    return (0..<min(count, bytes.count * perByte)).map { place in
      bytes[place / perByte] >> UInt8(place % perByte * bits) & mask
    }
  }

  private func signed(_ code: UInt8, _ bits: Int) -> Int8 {
    let unused = Int8(8 - bits)
    return (Int8(bitPattern: code) << unused) >> unused
  }

  private mutating func take(_ codes: [UInt8]) {
    codes.withUnsafeBytes { take($0, as: UInt8.self) }
  }

  private mutating func take(_ codes: [Int8]) {
    codes.withUnsafeBytes { take($0, as: Int8.self) }
  }

  private mutating func take<Code: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, as: Code.Type
  ) {
    let width = MemoryLayout<Code>.size
    // The sign is the highest bit of a float.
    let magnitude = type.isFloat ? Code.max >> Code(signBits) : Code.max
    for place in 0..<bytes.count / width {
      let code = bytes.loadUnaligned(fromByteOffset: place * width, as: Code.self)
      let distance: UInt64
      if type.isFloat {
        distance = UInt64(truncatingIfNeeded: code & magnitude)
      } else {
        let zero = Code(truncatingIfNeeded: zeroPoints[zeroPoints.count == 1 ? 0 : filter])
        distance =
          UInt64(truncatingIfNeeded: code > zero ? code &- zero : zero &- code)
          & UInt64(truncatingIfNeeded: Code.Magnitude.max)
      }
      if distance == 0 { zeros += 1 }
      if distance > largest[filter] { largest[filter] = distance }
      let bits = UInt64(truncatingIfNeeded: code)
      hash = Self.mix(hash, bits)
      hashes[filter] = Self.mix(hashes[filter], bits)
      left -= 1
      if left == 0 {
        left = filters.step
        filter = filter + 1 == filters.count ? 0 : filter + 1
      }
    }
    elements += bytes.count / width
  }

  /// Sign bits above the magnitude in a code: those of floats that take less than their code.
  private var signBits: Int { type == .float4e2m1 ? 5 : 1 }

  /// A step that another order or another element changes for good: it can be undone.
  private static func mix(_ hash: UInt64, _ code: UInt64) -> UInt64 {
    let product = (hash ^ code) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 32
  }
}

extension StoredElements {
  /// Reads a tensor once; nil when its elements are no numbers of a known form, or cannot be read.
  /// - Throws: `Problem` that names the tensor when the file is damaged or holds too little.
  func scan(
    _ value: ValueID, _ filters: TensorScan.Filters, zeroPoints: [Int]
  ) throws(Problem) -> TensorScan? {
    guard let type = type(of: value), TensorScan.reads(type.elementType) else { return nil }
    let known = type.sparsity == nil ? type.elementCount.fixedValue : nil
    var scan = TensorScan(type.elementType, filters, zeroPoints: zeroPoints)
    try read(value) { scan.take($0, atMost: (known ?? .max) - scan.elements) }
    return scan
  }
}
