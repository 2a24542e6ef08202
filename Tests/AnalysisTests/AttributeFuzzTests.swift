import Analysis
import Foundation
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import GraphImport

/// Attributes, options and operands of every operator with the numbers at which arithmetic ends.
///
/// Whatever a file states, the process must not end (an overflow would trap, and so would a place out of an array),
/// and no count may be below zero. A combination that contradicts the definition is an error or a diagnostic.
@Suite struct AttributeFuzzTests {
  static let numbers = [-1, 0, 1, 2, 3, 1 << 31, 1 << 62, Int.min, Int.max, 1 << 47]
  static let sizes: [SymbolicInt] = [0, 1, 2, 3, 8, .fixed(1 << 31), .fixed(1 << 40), .symbol("n")]
  static let rounds = 60

  /// Every word in quotes in the sources of a format's lowering tables: the attributes' names are among them.
  static func words(_ folder: String) throws -> [String] {
    let sources = Paths.root.appending(path: "Sources/GraphImport/\(folder)")
    let files = try FileManager.default.contentsOfDirectory(
      at: sources, includingPropertiesForKeys: nil)
    var words: Set<String> = []
    for file in files
    where file.lastPathComponent.contains("ontractions")
      || file.lastPathComponent.contains("Lowerings")
    {
      let text = try String(contentsOf: file, encoding: .utf8)
      words.formUnion(text.matches(of: /"([a-z][A-Za-z_]+)"/).map { String($0.output.1) })
    }
    return words.sorted()
  }

  /// A trap that it finds ends the whole run of tests, so it runs on request: `IOTCO2_FUZZ=1`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["IOTCO2_FUZZ"] != nil))
  func everyONNXOperatorTakesAnyNumber() throws {
    let words = try Self.words("ONNX")
    #expect(words.contains("axis") && words.contains("kernel_shape"))
    var source = Source(seed: 1)
    for row in ONNXLowerings.all {
      for _ in 0..<Self.rounds {
        let operands = source.operands()
        let node = ONNXNode(
          name: "", operatorType: row.operatorType, domain: row.domain, inputs: [],
          outputs: ["result"], attributes: source.attributes(words))
        let reader = ONNXNodeReader(
          node: node, name: "node", operatorSet: row.sinceVersion, operands: operands)
        guard let lowered = try? row.lower(reader) else { continue }
        count(lowered, on: operands, "\(row.domain).\(row.operatorType) \(node.attributes)")
      }
    }
  }

  @Test func everyTFLiteOperatorTakesAnyNumber() throws {
    var source = Source(seed: 2)
    let tables = [
      (TFLiteLowerings.builtins, "", false), (TFLiteLowerings.custom, "", true),
      (TFLiteLowerings.flex, TFLiteLowerings.flexPrefix, true),
    ]
    for (table, prefix, isCustom) in tables {
      for row in table {
        for _ in 0..<Self.rounds {
          let operands = source.operands()
          let given = Options(source)
          _ = source.number()
          let op = TFLiteOperator(
            index: 0, name: prefix + row.name, isCustom: isCustom, version: 1, inputs: [],
            outputs: [], options: given.options)
          let results = source.operands().prefix(2).compactMap { value in
            value.map { Value(name: "result", type: $0.type, origin: .computed) }
          }
          let reader = TFLiteOperatorReader(op, operands: operands, results: results)
          guard let lowered = try? row.lower(reader) else { continue }
          count(lowered, on: operands, "\(row.name) \(given.stated)")
        }
      }
    }
  }

  /// Counts a graph of one operator; an error is as good as a result.
  private func count(
    _ lowered: LoweredOperator, on operands: [Value?], _ what: @autoclosure () -> String
  ) {
    var test = TestGraph()
    var inputs = operands.map { $0.map { test.value($0) } }
    if let order = lowered.operands {
      inputs = order.map { place in
        place.flatMap { inputs.indices.contains($0) ? inputs[$0] : nil }
      }
    }
    inputs += lowered.stored.map { test.value($0) }
    let outputs = (0..<2).map { place in
      test.value(
        Value(name: "result\(place)", type: TensorType(.undefined, nil), origin: .computed))
    }
    test.graph.inputs = test.graph.values.indices.filter { test.graph.values[$0].origin == .input }
      .map(ValueID.init)
    test.graph.nodes.append(
      Node(
        operation: lowered.operation, name: "node", sourceOperator: "node",
        fusedActivation: lowered.fusedActivation, inputs: inputs, outputs: outputs))
    guard let workload = try? test.workload(outputs: outputs) else { return }
    for layer in workload.layers {
      let counts = [layer.work.macs, layer.work.otherOps, layer.traffic.total, layer.patchBytes]
      #expect(counts.allSatisfy { $0.fixedValue ?? 0 >= 0 }, "\(what())")
    }
  }
}

/// Random parts of operators, the same in every run.
private struct Source {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func isTrue(_ share: Double) -> Bool {
    Double.random(in: 0..<1, using: &generator) < share
  }

  mutating func number() -> Int {
    // Most numbers are small, so that rules get beyond their first check.
    isTrue(0.5)
      ? Int.random(in: 0...4, using: &generator)
      : AttributeFuzzTests.numbers.randomElement(using: &generator) ?? 0
  }

  mutating func numbers() -> [Int] {
    (0..<Int.random(in: 0...6, using: &generator)).map { _ in number() }
  }

  /// A value for each name, most often of the kind that is asked for more often.
  mutating func attributes(_ names: [String]) -> [String: ONNXAttribute] {
    var attributes: [String: ONNXAttribute] = [:]
    let share = Double.random(in: 0...1, using: &generator)
    for name in names where isTrue(share) {
      let isList = name.hasSuffix("s") != isTrue(0.1)
      attributes[name] = isList ? .integers(numbers()) : .integer(number())
    }
    return attributes
  }

  mutating func operands() -> [Value?] {
    (0..<Int.random(in: 1...6, using: &generator)).map { place in
      if isTrue(0.1) { return nil }
      let types: [ElementType] = [.float32, .int64, .int32, .int8, .uint8, .bool, .string]
      var shape = Shape(
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
          AttributeFuzzTests.sizes.randomElement(using: &generator) ?? 1
        })
      let isStored = isTrue(0.4)
      var value = Value(
        name: "operand\(place)", type: TensorType(.int64, shape),
        origin: isStored ? .stored : .input)
      if isStored, isTrue(0.7) {
        let list = numbers()
        shape = list.count == 1 && isTrue(0.5) ? [] : [.fixed(list.count)]
        value.type = TensorType(.int64, shape)
        value.constant = .integers(list.map(SymbolicInt.fixed))
      } else {
        value.type = TensorType(types.randomElement(using: &generator) ?? .float32, shape)
      }
      return value
    }
  }
}

/// Options that have a number for every name that is asked for.
private final class Options {
  private var source: Source
  private(set) var stated: [String: [Int]] = [:]

  init(_ source: Source) { self.source = source }

  private func list(_ name: String) -> [Int] {
    if let known = stated[name] { return known }
    let list = source.isTrue(0.9) ? source.numbers() + [source.number()] : []
    stated[name] = list
    return list
  }

  var options: TFLiteOptions {
    var options = TFLiteOptions()
    options.integer = { self.list($0).last }
    options.real = { self.list($0).last.map(Double.init) }
    options.integers = { self.list($0) }
    options.length = { self.list($0).count }
    return options
  }
}
