import Foundation
import GraphImport
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import Analysis

/// What a scan finds, of bytes that are written by hand.
@Suite struct TensorScanTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var type: ElementType
    var filters: TensorScan.Filters
    var zeroPoints = [0]
    var bytes: [UInt8]
    var elements: Int
    var zeros: Int
    var largest: [UInt64]
  }

  static let cases: [Case] = [
    Case(
      testDescription: "int8, two filters of two", type: .int8, filters: .init(count: 2, step: 2),
      bytes: [0, 0, 0xff, 0x80], elements: 4, zeros: 2, largest: [0, 128]),
    Case(
      testDescription: "int8, filters along the last axis", type: .int8,
      filters: .init(count: 2, step: 1), bytes: [0, 3, 0, 0], elements: 4, zeros: 3,
      largest: [0, 3]),
    Case(
      testDescription: "uint8 with a zero point", type: .uint8, filters: .init(count: 2, step: 2),
      zeroPoints: [7], bytes: [7, 7, 0, 255], elements: 4, zeros: 2, largest: [0, 248]),
    Case(
      testDescription: "a zero point for each filter", type: .int8,
      filters: .init(count: 2, step: 2), zeroPoints: [1, 0xff - 256], bytes: [1, 1, 0xff, 0x7f],
      elements: 4, zeros: 3, largest: [0, 128]),
    Case(
      testDescription: "int4, an odd number, the lower half first", type: .int4,
      filters: .init(count: 3, step: 1), bytes: [0x80, 0x00], elements: 3, zeros: 2,
      largest: [0, 8, 0]),
    Case(
      testDescription: "uint4 with a zero point", type: .uint4, filters: .one, zeroPoints: [8],
      bytes: [0x88, 0x8f], elements: 4, zeros: 3, largest: [7]),
    Case(
      testDescription: "float32, minus zero is zero", type: .float32,
      filters: .init(count: 2, step: 1), bytes: [0, 0, 0, 0x80, 0, 0, 0x80, 0xbf], elements: 2,
      zeros: 1, largest: [0, 0x3f80_0000]),
    Case(
      testDescription: "float16 and its smallest number", type: .float16, filters: .one,
      bytes: [0, 0, 1, 0], elements: 2, zeros: 1, largest: [1]),
    Case(
      testDescription: "bfloat16", type: .bfloat16, filters: .one, bytes: [0, 0x80, 0x80, 0x3f],
      elements: 2, zeros: 1, largest: [0x3f80]),
    Case(
      testDescription: "int16", type: .int16, filters: .one, bytes: [0, 0x80, 0, 0], elements: 2,
      zeros: 1, largest: [32768]),
  ]

  @Test(arguments: cases) func counts(test: Case) {
    var scan = TensorScan(test.type, test.filters, zeroPoints: test.zeroPoints)
    test.bytes.withUnsafeBytes { scan.take($0, atMost: test.elements) }
    #expect(scan.elements == test.elements)
    #expect(scan.zeros == test.zeros)
    #expect(scan.largest == test.largest)
  }

  @Test func piecesDoNotMatter() {
    let bytes = (0..<64).map { UInt8($0 * 7 % 256) }
    var whole = TensorScan(.int8, .init(count: 4, step: 3), zeroPoints: [0])
    bytes.withUnsafeBytes { whole.take($0, atMost: 64) }
    var pieces = TensorScan(.int8, .init(count: 4, step: 3), zeroPoints: [0])
    for start in stride(from: 0, to: 64, by: 8) {
      Array(bytes[start..<(start + 8)]).withUnsafeBytes { pieces.take($0, atMost: 64 - start) }
    }
    #expect(whole.hash == pieces.hash && whole.hashes == pieces.hashes)
    #expect(whole.largest == pieces.largest && whole.zeros == pieces.zeros)
  }
}

