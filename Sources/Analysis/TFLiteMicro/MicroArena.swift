package import OpGraph

/// The arena of TFLite Micro for a model, which firmware reserves as `kTensorArenaSize`.
///
/// The head holds tensors and scratch; the tail what stays: the runtime's structures, the data of kernels, state.
// bounded: sums of a few parts of at most 2^61 bytes, and numbers of structures in memory
package struct MicroArena: Hashable, Sendable {
  package let target: MicroTarget
  /// The head: activations, and scratch of kernels between them.
  package private(set) var headBytes = 0
  /// How much of the head is there for scratch alone.
  package private(set) var scratchBytes = 0
  /// The most bytes of tensors that are live at one step.
  private(set) var livePeakBytes = 0
  /// Where each tensor starts in the head.
  private(set) var offsets: [MicroHead.Place: Int] = [:]
  /// Structures of the runtime: tensors, nodes, parameters of operators, allocators.
  package private(set) var structureBytes = 0
  /// What kernels keep: multipliers of channels, tables, transposed operands.
  package private(set) var kernelDataBytes = 0
  /// Variables, which keep their elements between inferences.
  package private(set) var stateBytes = 0
  /// Structures that are there only once the head is planned.
  private var endBytes = 0
  /// What planning the head needs in its place for a moment.
  package private(set) var planningBytes = 0
  /// Names of operators that TFLite Micro has no kernel for, sorted; what those take is unknown.
  package private(set) var unknownOperators: [String] = []

  /// What `arena_used_bytes()` says after the tensors are allocated.
  package var usedBytes: Int {
    headBytes + structureBytes + kernelDataBytes + stateBytes
  }
  /// The smallest arena that the tensors can be allocated in.
  package var neededBytes: Int {
    max(usedBytes, usedBytes - headBytes - endBytes + planningBytes)
  }

  /// The arena of a program; nil when it is too large to plan.
  package init?(_ program: StoredProgram, on target: MicroTarget) {
    var heads = MicroHeads()
    self.init(program, on: target, &heads)
  }

  init?(_ program: StoredProgram, on target: MicroTarget, _ heads: inout MicroHeads) {
    self.target = target
    var tail = Tail(target)
    let requests = tail.allocate(program)
    let nothing = requests.scratch.map { $0.map { _ in [Int]() } }
    guard let head = heads.head(program, scratch: requests.scratch),
      let withoutScratch = heads.head(program, scratch: nothing)
    else { return nil }
    headBytes = head.bytes
    livePeakBytes = head.livePeakBytes
    offsets = head.offsets
    scratchBytes = head.bytes - withoutScratch.bytes
    structureBytes = tail.structures
    endBytes = tail.ends
    kernelDataBytes = tail.kernelData
    stateBytes = tail.state
    unknownOperators = requests.unknown.sorted()
    let scratchCount = requests.scratch.joined().map(\.count).reduce(0, +)
    let tensors = program.subgraphs.map(\.tensors.count).reduce(0, +)
    // Twelve requests are kept free; 40 bytes are the planner's for each buffer.
    planningBytes = ArenaPlan.aligned(
      (12 + scratchCount) * MicroStructure.scratchRequest.bytes(target)
        + program.subgraphs.count * target.pointerBytes
        + (tensors + scratchCount) * MicroStructure.allocationInfo.bytes(target)
        + 40 * head.buffers)
  }
}

/// What stays: TFLite Micro takes it from the end of the arena downwards, one piece after the other.
// bounded: pieces of at most 2^48 bytes up to a sum of 2^48, and numbers of structures in memory
private struct Tail {
  let target: MicroTarget
  private var used = 0
  private(set) var structures = 0
  private(set) var kernelData = 0
  private(set) var state = 0
  /// Of the structures, those of inputs and results, which come last.
  private(set) var ends = 0

  init(_ target: MicroTarget) { self.target = target }

  /// What kernels ask for, by subgraph and operator, and operators without a kernel.
  struct Requests {
    var scratch: [[[Int]]] = []
    var unknown: Set<String> = []
  }

  private mutating func take(_ bytes: Int, alignment: Int, as part: WritableKeyPath<Tail, Int>) {
    let start = used
    used = min((used + bytes + alignment - 1) / alignment * alignment, microLimit)
    self[keyPath: part] += used - start
  }

  private mutating func take(_ structure: MicroStructure, times count: Int = 1) {
    take(
      saturated(structure.bytes(target), times: count), alignment: target.pointerBytes,
      as: \.structures)
  }

  /// Buffers of kernels are aligned as those of the head.
  private mutating func takeBuffer(_ bytes: Int, as part: WritableKeyPath<Tail, Int>) {
    take(bytes, alignment: ArenaPlan.alignment, as: part)
  }

