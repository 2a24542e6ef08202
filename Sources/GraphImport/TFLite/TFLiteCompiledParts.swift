internal import CFlatBuffers
import Quantities
import OpGraph

/// Operators that a compiler made code for an accelerator of.
extension TFLiteGraphLowering {
  /// The custom operators that hold such code, and what they run on.
  private static let compiledFor = [
    "edgetpu-custom-op": "Edge TPU", "ethos-u": "Ethos-U", "vsi-npu": "VeriSilicon NPU",
    "NeutronGraph": "NXP eIQ Neutron NPU", "DISPATCH_OP": "NPU of LiteRT's dispatch",
  ]

  /// What the operators of XMOS's compiler are called: each is code for one, between tensors whose names are lost.
  private static let xmosPrefix = "XC_"

  private static func target(_ op: TFLiteOperator) -> String? {
    guard op.isCustom else { return nil }
    return compiledFor[op.name] ?? (op.name.hasPrefix(xmosPrefix) ? "XMOS xcore" : nil)
  }

  /// How many operands, which come first, are the code itself and what it works on.
  private static let codeOperands = ["ethos-u": 4]

  /// The last of several compiled operators that each write a part of a tensor, by tensor.
  ///
  /// The tensor is the result of that one; for any other operators, a second writer is an error.
  func lastWriters(_ subgraph: TFLiteSubgraph) -> [Int: Int] {
    var writers: [Int: Int] = [:]
    for (position, op) in subgraph.operators.enumerated()
    where Self.target(op) != nil {
      for tensor in op.outputs where tensor >= 0 { writers[tensor] = position }
    }
    return writers
  }

  /// Tensors of the original that are values of the compiled model, as far as this is lowered.
  struct KnownTensors {
    fileprivate var values: [Int: ValueID] = [:]
    /// The values of the subgraph that is being lowered; nil before its first compiled part.
    fileprivate var own: Set<ValueID>?
    /// How many nodes were looked at.
    fileprivate var nodes = 0
  }

  /// Lowers a compiled part, as the operators of the original model if there is one.
  /// - Returns: Whether the operator is such a part and nothing is left to do.
  mutating func lowerCompiledPart(
    _ op: TFLiteOperator, _ call: OperatorCall, _ tensors: [TFLiteTensor], _ values: [ValueID?],
    _ known: inout KnownTensors
  ) throws(Problem) -> Bool {
    guard let target = Self.target(op) else { return false }
    // Without the original, operators that are code for one each are as good as unknown.
    if original == nil, op.name.hasPrefix(Self.xmosPrefix) { return false }
    guard !isInOriginal else {
      throw Problem(
        place: "the original model",
        "holds code for \(target) itself, expected the model before it was compiled")
    }
    var part = CompiledPart(layer: call.name, sourceOperator: op.name, target: target, facts: [:])
    switch op.name {
    case "edgetpu-custom-op": part.readEdgeTPUPackage(op.options)
    case "ethos-u": part.readEthosUOperands(op.inputs.map { $0 < 0 ? nil : tensors[$0] })
    default: part.facts["code"] = op.options.bytes.count
    }
    compiledParts.append(part)
    guard let original else {
      builder.report(
        .warning, "compiled-part",
        "\(op.name) holds code for \(part.target) (\(part.summary)) and not the operators that it "
          + "was compiled from; their cost needs the model before compilation", layer: call.name)
      // The first operand of an Ethos-U part is its commands.
      let part = Opaque(
        op.name, codeOperands: op.name == "ethos-u" ? 1 : 0, isCompiled: true)
      builder.add(
        .success(LoweredOperator(part)), name: call.name, sourceOperator: op.name,
        inputs: call.inputs, outputs: call.outputs)
      return true
    }
    try lower(original, for: op, call, values, &known)
    return true
  }

  /// Lowers the operators of the original between the part's operands and results.
  ///
  /// Compilers keep the names of tensors that go in and out.
  private mutating func lower(
    _ original: TFLiteModel, for op: TFLiteOperator, _ call: OperatorCall, _ values: [ValueID?],
    _ known: inout KnownTensors
  ) throws(Problem) {
    guard let whole = original.subgraphs.first else {
      throw Problem(place: "the original model", "holds no subgraph")
    }
    // The work of an operator between tensors without names is that of the next one with a name.
    if op.name.hasPrefix(Self.xmosPrefix),
      call.outputs.allSatisfy({ $0.map { originalPlaces[builder[$0].name] == nil } ?? true })
    {
      return
    }
    var results: [Int?] = []
    for id in call.outputs {
      guard let id else {
        results.append(nil)
        continue
      }
      guard let place = originalPlaces[builder[id].name] else {
        throw Problem(
          place: "the original model",
          "has no tensor '\(builder[id].name)', which '\(op.name)' makes; is it the model that was "
            + "compiled?")
      }
      results.append(place)
    }
    extend(&known, values)
    var given = known.values
    for id in call.inputs.dropFirst(Self.codeOperands[op.name] ?? 0).compactMap({ $0 }) {
      if let place = originalPlaces[builder[id].name] { given[place] = id }
    }
    let callee = "compiled part '\(call.name)'"
    // The search looks at all of them, whatever it finds.
    try budget.spend(
      CallBudget.Cost(bytes: 8 * (whole.operators.count + given.count)), on: callee)
    let part = try whole.part(making: results.compactMap { $0 }, from: Set(given.keys))
    try budget.call(callee, part.cost)
    let region = builder.openRegion(named: "\(call.name)/\(op.name)", .call)
    let compiled = model
    model = original
    isInOriginal = true
    defer {
      model = compiled
      isInOriginal = false
    }
    let prefix = "\(ending(of: call.name, 200))/"
    let inner = try addTensors(of: part, prefix: prefix, given: given)
    try lowerOperators(of: part, inner, prefix: prefix)
    builder.closeRegion(region)
    builder.add(
      Call(op.name), running: [region], name: call.name, sourceOperator: op.name,
      inputs: results.map { $0.flatMap { inner[$0] } }, outputs: call.outputs)
  }

