package import OpGraph
package import Quantities

/// The work of a text that a decoder makes: the prompt at once, and then a step for each further token.
///
/// Counts are exact. A step's are formulas of the cache's length, whose sum over all lengths is taken term by term;
/// where formulas do not give what single steps do, the steps are added up one by one.
package struct GenerationWorkload: Sendable {
  /// A run of the prompt, so many times.
  package struct PromptRun: Sendable {
    package var workload: Workload
    package var count: Int
    /// Whether it is a run of the graph that the layers of the text are those of.
    package var hasLayers: Bool
    /// Whether it is the run of an encoder before a decoder.
    package var isEncoder: Bool

    package init(
      workload: Workload, count: Int, hasLayers: Bool = true, isEncoder: Bool = false
    ) {
      self.workload = workload
      self.count = count
      self.hasLayers = hasLayers
      self.isEncoder = isEncoder
    }
  }

  package let request: GenerationRequest
  package let cache: CacheSize
  /// The runs up to the first token.
  package private(set) var prefill: [PromptRun]
  /// All further steps, with the tensors of the last one; nil where one token is made.
  package let decode: Workload?
  /// Both.
  package private(set) var whole: Workload

  /// Whether the layers of all runs are those of one graph; if not, those of the prompt are in totals only.
  package var isOneGraph: Bool { prefill.allSatisfy(\.hasLayers) }

  private let steps: Steps

  /// What is different from what the file holds.
  package let change: RunChange

  private enum Steps: Sendable {
    /// The cache's length is open; of several files, with these.
    case open(prompt: OpenRun, step: OpenRun, of: Split?)
    /// All steps are alike.
    case fixed(Workload, of: FixedDecoder, bindings: Bindings, keepsUnpacked: Bool)
  }

  /// The files of a decoder, what is bound in them, and the run of their encoder.
  private struct Split: Sendable {
    let files: SplitDecoder
    let bindings: Bindings
    let encoder: Workload?

    /// Of a change, what is different in the decoder's first run and in its steps: of the graph, in the file that has the
    /// layers of the text.
    func divided(
      _ change: RunChange, _ request: GenerationRequest
    ) -> (first: RunChange, step: RunChange) {
      guard files.first != nil else { return (change, change) }
      var without = change
      without.graph = nil
      return request.pastLengths.isEmpty ? (change, without) : (without, change)
    }
  }

  /// - Parameters:
  ///   - keepsUnpacked: Whether the runtime keeps what it unpacks of stored tensors.
  ///   - change: How caches are kept, and what is different from what the file holds.
  /// - Throws: `Problem` when the model has no cache, when its lengths are fixed, or when a binding does not fit.
  package init(
    _ model: Model, _ request: GenerationRequest, bindings: Bindings, keepsUnpacked: Bool = false,
    change: RunChange = RunChange()
  ) throws(Problem) {
    let interface = try DecoderInterface(model.graph)
    guard !interface.hasEncoder else { throw DecoderInterface.lacksEncoder }
    var decoder = Decoder(
      model: model, interface: interface, request: request, bindings: bindings,
      keepsUnpacked: keepsUnpacked, change: change)
    try interface.check(bindings, in: model.graph)
    var prompt = try OpenRun(decoder, .prompt)
    if decoder.interface.takeSizes(of: model.graph, from: prompt.formulas.graph) {
      prompt = try OpenRun(decoder, .prompt)
    }
    try self.init(prompt: prompt, steps: OpenRun(decoder, .step), change)
  }

  /// A text of a decoder in several files; an encoder among them runs once.
  ///
  /// Sessions of all files are open throughout, so weights of all are in memory.
  /// - Parameter change: What is different in all runs of the decoder; of the graph, in the file that has the layers.
  /// - Throws: `Problem` when lengths are fixed or open where they must not be, or when a binding does not fit.
  package init(
    _ files: SplitDecoder, _ request: GenerationRequest, bindings: Bindings,
    keepsUnpacked: Bool = false, change: RunChange = RunChange()
  ) throws(Problem) {
    let request = files.takesText ? request.afterEncoder : request
    let (own, others) = files.divided(bindings)
    let encoder = try files.encoderRun(for: request, bindings: own, keepsUnpacked: keepsUnpacked)
    let source = try encoder.map { encoder throws(Problem) in
      try SplitDecoder.sourceLength(encoder.graph)
    }
    func decoder(
      _ model: Model, _ interface: DecoderInterface, _ change: RunChange
    ) throws(Problem) -> Decoder {
      try interface.check(others, in: model.graph)
      return Decoder(
        model: model, interface: interface, request: request, bindings: others,
        keepsUnpacked: keepsUnpacked, change: change, source: source)
    }
    let split = Split(files: files, bindings: bindings, encoder: encoder)
    let (ofFirst, ofStep) = split.divided(change, request)
    let steps = try OpenRun(decoder(files.step, files.stepInterface, ofStep), .step)
    let prompt = try OpenRun(
      decoder(files.first ?? files.step, files.firstInterface, ofFirst), .prompt)
    try self.init(split, change, prompt: prompt, steps: steps)
  }

  private init(
    _ split: Split, _ change: RunChange, prompt: OpenRun, steps: OpenRun
  ) throws(Problem) {
    var (prompt, steps, encoder) = (prompt, steps, split.encoder)
    let used = [encoder?.totals, prompt.formulas.totals].compactMap { $0 }
    let all = split.files.first == nil ? used : used + [steps.formulas.totals]
    let constants = all.map(\.constantBytes).sum
    encoder?.totals.constantBytes = constants
    prompt.constants = constants
    steps.constants = constants
    try self.init(prompt: prompt, steps: steps, change, of: split)
    if let encoder {
      prefill.insert(
        PromptRun(workload: encoder, count: 1, hasLayers: false, isEncoder: true), at: 0)
      try whole.addTotals(of: encoder, times: 1)
    }
    // The file of a step lacks what makes keys and values of the encoder's results.
    whole.totals.parameters = used.map(\.parameters).sum
    whole.totals.weightBytes = all.map(\.weightBytes).sum
  }

  private init(
    prompt: OpenRun, steps: OpenRun, _ change: RunChange, of split: Split? = nil
  ) throws(Problem) {
    request = steps.decoder.request
    self.change = change
    self.steps = .open(prompt: prompt, step: steps, of: split)
    let isOneGraph = split?.files.first == nil
    let first = try prompt.run(request.start)
    // Without a step, the layers are those of the only run.
    let hasLayers = isOneGraph || request.pastLengths.isEmpty
    prefill = [PromptRun(workload: first, count: 1, hasLayers: hasLayers)]
    // The branch of a prompt has no cache to add to.
    let showsCache = !change.buffers.areShared || first.complete.cachesInPlace != nil
    let run = isOneGraph && showsCache ? first : try steps.run(request.start)
    cache = CacheSize(
      steps.interface, in: run.graph, positions: request.positions,
      isOneRun: request.pastLengths.isEmpty, change.buffers, inPlace: run.complete.cachesInPlace)
    guard let decode = try Self.sum(steps, over: request.pastLengths) else {
      self.decode = nil
      whole = first
      return
    }
    self.decode = decode
    var sum = decode
    if hasLayers {
      sum.addCounts(of: first)
      sum.memory = sum.memory.including(first.memory, .ofSameLayers)
      try sum.sumCounts()
    } else {
      try sum.addTotals(of: first, times: 1)
    }
    sum.diagnostics += ExpertReview.ofPrompt(first.diagnostics, beside: sum.diagnostics)
    whole = sum
  }

  /// All steps, with the tensors of the last one; nil where there is none.
  private static func sum(_ steps: OpenRun, over lengths: Range<Int>) throws(Problem) -> Workload? {
    guard let first = lengths.first, let last = lengths.last else { return nil }
    var sum = try steps.run(last)
    let part = steps.isChanged ? partOfChange : 1
    // Whether it takes more than a change may.
    let isMuch: Bool
    if steps.formulas.agrees(with: sum, last),
      steps.formulas.agrees(with: try steps.run(first), first)
    {
      let range = SymbolRange(OpenRun.length, lengths)
      let formulas = steps.formulas.layers
      var sums = FormulaSums(range, most: mostEvaluations / part)
      sum.takeCounts { index in formulas[index].mapCounts { sums.sum($0) } }
      guard sums.areComplete else {
        throw Problem(
          "many counts of a step are no polynomials of the cache's length, so that each is evaluated for "
            + "\(grouped(lengths.count)) steps", expected: "fewer tokens")
      }
      isMuch = sums.evaluations > mostEvaluations / partOfChange
    } else {
      func most(_ part: Int) -> Int {
        min(mostCountedSteps, max(2, mostCounted / part / max(1, sum.size)))
      }
      guard lengths.count <= most(part) else {
        throw Problem(
          "counts of a step are no formulas of the cache's length, so \(grouped(lengths.count)) steps would be counted one by one",
          expected: "at most \(grouped(most(part) + 1)) tokens")
      }
      for past in lengths.dropLast() { sum.addCounts(of: try steps.run(past)) }
      isMuch = lengths.count > most(partOfChange)
    }
    if isMuch, !steps.isChanged {
      sum.diagnostics.append(
        Diagnostic(
          .warning, code: "counted-steps",
          "counts of a step are no polynomials of the cache's length, so \(grouped(lengths.count)) steps are counted one by one; "
            + "suggestions that change the model are not evaluated"))
    }
    try sum.sumCounts()
    return sum
  }

  /// A step of a large model takes milliseconds to count: a layer, or an operand, some microseconds, and so many a second.
  private static let (mostCountedSteps, mostCounted) = (4096, 3 << 16)
  /// Evaluations of formulas that take about a second; a window or a quotient in a few formulas needs thousands.
  private static let mostEvaluations = 1 << 18
  /// A dozen changes are suggested, each of which may take this part of what the text itself may.
  private static let partOfChange = 32

  /// One step after a past, as a workload of its own.
  /// - Throws: `Problem` when a count does not fit in 64 bits.
  package func step(after past: Int) throws(Problem) -> Workload {
    switch steps {
    case .open(_, let run, _): try run.run(past)
    case .fixed(let step, _, _, _): step
    }
  }

  /// A text that a model of fixed sizes makes: one graph for a step, others for parts of a prompt.
  ///
  /// Runs of a prompt take the least graph that holds the rest, or else the largest.
  /// - Throws: `Problem` when the cache is too short, or when a binding does not fit.
  package init(
    _ decoder: FixedDecoder, _ request: GenerationRequest, bindings: Bindings,
    keepsUnpacked: Bool = false, change: RunChange = RunChange()
  ) throws(Problem) {
    self.request = request
    self.change = change
    cache = decoder.cache
    if let length = cache.positions, request.positions > length {
      throw Problem(
        "a prompt of \(request.prompt) and \(counted(request.tokens, "token")) take \(request.positions) positions",
        expected: "at most \(length), the length of the cache")
    }
    func workload(_ model: Model) throws(Problem) -> Workload {
      try Workload(InferredGraph(model, bindings: bindings, keepsUnpacked: keepsUnpacked))
    }
    var run = try InferredGraph(decoder.step, bindings: bindings, keepsUnpacked: keepsUnpacked)
    try change.graph?.apply(to: &run)
    let step = try Workload(run)
    var rest = request.prompt
    var firstSteps = 0
    if !decoder.prefillGivesToken || decoder.prefills.isEmpty {
      // The last token of the prompt takes a step, whose result is the first token.
      firstSteps = decoder.prefills.isEmpty ? request.prompt : 1
      rest -= firstSteps
    }
    var runs: [Int: Int] = [:]
    while rest > 0 {
      let fitting = decoder.prefills.indices.first { decoder.prefills[$0].tokens >= rest }
      // bounded: without prefills nothing is left, and each takes a token at least.
      let place = fitting ?? decoder.prefills.count - 1
      runs[place, default: 0] += 1
      rest -= decoder.prefills[place].tokens
    }
    var prefill: [PromptRun] = []
    for (place, count) in runs.sorted(by: { $0.key < $1.key }) {
      prefill.append(
        PromptRun(
          workload: try workload(decoder.prefills[place].model), count: count, hasLayers: false))
    }
    let others = prefill
    if firstSteps > 0 { prefill.append(PromptRun(workload: step, count: firstSteps)) }
    self.prefill = prefill
    steps = .fixed(step, of: decoder, bindings: bindings, keepsUnpacked: keepsUnpacked)
    let count = request.pastLengths.count
    decode = count > 0 ? try step.times(count) : nil
    var sum = try step.times(count + firstSteps)
    for run in others { try sum.addTotals(of: run.workload, times: run.count) }
    if cache.positions == nil {
      sum.diagnostics.append(
        Diagnostic(
          .warning, code: "cache-length",
          "how many positions the cache has is not known, so the text may be longer than it holds"))
    }
    whole = sum
  }
}

