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

  /// How many operands, which come first, are the code itself and what it works on.
  private static let codeOperands = ["ethos-u": 4]

  /// Lowers a compiled part, as the operators of the original model if there is one.
  /// - Returns: Whether the operator is such a part and nothing is left to do.
  mutating func lowerCompiledPart(
    _ op: TFLiteOperator, _ call: OperatorCall, _ tensors: [TFLiteTensor]
  ) throws(Problem) -> Bool {
    guard let target = Self.compiledFor[op.name] else { return false }
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
      return false
    }
    try lower(original, for: op, call)
    return true
  }

  /// Lowers the operators of the original between the part's operands and results.
  ///
  /// Compilers keep the names of tensors that go in and out.
  private mutating func lower(
    _ original: TFLiteModel, for op: TFLiteOperator, _ call: OperatorCall
  ) throws(Problem) {
    guard let whole = original.subgraphs.first else {
      throw Problem(place: "the original model", "holds no subgraph")
    }
    let places = Dictionary(
      zip(whole.tensors.map(\.name), whole.tensors.indices), uniquingKeysWith: { first, _ in first }
    )
    var given: [Int: ValueID] = [:]
    for id in call.inputs.dropFirst(Self.codeOperands[op.name] ?? 0).compactMap({ $0 }) {
      if let place = places[builder[id].name] { given[place] = id }
    }
    var results: [Int?] = []
    for id in call.outputs {
      guard let id else {
        results.append(nil)
        continue
      }
      guard let place = places[builder[id].name] else {
        throw Problem(
          place: "the original model",
          "has no tensor '\(builder[id].name)', which '\(op.name)' makes; is it the model that was "
            + "compiled?")
      }
      results.append(place)
    }
    let part = try whole.part(making: results.compactMap { $0 }, from: Set(given.keys))
    let region = builder.openRegion(named: "\(call.name)/\(op.name)", .call)
    let compiled = model
    model = original
    isInOriginal = true
    defer {
      model = compiled
      isInOriginal = false
    }
    let prefix = "\(call.name.suffix(200))/"
    let values = try addTensors(of: part, prefix: prefix, given: given)
    try lowerOperators(of: part, values, prefix: prefix)
    builder.closeRegion(region)
    builder.add(
      Call(op.name), running: [region], name: call.name, sourceOperator: op.name,
      inputs: results.map { $0.flatMap { values[$0] } }, outputs: call.outputs)
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
    if fields.chip.count > 0 { target = "Edge TPU (\(text(fields.chip)))" }
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
  /// they are for (ethosu_driver.c: logarithm of MACs a cycle in bits 0 to 3, KiB of the shared
  /// memory in bits 8 to 15, the product in bits 28 to 31).
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
    facts["sharedMemoryKiB"] = configuration >> 8 & 255
    let products = ["Ethos-U55", "Ethos-U65", "Ethos-U85"]
    let product = configuration >> 28
    if products.indices.contains(product) { target = products[product] }
  }
}

private func text(_ string: tfl_string) -> String {
  guard let start = string.bytes else { return "" }
  return printable(
    String(decoding: UnsafeRawBufferPointer(start: start, count: string.count), as: UTF8.self))
}