/// A network of `Fixtures/generate_weights.py`, whose numbers are counted by hand there.
@Suite struct WeightReviewTests {
  private func review(_ path: String) throws -> (WeightReview, Workload) {
    let model = try Model(contentsOf: path, ImportOptions(keepsElements: true))
    let workload = try Workload(InferredGraph(model))
    return (try WeightReview(workload, try #require(model.elements)), workload)
  }

  @Test func countsFiltersOfEachKind() throws {
    let (review, workload) = try review(Paths.fixture("weights/zero_filters.tflite"))
    let filters = review.layers.map(\.filters)
    #expect(filters.map { $0?.count } == [4, 4, 3, 2])
    #expect(filters.map { $0?.zero } == [[1, 3], [2], [], [1]])
    #expect(filters.map { $0?.duplicates } == [1, 0, 0, 0])
    #expect(review.layers.map(\.zeros) == [36, 9, 0, 4])
    // 18, 5, 12 and 248 with a sign.
    #expect(review.layers.map(\.usedBits) == [6, 4, 5, 8])
    let totals = review.totals(workload)
    #expect((totals.filters, totals.zeroFilters) == (11, 3))
    #expect((totals.rows, totals.zeroRows) == (2, 1))
    #expect((totals.elements, totals.zeros) == (72 + 36 + 12 + 6, 49))
  }

  @Test func countsTheirMACs() throws {
    let (review, _) = try review(Paths.fixture("weights/zero_filters.tflite"))
    let macs = try #require(review.zeroMACs)
    #expect(macs.ofModel == 1152 + 576 + 192 + 6)
    // Half of the convolution, a channel of four, a row of two.
    #expect(macs.ofFilters == 576 + 144 + 3)
    // The depthwise filter has an input that is not constant, and the row is a result.
    #expect(macs.ofRemovable == 576)
    // Half of the channels go in the depthwise and in the pointwise convolution.
    #expect(macs.ofReaders == 288 + 96)
    #expect(review.removal.removedFilters == [0: 2])
  }

  @Test func prunesShapesAndParameters() throws {
    let (review, whole) = try review(Paths.fixture("weights/zero_filters.tflite"))
    let pruned = try Workload(review.removal.pruned)
    #expect(pruned.totals.macs == .fixed(whole.totals.macs.fixedValue! - 576 - 384))
    // 2 filters of 18, 2 channels of 9 and 2 columns of 3 rows.
    #expect(
      pruned.totals.parameters == .fixed(whole.totals.parameters.fixedValue! - 36 - 18 - 6))
    #expect(pruned.coverage.isComplete)
    #expect(pruned.graph.values.allSatisfy { $0.type.shape?.isStatic ?? false })
  }
}

/// Elements of ONNX files in each form, of bytes that are written by hand.
@Suite struct ONNXElementTests {
  /// A product of a row of two with weights of two rows and two columns; a column is a filter.
  private func model(_ tensor: WireBytes) -> [UInt8] {
    WireBytes.model(
      graph: WireBytes().input("x", [1, 2]).message(5, tensor).node("MatMul", ["x", "w"], ["y"])
        .output("y")
    ).bytes
  }

  private func tensor(_ type: Int) -> WireBytes {
    WireBytes().number(1, 2).number(1, 2).number(2, type).text(8, "w")
  }

  private func review(_ bytes: [UInt8], beside other: (String, [UInt8])? = nil) throws
    -> WeightReview
  {
    let folder = try TemporaryFolder()
    if let other { _ = try folder.file(other.0, other.1) }
    let path = try folder.file("model.onnx", bytes)
    let model = try Model(contentsOf: path, ImportOptions(keepsElements: true))
    return try WeightReview(Workload(InferredGraph(model)), try #require(model.elements))
  }

  /// 0, 1 / -0, 2 in each form.
  private static let floats: [UInt8] = [0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x80, 0, 0, 0, 0x40]

  @Test func readsRawAndTypedFloats() throws {
    for field in [UInt64(9), 4] {
      let review = try review(model(tensor(1).field(field, Self.floats)))
      #expect(review.layers.map { $0.filters?.zero } == [[0]])
      #expect(review.layers.map(\.zeros) == [2])
    }
  }

  /// Numbers of variable length: -1 takes ten bytes.
  @Test func readsTypedIntegers() throws {
    let minusOne = [UInt8](repeating: 0xff, count: 9) + [1]
    for (type, width) in [(3, "int8"), (5, "int16"), (6, "int32")] {
      let review = try review(model(tensor(type).field(5, [0] + minusOne + [0, 0x80, 0x01])))
      #expect(review.layers.map(\.elementType.rawValue) == [width])
      #expect(review.layers.map { $0.filters?.zero } == [[0]])
    }
  }

  @Test func readsExternalData() throws {
    let external = tensor(1).number(14, 1)
      .message(13, WireBytes().text(1, "location").text(2, "w.bin"))
      .message(13, WireBytes().text(1, "offset").text(2, "3"))
    let review = try review(model(external), beside: ("w.bin", [9, 9, 9] + Self.floats))
    #expect(review.layers.map { $0.filters?.zero } == [[0]])
  }

  @Test func shortExternalDataIsOneError() throws {
    let external = tensor(1).number(14, 1)
      .message(13, WireBytes().text(1, "location").text(2, "w.bin"))
    let error = #expect(throws: Problem.self) {
      try review(model(external), beside: ("w.bin", [0, 0, 0]))
    }
    #expect(
      error?.description == "tensor 'w': 'w.bin' has 3 bytes, expected 16 bytes at 0")
    let missing = #expect(throws: Problem.self) { try review(model(external)) }
    #expect(missing?.fact == "'w.bin' is missing or no regular file")
    let far = external.message(13, WireBytes().text(1, "offset").text(2, "\(Int.max)"))
    let beyond = #expect(throws: Problem.self) { try review(model(far)) }
    #expect(beyond?.fact == "an offset of \(Int.max)")
  }

