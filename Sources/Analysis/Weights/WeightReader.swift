import OpGraph
import Quantities

/// Reads stored weights, each once for every division into filters, and keeps only counts of them.
///
/// Tensors of a file can share bytes, so what is read is limited by what is stored.
struct WeightReader {
  /// What the elements of a tensor come to.
  struct Counts {
    /// Elements that are read.
    var elements: Int
    /// Those of them that stand for zero.
    var zeros: Int
    /// A hash of all elements.
    var hash: UInt64
    /// The largest distance of an element from zero, as `TensorScan.largest` states it.
    var largest: UInt64
    /// What is known of filters, without their work; nil where the tensor is not divided.
    var filters: WeightReview.Filters?
  }

  /// How a tensor is read.
  struct Division: Hashable {
    var filters: TensorScan.Filters?
    /// Nil where it is not known what stands for zero.
    var zeroPoints: [Int]?
  }

  /// Where elements lie.
  private enum Place: Hashable {
    case shared(Int32)
    case own(ValueID)
  }

  /// What tensors have in common that are equal without a look at their elements.
  private struct Contents: Hashable {
    var place: Place
    var type: ElementType
    var elements: SymbolicInt
    var isSparse: Bool
  }

  private struct Request: Hashable {
    var contents: Contents
    var division: Division
  }

  private let elements: any StoredElements
  private let graph: Graph
  private var known: [Request: Counts] = [:]
  private var hashes: [Contents: UInt64] = [:]
  /// The most bytes that were read at each place.
  private var stored: [Place: Int] = [:]
  private var mostBytes = WeightReader.leastBytes
  private var bytes = 0

  /// What may be read of any file.
  ///
  /// Beyond it, each place is read about twice: by a layer, and where another divides it in another way.
  private static let leastBytes = 4 << 20
  private static let readsOfPlace = 2

  init(_ elements: any StoredElements, of graph: Graph) {
    self.elements = elements
    self.graph = graph
  }

  /// Reads a stored tensor; nil when its elements are no numbers of a known form.
  /// - Throws: `Problem` that names the tensor when the file is damaged or holds too little, or when tensors
  ///   that share bytes stand for far more than is stored.
  mutating func counts(
    _ value: ValueID, _ division: Division
  ) throws(Problem) -> Counts? {
    guard let contents = contents(of: value) else { return nil }
    let request = Request(contents: contents, division: division)
    if let counts = known[request] { return counts }
    guard
      let scan = try scan(
        value, at: contents.place, division.filters ?? .one,
        zeroPoints: division.zeroPoints ?? [0])
    else { return nil }
    let counts = Counts(scan, division, contents.type)
    known[request] = counts
    hashes[contents] = counts.hash
    return counts
  }

  /// A hash of the elements; nil when they are no numbers of a known form.
  /// - Throws: As `counts`.
  mutating func hash(_ value: ValueID) throws(Problem) -> UInt64? {
    guard let contents = contents(of: value) else { return nil }
    if let hash = hashes[contents] { return hash }
    let hash = try scan(value, at: contents.place, .one, zeroPoints: [0])?.hash
    hashes[contents] = hash
    return hash
  }

  private func contents(of value: ValueID) -> Contents? {
    elements.type(of: value).map { type in
      Contents(
        place: graph[value].storage.map(Place.shared) ?? .own(value), type: type.elementType,
        elements: type.elementCount, isSparse: type.sparsity != nil)
    }
  }

  private mutating func scan(
    _ value: ValueID, at place: Place, _ filters: TensorScan.Filters, zeroPoints: [Int]
  ) throws(Problem) -> TensorScan? {
    guard let scan = try elements.scan(value, filters, zeroPoints: zeroPoints) else { return nil }
    let before = stored[place] ?? 0
    if scan.bytes > before {
      stored[place] = scan.bytes
      mostBytes += Self.readsOfPlace * (scan.bytes - before)
    }
    bytes += scan.bytes
    guard bytes <= mostBytes else {
      throw Problem(
        "shares its bytes with others: \(bytes) bytes were read of tensors",
        at: "tensor '\(graph[value].name)'", expected: "at most \(mostBytes) of what is stored")
    }
    return scan
  }
}

extension WeightReader.Counts {
  fileprivate init(
    _ scan: TensorScan, _ division: WeightReader.Division, _ type: ElementType
  ) {
    elements = scan.elements
    zeros = scan.zeros
    hash = scan.hash
    largest = scan.largest.max() ?? 0
    guard let filters = division.filters, division.zeroPoints != nil else { return }
    let zero = scan.largest.indices.filter { scan.largest[$0] == 0 }
    let others = scan.largest.indices.filter { scan.largest[$0] != 0 }
    var negligible = 0
    if let top = type.magnitude(largest) {
      negligible = others.count { filter in
        type.magnitude(scan.largest[filter]).map { $0 <= top * WeightReview.negligibleRatio }
          ?? false
      }
    }
    self.filters = WeightReview.Filters(
      count: filters.count, zero: zero.map { Int32($0) },
      duplicates: others.count - Set(others.map { scan.hashes[$0] }).count,
      negligible: negligible)
  }
}

extension ElementType {
  /// The number that the bits without sign stand for; nil for integers and narrower floats.
  fileprivate func magnitude(_ bits: UInt64) -> Double? {
    switch self {
    case .float64: Double(bitPattern: bits)
    case .float32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .bfloat16: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    case .float16: ElementType.float16(bits: UInt16(truncatingIfNeeded: bits))
    default: nil
    }
  }
}