extension GenerationWorkload {
  /// Another text of the same model, or the same with a change of all runs.
  ///
  /// A change of the graph is made in the graph of a step, and in that of a prompt where it is the same: not in an encoder,
  /// in a file of its own for the first run, or in what a file of fixed sizes has for prompts.
  /// - Throws: `Problem` when a count does not fit in 64 bits, or when a run has another graph than a step.
  package func again(
    _ request: GenerationRequest, with change: RunChange
  ) throws(Problem) -> GenerationWorkload {
    switch steps {
    case .open(let prompt, let step, let split?):
      guard request.batch == self.request.batch,
        request.prompt == self.request.prompt || !request.isOfEncoder
      else {
        return try GenerationWorkload(
          split.files, request, bindings: split.bindings,
          keepsUnpacked: step.decoder.keepsUnpacked, change: change)
      }
      let (ofFirst, ofStep) = split.divided(change, request)
      return try GenerationWorkload(
        split, change, prompt: prompt.again(request, with: ofFirst),
        steps: step.again(request, with: ofStep))
    case .open(let prompt, let step, nil):
      return try GenerationWorkload(
        prompt: prompt.again(request, with: change), steps: step.again(request, with: change),
        change)
    case .fixed(_, let decoder, let bindings, let keepsUnpacked):
      return try GenerationWorkload(
        decoder, request, bindings: bindings, keepsUnpacked: keepsUnpacked, change: change)
    }
  }