  /// Adds the inputs, and what the nodes make that were added since the last call.
  ///
  /// A tensor that operators before a part write parts of depends on what they read.
  private func extend(_ known: inout KnownTensors, _ values: [ValueID?]) {
    func add(_ id: ValueID) {
      if let place = originalPlaces[builder[id].name] { known.values[place] = id }
    }
    let isFirst = known.own == nil
    let own = known.own ?? Set(values.compactMap { $0 })
    known.own = own
    if isFirst {
      for case let id? in values where builder[id].origin == .input { add(id) }
    }
    for node in builder.graph.nodes[known.nodes...] {
      for case let output? in node.outputs where own.contains(output) { add(output) }
    }
    known.nodes = builder.graph.nodes.count
  }
}

extension TFLiteSubgraph {
  /// The operators that some tensors depend on, up to others that are given.
  fileprivate func part(
    making results: [Int], from given: Set<Int>
  ) throws(Problem) -> TFLiteSubgraph {
    var needed = Set(results).subtracting(given)
    var kept: [TFLiteOperator] = []
    for op in operators.reversed() where !needed.isDisjoint(with: op.outputs) {
      kept.append(op)
      needed.subtract(op.outputs)
      needed.formUnion(op.inputs.filter { $0 >= 0 && !given.contains($0) })
    }
    if let open = needed.first(where: { inputs.contains($0) }) {
      throw Problem(
        place: "the original model",
        "needs its input '\(tensors[open].name)', which the compiled part does not have")
    }
    var part = self
    part.operators = kept.reversed()
    return part
  }
}

extension CompiledPart {
  /// A short summary of the part.
  fileprivate var summary: String {
    let known = facts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return known.isEmpty ? "its header is not readable" : known.joined(separator: ", ")
  }

  /// The package that the Edge TPU's compiler makes is an option of the operator, whose options have
  /// numbers for names (libedgetpu, tflite/custom_op_data.cc).
  fileprivate mutating func readEdgeTPUPackage(_ options: TFLiteOptions) {
    var fields = tfl_edgetpu_fields()
    guard let bytes = options.blob("4"), let start = bytes.baseAddress,
      tfl_read_edgetpu(start.assumingMemoryBound(to: UInt8.self), bytes.count, &fields) != 0
    else { return }
    if fields.chip.count > 0 { target = "Edge TPU (\(chip(fields.chip)))" }
    facts = [
      "executables": fields.executables, "parameterBytes": Int(clamping: fields.parameter_bytes),
      "instructionBytes": Int(clamping: fields.instruction_bytes),
      "scratchBytes": Int(clamping: fields.scratch_bytes),
      "minimumRuntimeVersion": Int(fields.min_runtime_version),
      "cachesParameters": Int(fields.caches_parameters),
    ]
    if fields.estimated_cycles > 0 { facts["estimatedCycles"] = Int(fields.estimated_cycles) }
  }

  /// Operands: commands, weights, working memory, fast working memory, then the part's inputs.
  ///
  /// The commands start with words for the driver: a mark, then one with the configuration that
  /// they are for (ethosu_driver.c, ethosu55_interface.h and ethosu85_interface.h): logarithm of MACs a cycle in bits
  /// 0 to 3, the product in bits 28 to 31, and between them KiB of the shared memory (bits 8 to 15), or for Ethos-U85
  /// logarithms of the numbers of AXI ports to SRAM (8 and 9) and to external memory (10), and the number of weight
  /// decoders (11 to 14).
  fileprivate mutating func readEthosUOperands(_ operands: [TFLiteTensor?]) {
    let names = ["commandBytes", "weightBytes", "scratchBytes", "fastScratchBytes"]
    for (operand, name) in zip(operands, names) {
      // All four are lists of bytes.
      if let operand, operand.shape.count == 1 { facts[name] = operand.shape[0] }
    }
    guard let words = operands.first??.leadingBytes.map(Int.init), words.count >= 12,
      words.starts(with: "COP1".utf8.map(Int.init))
    else { return }
    let configuration = words[8] | words[9] << 8 | words[11] << 24
    facts["macsPerCycle"] = 1 << (configuration & 15)
    let products = ["Ethos-U55", "Ethos-U65", "Ethos-U85"]
    let product = configuration >> 28
    if product == 2 {
      facts["sramPorts"] = 1 << (configuration >> 8 & 3)
      facts["externalPorts"] = 1 << (configuration >> 10 & 1)
      facts["weightDecoders"] = configuration >> 11 & 15
    } else {
      facts["sharedMemoryKiB"] = configuration >> 8 & 255
    }
    if products.indices.contains(product) { target = products[product] }
  }
}

/// The name of a chip, which has a few letters; operators can share a longer one.
private func chip(_ name: tfl_string) -> String {
  let bytes = UnsafeRawBufferPointer(start: name.bytes, count: min(name.count, 64))
  return printable(String(decoding: bytes, as: UTF8.self))
}
