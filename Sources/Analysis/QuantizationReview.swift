package import OpGraph

/// Floating-point operators in an otherwise quantized model, and conversions that revert each
/// other.
///
/// A model counts as quantized when at least one contraction multiplies integers. What a runtime
/// folds away (weights that are expanded once, QDQ pairs of ONNX) is no finding.
package struct QuantizationReview {
  /// Layers in floating point with integers before and after them.
  package struct Island: Sendable {
    package var layers: [Int]
    /// The conversions that lead to it and from it.
    package var entries: [Int]
    package var exits: [Int]
  }

  /// A conversion and the one that undoes it.
  package struct Pair: Sendable {
    package var first: Int
    package var second: Int
  }

  private let graph: Graph
  private let layers: [Layer]
  private let consumers: Consumers
  private let producers: [Int?]

  /// More findings of one kind than these are counted, not listed.
  private static let listed = 8

  /// Reviews the layers of a graph.
  package init(_ graph: Graph, layers: [Layer]) {
    self.graph = graph
    self.layers = layers
    consumers = graph.consumersByValue()
    producers = graph.producersByValue()
  }

  /// Whether some contraction multiplies integers.
  package static func isQuantized(_ layers: [Layer]) -> Bool {
    layers.indices.contains { layers[$0].precision.isInteger && layers[$0].isContraction }
  }

  /// What it finds; nothing in a model that is not quantized.
  static func diagnostics(_ graph: Graph, layers: [Layer]) -> [Diagnostic] {
    guard isQuantized(layers) else { return [] }
    let review = QuantizationReview(graph, layers: layers)
    return review.limited(review.floatContractions) + review.limited(review.floatIslands)
      + review.limited(review.conversionPairs)
  }

  private func limited(_ found: [Diagnostic]) -> [Diagnostic] {
    guard found.count > Self.listed else { return found }
    let rest = found.count - Self.listed
    return found.prefix(Self.listed) + [
      Diagnostic(.note, code: found[0].code, "\(rest) more findings of this kind")
    ]
  }

  private var floatContractions: [Diagnostic] {
    layers.filter { $0.isContraction && $0.multipliesFloats }.map { layer in
      Diagnostic(
        .note, code: "float-contraction",
        "'\(layer.name)' (\(layer.sourceOperator)) multiplies in \(layer.precision.rawValue) in a "
          + "quantized model; quantize it, unless accuracy needs it",
        layer: layer.name)
    }
  }

  /// Groups of operators in floating point with integers before and after them.
  package var islands: [Island] {
    var island = [Int](repeating: -1, count: layers.count)
    var members: [[Int]] = []
    for start in layers.indices where island[start] < 0 && computesFloats(start) {
      var found: [Int] = []
      var open = [start]
      island[start] = members.count
      while let index = open.popLast() {
        found.append(index)
        for next in neighbours(of: index) where island[next] < 0 && computesFloats(next) {
          island[next] = members.count
          open.append(next)
        }
      }
      members.append(found.sorted())
    }
    return members.compactMap { found in
      let entries = Set(found.flatMap { conversions(before: $0) }).sorted()
      let exits = Set(found.flatMap { conversions(after: $0) }).sorted()
      guard !entries.isEmpty, !exits.isEmpty else { return nil }
      return Island(layers: found, entries: entries, exits: exits)
    }
  }

  private var floatIslands: [Diagnostic] {
    islands.map { island in
      let first = layers[island.layers[0]]
      let count = island.layers.count
      let operators = Set(island.layers.map { layers[$0].sourceOperator }).sorted().prefix(4)
      let isOne = count == 1
      return Diagnostic(
        .note, code: "float-island",
        "\(isOne ? "'\(first.name)' runs" : "\(count) operators from '\(first.name)' on run") "
          + "in floating point between integers (\(operators.joined(separator: ", "))); in integers "
          + "\(isOne ? "it" : "they") would not need \(island.entries.count) dequantize and "
          + "\(island.exits.count) quantize operators",
        layer: first.name)
    }
  }

  /// Tensors that are turned into floating point and back, or the other way round, with nothing between.
  package var pairs: [Pair] {
    layers.indices.compactMap { index in
      guard isConversion(index), let before = producersOf(index).first, isConversion(before),
        layers[index].operatorName != layers[before].operatorName
      else { return nil }
      return Pair(first: before, second: index)
    }
  }

  private var conversionPairs: [Diagnostic] {
    pairs.map { pair in
      let (before, layer) = (layers[pair.first], layers[pair.second])
      let advice =
        layer.operatorName == .quantize
        ? "with one scale both can be removed, with two a single requantization replaces them"
        : "both only round, which training can need and inference does not"
      return Diagnostic(
        .note, code: "conversion-pair",
        "'\(layer.name)' (\(layer.sourceOperator)) reverts '\(before.name)' "
          + "(\(before.sourceOperator)); \(advice)", layer: layer.name)
    }
  }

  private func computesFloats(_ index: Int) -> Bool {
    layers[index].fold == nil && layers[index].precision.isFloat && !isConversion(index)
      && layers[index].kind != .opaque
  }

  private func isConversion(_ index: Int) -> Bool {
    layers[index].fold == nil
      && (graph.node(index, runs: Quantize.self) || graph.node(index, runs: Dequantize.self))
  }

  private func producersOf(_ index: Int) -> [Int] {
    layers[index].inputs.compactMap { $0 }.compactMap { producers[$0.index] }
  }

  private func consumersOf(_ index: Int) -> [Int] {
    layers[index].outputs.flatMap { consumers[$0.index] }
  }

  private func neighbours(of index: Int) -> [Int] { producersOf(index) + consumersOf(index) }

  private func conversions(before index: Int) -> [Int] {
    producersOf(index).filter { isConversion($0) && graph.node($0, runs: Dequantize.self) }
  }

  private func conversions(after index: Int) -> [Int] {
    consumersOf(index).filter { isConversion($0) && graph.node($0, runs: Quantize.self) }
  }
}

extension Layer {
  /// Whether it multiplies and accumulates when the model runs.
  package var isContraction: Bool { fold == nil && factors != nil && kind.isContraction }

  /// Whether its factors are floating-point numbers when they are multiplied.
  package var multipliesFloats: Bool {
    precision.isFloat && !hasIntegerFactor
  }

  /// Whether one of its factors is stored as an integer, such as `uint8`.
  package var hasIntegerFactor: Bool {
    factors?.split(separator: " ").contains { $0.hasPrefix("int") || $0.hasPrefix("uint") } ?? false
  }
}

extension Precision {
  /// Whether both factors are integers when they are multiplied.
  package var isInteger: Bool { [.int8, .int16, .int32, .hybrid8].contains(self) }
  package var isFloat: Bool { self == .float32 || self == .float16 }
}
