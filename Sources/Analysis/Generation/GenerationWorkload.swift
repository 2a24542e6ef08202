package import OpGraph
package import Quantities

/// The work of a text that a decoder makes: the prompt at once, and then a step for each further token.
///
/// Counts are exact. A step's are formulas of the cache's length, whose sum over all lengths is taken term by term;
/// where formulas do not give what single steps do, the steps are added up one by one.
package struct GenerationWorkload: Sendable {
  package let request: GenerationRequest
  package let interface: DecoderInterface
  /// The prompt; its result is the first token.
  package let prefill: Workload
  /// All further steps, with the tensors of the last one; nil where one token is made.
  package let decode: Workload?
  /// Both.
  package let whole: Workload

  private let steps: OpenRun

  /// - Parameter keepsUnpacked: Whether the runtime keeps what it unpacks of stored tensors.
  /// - Throws: `Problem` when the model has no cache, when its lengths are fixed, or when a binding does not fit.
  package init(
    _ model: Model, _ request: GenerationRequest, bindings: Bindings, keepsUnpacked: Bool = false
  ) throws(Problem) {
    self.request = request
    var decoder = Decoder(
      model: model, interface: try DecoderInterface(model.graph), batch: request.batch,
      bindings: bindings, keepsUnpacked: keepsUnpacked)
    var prompt = try OpenRun(decoder, .prompt)
    if decoder.interface.takeSizes(of: model.graph, from: prompt.formulas.graph) {
      prompt = try OpenRun(decoder, .prompt)
    }
    interface = decoder.interface
    prefill = try prompt.run(request.prompt)
    steps = try OpenRun(decoder, .step)
    guard let first = request.pastLengths.first, let last = request.pastLengths.last else {
      decode = nil
      whole = prefill
      return
    }
    var sum = try steps.run(last)
    if steps.formulas.agrees(with: sum, last),
      steps.formulas.agrees(with: try steps.run(first), first)
    {
      let range = SymbolRange(OpenRun.length, request.pastLengths)
      let formulas = steps.formulas.layers
      sum.takeCounts { index in formulas[index].mapCounts { $0.sum(over: range) } }
    } else {
      for past in request.pastLengths.dropLast() { sum.addCounts(of: try steps.run(past)) }
    }
    try sum.sumCounts()
    decode = sum
    sum.addCounts(of: prefill)
    if prefill.memory.peak?.bytes ?? 0 > sum.memory.peak?.bytes ?? 0 {
      sum.memory = prefill.memory
    }
    try sum.sumCounts()
    whole = sum
  }

  /// One step after a past, as a workload of its own.
  /// - Throws: `Problem` when a count does not fit in 64 bits.
  package func step(after past: Int) throws(Problem) -> Workload { try steps.run(past) }

  /// Bytes of keys and values of one position, of all blocks and texts.
  package var cacheBytesPerPosition: Int? {
    let graph = whole.graph
    return interface.caches.map { cache in
      graph[cache.present].type.storageBytes.floorDivided(
        by: graph[cache.present].type.shape?[cache.axis] ?? .unknown)
    }.sum.fixedValue
  }
}

/// A model with what is the same in all runs.
private struct Decoder: Sendable {
  var model: Model
  var interface: DecoderInterface
  var batch: Int
  var bindings: Bindings
  var keepsUnpacked: Bool

  func inferred(new: SymbolicInt, past: SymbolicInt) throws(Problem) -> InferredGraph {
    var model = model
    model.graph = interface.graph(model.graph, new: new, past: past, batch: batch)
    return try InferredGraph(model, bindings: bindings, keepsUnpacked: keepsUnpacked)
  }
}

/// A run whose length is open.
///
/// What a session computes from a length, such as positions, it computes in each run. So a run is inferred with the length
/// as a symbol, and the number put in after that: inferred with the number, these would be constants.
private struct OpenRun: Sendable {
  enum Kind: Sendable {
    /// All tokens of a prompt with an empty cache; the length is that of the prompt.
    case prompt
    /// One token; the length is that of the cache.
    case step
  }

  /// The name of the length in formulas; no file's symbol has a space.
  static let length = "open length"

  private let decoder: Decoder
  private let kind: Kind
  /// The counts as formulas of the length.
  let formulas: Workload

  init(_ decoder: Decoder, _ kind: Kind) throws(Problem) {
    self.decoder = decoder
    self.kind = kind
    formulas = try Workload(Self.inferred(decoder, kind, .symbol(Self.length)))
  }

  /// The run with a length.
  func run(_ length: Int) throws(Problem) -> Workload {
    // Where a rule needs numbers, inference gets them.
    guard formulas.layers.allSatisfy(\.isCounted) else {
      return try Workload(Self.inferred(decoder, kind, .fixed(length)))
    }
    return try Workload(formulas.complete.substituting([Self.length: length]))
  }

  private static func inferred(
    _ decoder: Decoder, _ kind: Kind, _ length: SymbolicInt
  ) throws(Problem) -> InferredGraph {
    switch kind {
    case .prompt: try decoder.inferred(new: length, past: 0)
    case .step: try decoder.inferred(new: 1, past: length)
    }
  }
}

extension InferredGraph {
  /// The graph with numbers for symbols that are still open.
  fileprivate func substituting(_ numbers: [String: Int]) -> InferredGraph {
    var result = self
    for index in graph.values.indices {
      if let shape = graph.values[index].type.shape, !shape.isStatic {
        result.graph.values[index].type.shape = Shape(
          shape.dimensions.map { $0.substituting(numbers) })
      }
      if let elements = graph.values[index].constant?.integers, elements.numbers == nil {
        result.graph.values[index].constant = .integers(elements.map { $0.substituting(numbers) })
      }
    }
    result.repetitions = repetitions.map { $0?.substituting(numbers) }
    result.iterationSums = iterationSums.mapValues { $0.substituting(numbers) }
    result.maxima = maxima.mapValues { $0.substituting(numbers) }
    result.dynamicSymbols.removeAll { numbers[$0] != nil }
    return result
  }
}

extension Workload {
  /// Whether the counts of layers, as formulas of the length, are those of a run with a number in its place.
  fileprivate func agrees(with run: Workload, _ length: Int) -> Bool {
    guard layers.count == run.layers.count else { return false }
    return layers.indices.allSatisfy { index in
      layers[index].mapCounts { $0.substituting([OpenRun.length: length]) }.counts
        == run.layers[index].counts && layers[index].fold == run.layers[index].fold
    }
  }

  /// Takes the counts of each layer from another one.
  fileprivate mutating func takeCounts(_ other: (Int) -> Layer) {
    for index in layers.indices { layers[index].takeCounts(of: other(index)) }
  }

  /// Adds the counts of the same layers in another run.
  fileprivate mutating func addCounts(of other: Workload) {
    for index in layers.indices where other.layers.indices.contains(index) {
      layers[index].addCounts(of: other.layers[index])
    }
  }
}