  /// Whether an encoder runs before the decoder.
  package var hasEncoder: Bool { prefill.contains(where: \.isEncoder) }

  /// Whether all runs of the decoder are of one graph.
  package var hasOneDecoder: Bool {
    guard case .open(_, _, let split) = steps else { return false }
    return split?.files.first == nil
  }

  /// The caches of a decoder whose lengths are open, as values of each run; none where sizes are fixed.
  package var caches: [DecoderInterface.Cache] {
    guard case .open(_, let run, _) = steps else { return [] }
    return run.decoder.interface.caches
  }

  /// What runs make of the caches; of branches, what each of them gives.
  package var presents: Set<ValueID> {
    Set(whole.graph.branchResults(of: caches.map(\.present)))
  }

  /// The results that are scores of the vocabulary: those of the name, or else the widest of rank 3 that is kept for
  /// nothing.
  package var logits: Set<ValueID> {
    switch steps {
    case .open:
      let graph = whole.graph
      let others = graph.outputs.filter { !graph[$0].name.hasPrefix("present") }
      if let named = others.first(where: { graph[$0].name == "logits" }) { return [named] }
      let widths = others.compactMap { id in
        graph[id].type.shape.flatMap { $0.rank == 3 ? $0[2].fixedValue : nil }.map { (id, $0) }
      }
      return Set(widths.max { $0.1 < $1.1 }.map { [$0.0] } ?? [])
    case .fixed(_, let decoder, _, _):
      return Set([decoder.result("logits")].compactMap { $0 })
    }
  }