  mutating func allocate(_ program: StoredProgram) -> Requests {
    take(target.isRecording ? .recordingArenaAllocator : .arenaAllocator)
    take(.greedyPlanner)
    take(target.isRecording ? .recordingAllocator : .allocator)
    let variables = Set(program.subgraphs.flatMap { $0.operators.compactMap(\.variable) })
    if !variables.isEmpty {
      takeBuffer(MicroStructure.resourceVariables.bytes(target), as: \.structures)
      takeBuffer(
        variables.count * MicroStructure.resourceVariable.bytes(target), as: \.structures)
    }
    take(.builtinDataAllocator)
    take(.subgraph, times: program.subgraphs.count)
    for subgraph in program.subgraphs { take(.evalTensor, times: subgraph.tensors.count) }
    for subgraph in program.subgraphs { take(.node, times: subgraph.operators.count) }
    var requests = Requests()
    for op in program.subgraphs.lazy.flatMap(\.operators) {
      guard let kernel = MicroKernel.named(op.name) else {
        requests.unknown.insert(op.name)
        continue
      }
      let bytes = kernel.parameters.bytes(target)
      let alignment = min(kernel.parameterAlignment, target.pointerBytes)
      if bytes > 0 { take(bytes, alignment: alignment, as: \.structures) }
    }
    for op in program.subgraphs.lazy.flatMap(\.operators) {
      guard let data = MicroKernel.named(op.name)?.data else { continue }
      takeBuffer(data.bytes(target), as: \.kernelData)
    }
    prepare(program, &requests)
    let scratch = requests.scratch.joined().map(\.count).reduce(0, +)
    take(.scratchHandle, times: scratch)
    for tensor in program.subgraphs.lazy.flatMap(\.tensors) where tensor.isVariable {
      takeBuffer(tensor.bytes, as: \.state)
    }
    let withoutEnds = structures
    if let main = program.subgraphs.first {
      takeEnds(main.inputs, main)
      takeEnds(main.outputs, main)
    }
    ends = structures - withoutEnds
    return requests
  }

  private mutating func prepare(_ program: StoredProgram, _ requests: inout Requests) {
    var allocated: Set<String> = []
    for subgraph in program.subgraphs {
      var names: [Int: String] = [:]
      for op in subgraph.operators {
        if let name = op.variable, let handle = op.outputs.first { names[handle] = name }
      }
      var scratch: [[Int]] = []
      for op in subgraph.operators {
        var own = MicroRequests()
        let call = MicroCall(op, in: subgraph)
        MicroKernel.named(op.name)?.prepare(call, target, &own)
        for bytes in own.persistent { takeBuffer(bytes, as: \.kernelData) }
        scratch.append(own.scratch)
        // A variable has its memory from the first operator that assigns to it.
        if op.name == "ASSIGN_VARIABLE", let value = call.input(1),
          allocated.insert(op.inputs.first.flatMap { names[$0] } ?? "").inserted
        {
          takeBuffer(value.bytes, as: \.state)
        }
      }
      requests.scratch.append(scratch)
    }
  }

  /// Inputs and results of the model, as the program sees them.
  private mutating func takeEnds(_ places: [Int], _ subgraph: StoredProgram.Subgraph) {
    takeBuffer(places.count * target.pointerBytes, as: \.structures)
    for place in places where subgraph.tensors.indices.contains(place) {
      take(.tensor)
      let scales = subgraph.tensors[place].scaleCount
      if scales > 0 {
        take(.quantization)
        take(4 + saturated(4, times: scales), alignment: 4, as: \.structures)
      }
    }
  }
}

extension StoredProgram {
  /// The value that a tensor became.
  func value(_ subgraph: Int, _ tensor: Int) -> ValueID? {
    guard values.indices.contains(subgraph), values[subgraph].indices.contains(tensor) else {
      return nil
    }
    return values[subgraph][tensor]
  }

  /// Bytes that are kept between inferences: variable tensors, and resources that something is assigned to.
  package var variableBytes: SymbolicInt {
    var bytes: SymbolicInt = 0
    var assigned: Set<String> = []
    for subgraph in subgraphs {
      var names: [Int: String] = [:]
      for op in subgraph.operators {
        if let name = op.variable, let handle = op.outputs.first { names[handle] = name }
        guard op.name == "ASSIGN_VARIABLE", op.inputs.count > 1, let name = names[op.inputs[0]],
          subgraph.tensors.indices.contains(op.inputs[1]), assigned.insert(name).inserted
        else { continue }
        bytes += .fixed(subgraph.tensors[op.inputs[1]].bytes)
      }
      for tensor in subgraph.tensors where tensor.isVariable { bytes += .fixed(tensor.bytes) }
    }
    return bytes
  }

  /// Constants of a file with compiled parts, as stored, each once: also where another file says what they do.
  ///
  /// Nil for a file without such parts.
  var compiledConstantBytes: SymbolicInt? {
    guard hasCompiledParts else { return nil }
    var places: Set<Int> = []
    var bytes: SymbolicInt = 0
    for subgraph in subgraphs {
      for tensor in subgraph.operators.lazy.flatMap(\.inputs) where tensor >= 0 {
        guard let stored = subgraph.tensors[tensor].stored, places.insert(stored.place).inserted
        else { continue }
        bytes += .fixed(stored.bytes)
      }
    }
    return bytes
  }
}