  @Test func shortElementsAreOneError() throws {
    let error = #expect(throws: Problem.self) {
      try review(model(tensor(3).field(9, [1, 2, 3])))
    }
    #expect(error?.description == "tensor 'w': 3 bytes of elements, expected 4, as its shape takes")
  }

  @Test func aLinkOutOfTheFolderIsNotFollowed() throws {
    let folder = try TemporaryFolder()
    let outside = try TemporaryFolder()
    let target = try outside.file("w.bin", Self.floats)
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appending(path: "w.bin").path, withDestinationPath: target)
    let external = tensor(1).number(14, 1)
      .message(13, WireBytes().text(1, "location").text(2, "w.bin"))
    let path = try folder.file("model.onnx", model(external))
    let read = try Model(contentsOf: path, ImportOptions(keepsElements: true))
    let error = #expect(throws: Problem.self) {
      try WeightReview(Workload(InferredGraph(read)), try #require(read.elements))
    }
    #expect(error?.fact == "'w.bin' is a link")
  }

  /// Inference does not check the statistics of a normalization: what has no channels keeps those of others.
  @Test(arguments: [([2], [0: 1]), ([], [:]), ([2, 1], [0: 1])] as [([Int], [Int: Int])])
  func statisticsOfAnyRankAreRead(shape: [Int], removed: [Int: Int]) throws {
    let count = shape.reduce(1, *)
    let one: [UInt8] = [0, 0, 0x80, 0x3f]
    var graph = WireBytes().input("x", [1, 1, 3, 3])
      .initializer("a", type: 1, [2, 1, 1, 1], raw: [0, 0, 0, 0] + one)
      .initializer("c", type: 1, [1, 2, 1, 1], raw: one + one)
    for name in ["scale", "bias", "mean", "variance"] {
      graph = graph.initializer(
        name, type: 1, shape, raw: [[UInt8]](repeating: one, count: count).flatMap { $0 })
    }
    graph = graph.node("Conv", ["x", "a"], ["p"])
      .node("BatchNormalization", ["p", "scale", "bias", "mean", "variance"], ["q"])
      .node("Conv", ["q", "c"], ["y"]).output("y")
    let review = try review(WireBytes.model(graph: graph).bytes)
    #expect(review.layers.map { $0.filters?.zero } == [[0], []])
    #expect(review.removal.removedFilters == removed)
  }

  /// A tensor that many lie in is not read for each of them.
  @Test func tensorsThatLieInEachOtherAreNotRead() throws {
    func graph(_ offsets: [Int]) -> WireBytes {
      var graph = WireBytes().input("x", [1, 2])
      for (index, offset) in offsets.enumerated() {
        let tensor = WireBytes().number(1, 2).number(1, 2).number(2, 1).text(8, "w\(index)")
          .number(14, 1).message(13, WireBytes().text(1, "location").text(2, "w.bin"))
          .message(13, WireBytes().text(1, "offset").text(2, "\(offset)"))
        graph = graph.message(5, tensor).node("MatMul", ["x", "w\(index)"], ["y\(index)"])
          .output("y\(index)")
      }
      return graph
    }
    func read(_ offsets: [Int]) throws -> WeightReview {
      try review(
        WireBytes.model(graph: graph(offsets)).bytes,
        beside: ("w.bin", [UInt8](repeating: 1, count: 24)))
    }
    // At one place they count once, however often they are used.
    let same = try read([Int](repeating: 4, count: 20))
    #expect((same.layers.count, same.unread) == (20, 0))
    // Each takes 16 of 24 bytes: four times the file has room for six.
    let others = try read(Array(0..<8))
    #expect((others.layers.count, others.unread) == (6, 2))
  }

  /// What is added to channels of another convolution can only go with these.
  @Test func additionsKeepChannelsOfOneSide() throws {
    func weights(_ name: String, _ zero: Set<Int>) -> WireBytes {
      let rows = (0..<4).flatMap { filter in
        [UInt8](repeating: zero.contains(filter) ? 0 : UInt8(filter + 1), count: 2)
      }
      return [4, 2, 1, 1].reduce(WireBytes()) { $0.number(1, $1) }.number(2, 3).text(8, name)
        .field(9, rows)
    }
    let next = [1, 4, 1, 1].reduce(WireBytes()) { $0.number(1, $1) }.number(2, 3).text(8, "c")
      .field(9, [1, 1, 1, 1])
    let graph = WireBytes().input("x", type: 3, [1, 2, 3, 3])
      .message(5, weights("a", [0, 1])).message(5, weights("b", [1, 2])).message(5, next)
      .node("Conv", ["x", "a"], ["p"]).node("Conv", ["x", "b"], ["q"])
      .node("Add", ["p", "q"], ["s"]).node("Relu", ["s"], ["r"])
      .node("Conv", ["r", "c"], ["y"]).output("y", type: 3)
    let review = try review(WireBytes.model(graph: graph).bytes)
    #expect(review.removal.removedFilters == [0: 1, 1: 1])
    let macs = try #require(review.zeroMACs)
    // Nine positions: two filters of each side by two inputs, one of each, one input of the last.
    #expect(macs.ofFilters == 9 * 4 * 2)
    #expect(macs.ofRemovable == 9 * 2 * 2)
    #expect(macs.ofReaders == 9)
  }
}