  /// The input that holds the new tokens; nil where it is not found.
  package var tokens: ValueID? {
    switch steps {
    case .open(_, let run, _): run.decoder.interface.tokens
    case .fixed(_, let decoder, _, _): decoder.input("tokens")
    }
  }
}

/// Sums of formulas over the lengths of a cache, each formula once: layers of all blocks have the same ones.
private struct FormulaSums {
  private let range: SymbolRange
  private var known: [SymbolicInt: SymbolicInt] = [:]
  private let most: Int
  private(set) var evaluations = 0
  /// Whether all were summed.
  private(set) var areComplete = true

  /// - Parameter most: Evaluations for all formulas that are no polynomials.
  init(_ range: SymbolRange, most: Int) {
    self.range = range
    self.most = most
  }

  /// The sum of a formula; unknown where too many of them have to be evaluated.
  mutating func sum(_ formula: SymbolicInt) -> SymbolicInt {
    if let sum = formula.polynomialSum(over: range) { return sum }
    if let sum = known[formula] { return sum }
    evaluations += range.numbers.count
    guard evaluations <= most else {
      areComplete = false
      return .unknown
    }
    let sum = formula.sum(over: range)
    known[formula] = sum
    return sum
  }
}

/// A model with what is the same in all runs.
private struct Decoder: Sendable {
  var model: Model
  var interface: DecoderInterface
  var request: GenerationRequest
  var bindings: Bindings
  var keepsUnpacked: Bool
  var change: RunChange

