import OpGraph

/// Counts trained elements: stored tensors that take part in arithmetic, each once.
///
/// Constants of shapes, axes and quantization are not counted, and neither are constants of
/// rank 0, which are literals (an epsilon, a limit), indices and masks. What stands beside trained
/// elements, such as the scales of blocks, counts in bytes only.
struct ParameterCounter {
  private let graph: Graph
  /// For each node, the stored tensors that it is the first to use.
  private var firstUses: [[ValueID]]
  private var uses: [Use]
  /// Constants that are made of stored integers: what is added to them or scales them is no weight.
  private var isUnpacked: [Bool] = []
  /// Values that loops start with and then change: states.
  private var starts: Set<ValueID> = []
  /// Scales that are found in each inference; what multiplies one is the scale of the weights.
  private let dynamicScales: Set<ValueID>
  private(set) var elements: SymbolicInt = 0
  private(set) var bytes: SymbolicInt = 0

  /// What a constant is to the arithmetic that it takes part in.
  private struct Use {
    /// The first node that uses it; nil where none does.
    var node: Int?
    var isTrained = false
    /// How many elements it stands for, where that is not its own number.
    var elements: SymbolicInt?
  }

  init(_ complete: InferredGraph) {
    graph = complete.withConstants
    firstUses = [[ValueID]](repeating: [], count: graph.nodes.count)
    dynamicScales = Set(
      graph.nodes.lazy.filter { $0.runs(DynamicQuantize.self) }
        .compactMap { $0.outputs.count > 1 ? $0.outputs[1] : nil })
    uses = [Use](repeating: Use(), count: graph.values.count)
    for parameter in graph.regions.lazy.flatMap(\.parameters) {
      if case .carried(let source?, let result) = parameter.source, result != parameter.value {
        starts.insert(source)
      }
    }
    findUnpacked()
    // Found backwards from the consumers.
    for index in graph.nodes.indices.reversed() {
      findUses(
        by: index,
        isFolded: complete.folds[index] != nil || complete.recomputed.contains(index))
    }
    let counted = graph.storedValues {
      uses[$0].node != nil && graph.values[$0].type.shape?.rank != 0
    }
    for id in counted {
      if let user = uses[id.index].node { firstUses[user].append(id) }
    }
  }

  private mutating func findUses(by index: Int, isFolded: Bool) {
    let node = graph.nodes[index]
    // A folded node hands its constants on to the node that uses its result.
    let result = node.outputs.compactMap { $0.map { uses[$0.index] } }.first { $0.node != nil }
    if isFolded && result == nil { return }
    let operands = node.operation.packsElements ? graph.operands(of: node) : nil
    let isView = isFolded && node.operation is any ViewOperator
    var facts: OperandFacts?
    for (place, input) in node.inputs.enumerated() {
      guard let input, graph[input].isConstant else { continue }
      let role = node.operation.constantRole(at: place)
      if role == .attribute || node.operation is any LoopOperator && starts.contains(input) {
        continue
      }
      var use = Use(node: index, isTrained: role != .auxiliary)
      if role == .parameter {
        let known = facts ?? OperandFacts(node, self)
        facts = known
        if isLiteral(input, at: place, of: node, known) { use.isTrained = false }
      }
      use.elements = operands.flatMap { node.operation.trainedElements(at: place, of: $0) }
      if isFolded, let result {
        use.node = result.node
        use.isTrained = use.isTrained && result.isTrained
        if isView { use.elements = result.elements }
      }
      if !isFolded || uses[input.index].node == nil || use.isTrained {
        use.isTrained = use.isTrained || uses[input.index].isTrained
        uses[input.index] = use
      }
    }
  }

  /// Follows casts of stored integers through arithmetic of constants.
  private mutating func findUnpacked() {
    isUnpacked = [Bool](repeating: false, count: graph.values.count)
    for node in graph.nodes {
      guard let output = node.outputs.first ?? nil, graph[output].isConstant,
        node.runs(Elementwise.self) || node.operation is any ViewOperator
      else { continue }
      let operands = node.inputs.compactMap { $0 }
      let isCast = (node.operation as? Elementwise)?.function == .cast
      isUnpacked[output.index] = operands.contains { operand in
        isUnpacked[operand.index]
          || isCast && graph[operand].origin == .stored && graph[operand].type.isSmallInteger
      }
    }
  }

  /// What is asked of all operands of a node, once: there can be many.
  private struct OperandFacts {
    var hasDynamicScale = false
    var readsData = false
    var firstUnpacked: Int?

    init(_ node: Node, _ counter: ParameterCounter) {
      guard node.runs(Elementwise.self) else { return }
      for case (let place, let input?) in node.inputs.enumerated() {
        if counter.dynamicScales.contains(input) { hasDynamicScale = true }
        if !counter.graph[input].isConstant { readsData = true }
        if firstUnpacked == nil, counter.isUnpacked[input.index] { firstUnpacked = place }
      }
    }
  }

  /// Whether a constant is none that is trained: an index or a mask, a limit, the only element of its
  /// tensor, a scale, or what turns stored integers into weights.
  private func isLiteral(
    _ input: ValueID, at place: Int, of node: Node, _ facts: OperandFacts
  ) -> Bool {
    if node.runs(Dequantize.self) { return false }
    if graph[input].type.isIndexOrMask { return true }
    guard let operation = node.operation as? Elementwise else { return false }
    if graph[input].type.elementCount == 1 { return true }
    if operation.function == .multiply, facts.hasDynamicScale { return true }
    if operation.function.takesLimits, place > 0 || operation.function != .clip, facts.readsData {
      return true
    }
    // The first operand is the weights where both are unpacked.
    return operation.function != .cast && facts.firstUnpacked.map { $0 != place } ?? false
  }

  /// The elements that a node is the first to use.
  mutating func count(of node: Int) -> SymbolicInt {
    var own: SymbolicInt = 0
    for id in firstUses[node] {
      let type = graph[id].type
      if uses[id.index].isTrained { own += uses[id.index].elements ?? type.elementCount }
      bytes += type.packedBytes
    }
    elements += own
    return own
  }
}

extension Elementwise.Function {
  /// Whether constant operands bound, replace or test the other's elements.
  fileprivate var takesLimits: Bool {
    switch self {
    case .minimum, .maximum, .clip, .select, .equal, .notEqual, .less, .lessOrEqual, .greater,
      .greaterOrEqual:
      true
    default: false
    }
  }
}

extension TensorType {
  /// Whether the elements are integers that weights are stored as.
  fileprivate var isSmallInteger: Bool {
    !elementType.isFloat && elementType != .bool && elementType.bits ?? 64 <= 8
  }

  /// Whether the elements are no numbers to calculate with: truth values, text, or integers that
  /// no quantization gives a meaning.
  fileprivate var isIndexOrMask: Bool {
    switch elementType {
    case .bool, .string, .int64, .uint64: true
    case .int32, .uint32: quantization == nil
    default: false
    }
  }
}