/// What a review reads and keeps is in proportion to what is stored.
@Suite struct WeightReaderTests {
  /// Zeros, and how often they were read.
  private final class Zeros: StoredElements, @unchecked Sendable {
    let types: [ValueID: TensorType]
    private(set) var reads = 0

    init(_ graph: Graph) {
      types = Dictionary(
        uniqueKeysWithValues: graph.values.indices.map { (ValueID($0), graph.values[$0].type) })
    }

    func type(of value: ValueID) -> TensorType? { types[value] }

    func read(_ value: ValueID, _ take: (UnsafeRawBufferPointer) -> Void) {
      reads += 1
      [UInt8](repeating: 0, count: types[value]?.elementBytes.fixedValue ?? 0)
        .withUnsafeBytes(take)
    }
  }

  @Test func onePlaceIsReadOnceForEachDivision() throws {
    var test = TestGraph()
    let first = test.weights("a", [4, 8], .int8)
    let second = test.weights("b", [4, 8], .int8)
    let other = test.weights("c", [4, 8], .int8)
    for id in [first, second] { test.graph[id].storage = 7 }
    let elements = Zeros(test.graph)
    var reader = WeightReader(elements, of: test.graph)
    let rows = WeightReader.Division(
      filters: TensorScan.Filters(count: 4, step: 8), zeroPoints: [0])
    for id in [first, second, first] {
      let counts = try reader.counts(id, rows)
      #expect(counts?.filters?.zero == [0, 1, 2, 3])
      _ = try reader.hash(id)
    }
    #expect(elements.reads == 1)
    // Its elements have another meaning, so they are read again; and those of another place.
    let shifted = try reader.counts(second, WeightReader.Division(zeroPoints: [3]))
    #expect(shifted?.zeros == 0)
    let apart = try reader.counts(other, rows)
    #expect(apart?.elements == 32)
    #expect(elements.reads == 3)
  }

  /// Of a place of 1 MiB, 4 MiB and twice its size are read.
  @Test func readingTheSameBytesAgainHasALimit() throws {
    var test = TestGraph()
    let weights = test.weights("w", [1024, 1024], .int8)
    let elements = Zeros(test.graph)
    var reader = WeightReader(elements, of: test.graph)
    let error = #expect(throws: Problem.self) {
      for zero in 0..<100 {
        _ = try reader.counts(weights, WeightReader.Division(zeroPoints: [zero]))
      }
    }
    #expect(error?.place == "tensor 'w'")
    #expect(elements.reads == 7)
  }

  @Test(
    arguments: [
      ([2, 8], 1, 8), ([2, 8], 0, 2), ([0, 8], 1, nil), ([8, 0], 0, nil), ([8], 1, nil),
      ([], 0, nil),
    ] as [([Int], Int, Int?)])
  func onlyElementsMakeFilters(shape: [Int], axis: Int, count: Int?) {
    let shape = Shape(shape.map(Dimension.fixed))
    #expect(TensorScan.Filters(axis: axis, of: shape)?.count == count)
  }

  /// Sparse tensors stand for elements that are stored nowhere.
  @Test func elementsThatCannotBeAddedAreRefused() throws {
    func layer(isShared: Bool) -> WeightReview.LayerWeights {
      WeightReview.LayerWeights(
        layer: 0, tensor: ValueID(0), elementType: .int8, elements: 1 << 62, isShared: isShared)
    }
    try WeightReview.checkTotal(of: [layer(isShared: false), layer(isShared: true)])
    #expect(throws: Problem("the weights of all layers have more than 2^63 elements")) {
      try WeightReview.checkTotal(of: [layer(isShared: false), layer(isShared: false)])
    }
  }
}