  /// Positions of an encoder's result.
  var source: SymbolicInt?

  func inferred(new: SymbolicInt, past: SymbolicInt) throws(Problem) -> InferredGraph {
    var model = model
    model.graph = interface.graph(
      model.graph, .init(new: new, past: past, batch: request.batch, source: source))
    return try InferredGraph(model, bindings: bindings, keepsUnpacked: keepsUnpacked)
  }

  /// The work of a run with what is different in all of them.
  func workload(_ run: InferredGraph) throws(Problem) -> Workload {
    var run = run
    try change.graph?.apply(to: &run)
    if change.keyHeadDivisor > 1 {
      FewerKeyHeads.divide(by: change.keyHeadDivisor, interface.caches, in: &run)
    }
    run.cachesInPlace = CachesInPlace(
      change.buffers, interface.caches, in: run, positions: request.positions)
    return try Workload(run)
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

  /// The name of the length in formulas.
  static let length = DecoderInterface.openLength

  let decoder: Decoder
  private let kind: Kind
  /// The run without what is different.
  private let base: InferredGraph
  /// The counts as formulas of the length.
  let formulas: Workload
  /// Bytes of constants in memory, where they are more than those of this graph.
  var constants: SymbolicInt?
  /// Whether it is that of a change, or of another text.
  private(set) var isChanged = false

  var interface: DecoderInterface { decoder.interface }

  init(_ decoder: Decoder, _ kind: Kind) throws(Problem) {
    try self.init(decoder, kind, Self.inferred(decoder, kind, .symbol(Self.length)))
  }

  private init(_ decoder: Decoder, _ kind: Kind, _ base: InferredGraph) throws(Problem) {
    self.decoder = decoder
    self.kind = kind
    self.base = base
    formulas = try decoder.workload(base)
  }

  /// The same run of another text, as long as that is of as many texts at once; nothing is inferred again.
  func again(
    _ request: GenerationRequest, with change: RunChange
  ) throws(Problem) -> OpenRun {
    var decoder = decoder
    decoder.request = request
    decoder.change = change
    var run = try OpenRun(decoder, kind, base)
    run.isChanged = true
    return run
  }

  /// The run with a length.
  func run(_ length: Int) throws(Problem) -> Workload {
    // Where a rule needs numbers, inference gets them.
    var workload =
      formulas.layers.allSatisfy(\.isCounted)
      ? try Workload(formulas.complete.substituting([Self.length: length]))
      : try decoder.workload(Self.inferred(decoder, kind, .fixed(length)))
    if let constants { workload.totals.constantBytes = constants }
    return workload
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

  /// The same run so many times.
  fileprivate func times(_ count: Int) throws(Problem) -> Workload {
    var result = self
    result.takeCounts { layers[$0].mapCounts { $0 * .fixed(count) } }
    try result.sumCounts()
    return result
  }

  /// Adds runs of another graph to the totals; memory is that of the graph that needs more.
  fileprivate mutating func addTotals(of other: Workload, times count: Int) throws(Problem) {
    let runs = try other.times(count)
    totals.macs += runs.totals.macs
    totals.operations = totals.operations + runs.totals.operations
    totals.traffic += runs.totals.traffic
    totals.macsByFactors.merge(runs.totals.macsByFactors) { $0 + $1 }
    if [totals.macs, totals.otherOps, totals.traffic.total].contains(.overflow) {
      throw Problem("the total operations or bytes of all runs exceed 2^63")
    }
    coverage.operators += other.coverage.operators
    coverage.operatorsCosted += other.coverage.operatorsCosted
    memory = memory.including(other.memory, .ofOtherLayers)
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
