package import OpGraph
package import Quantities

/// A decoder in several files: one for its first run and one for its steps, or one for an encoder whose result it reads.
package struct SplitDecoder: Sendable {
  let encoder: Model?
  /// The decoder's first run, which makes the keys and values of the encoder's results; nil where `step` has it too.
  let first: Model?
  /// A run of the decoder with its cache.
  package let step: Model
  let firstInterface: DecoderInterface
  let stepInterface: DecoderInterface

  /// - Throws: `Problem` when a file does not take what its part takes.
  package init(encoder: Model?, first: Model?, step: Model) throws(Problem) {
    self.encoder = encoder
    self.first = first
    self.step = step
    stepInterface = try DecoderInterface(step.graph, isStep: first != nil)
    if let first {
      firstInterface = try DecoderInterface(firstRun: first.graph)
    } else {
      firstInterface = stepInterface
    }
    guard encoder != nil || !stepInterface.hasEncoder else { throw DecoderInterface.lacksEncoder }
  }

  /// Whether the prompt is what the encoder reads; if not, it is what the decoder starts with.
  package var takesText: Bool {
    guard let graph = encoder?.graph else { return false }
    return graph.inputs.contains { graph[$0].name.hasSuffix("input_ids") }
  }

  /// The run of the encoder, with the batch and, if it takes text, the length of the prompt; nil without one.
  func encoderRun(
    for request: GenerationRequest, bindings: Bindings, keepsUnpacked: Bool
  ) throws(Problem) -> Workload? {
    guard var model = encoder else { return nil }
    var numbers: [String: Int] = [:]
    for id in model.graph.inputs {
      if takesText, let name = model.graph.symbol(of: id, at: 1) { numbers[name] = request.prompt }
      if let name = model.graph.symbol(of: id, at: 0) { numbers[name] = request.batch }
    }
    for index in model.graph.values.indices {
      guard let shape = model.graph.values[index].type.shape, !shape.isStatic else { continue }
      model.graph.values[index].type.shape = Shape(
        shape.dimensions.map { $0.substituting(numbers) })
    }
    return try Workload(
      InferredGraph(model, bindings: bindings, keepsUnpacked: keepsUnpacked))
  }

  /// Those of the encoder's inputs, and the others.
  func divided(_ bindings: Bindings) -> (encoder: Bindings, decoder: Bindings) {
    guard let graph = encoder?.graph else { return (Bindings(), bindings) }
    let names = Set(graph.inputs.map { graph[$0].name } + graph.dynamicSymbols(in: graph.inputs))
    return (bindings.only { names.contains($0) }, bindings.only { !names.contains($0) })
  }

  /// Positions of the encoder's result.
  /// - Throws: `Problem` when sizes of its inputs are open.
  static func sourceLength(_ graph: Graph) throws(Problem) -> SymbolicInt {
    let open = graph.dynamicSymbols(in: graph.inputs)
    guard open.isEmpty else {
      throw Problem(
        "the encoder's inputs have open sizes: \(open.map { "'\($0)'" }.joined(separator: ", "))",
        expected: "--bind NAME=SIZE for each")
    }
    let shape = graph.outputs.lazy.compactMap { graph[$0].type.shape }.first { $0.rank == 3 }
    guard let length = shape?[1], length.fixedValue != nil else {
      throw Problem(
        "the length of the encoder's result is not known",
        expected: "an output such as 'last_hidden_state' of rank 3")
    }
    return length
  }
}
