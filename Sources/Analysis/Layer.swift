import Quantities
package import OpGraph

/// The arithmetic that an operator is carried out in.
package enum Precision: String, Hashable, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  case int8, int16, int32, float16, float32
  /// Ones and minus ones on both sides of a product, packed.
  case binary
  /// Float activations and 8-bit weights: kernels that quantize the activations on the way in.
  case hybrid8
  /// Strings, and types that the file leaves open.
  case other
}

/// One operator of the file with its cost, independent of any device.
package struct Layer: Sendable {
  /// Place in execution order.
  package var index: Int
  /// The name that the file gives the first output.
  package var name: String
  /// The canonical operator.
  package var operatorName: OperatorName
  /// The operator in reports: its canonical name, or the file's own without one.
  package var operatorTitle: String
  /// The operator's name in the file's own terms.
  package var sourceOperator: String
  /// The activation that the file's operator applies to its result.
  package var fusedActivation: ActivationFunction?
  /// The kind of kernel that carries it out.
  package var kind: KernelKind
  /// The arithmetic of its multiply-accumulates or, without any, of its elements.
  package var precision: Precision
  /// What its multiply-accumulates multiply, operand by operand, such as `int8 x int4`; nil when it
  /// has none.
  package var factors: String?
  /// Whether its operands contradict its definition; its cost is then unknown.
  package var isContradictory: Bool
  /// The reason of zero cost at run time, if any.
  package var fold: InferredGraph.Fold?
  /// The function whose operators include it, if the file has one as several operators.
  package var pattern: KernelPattern?
  /// The innermost region of the graph that it lies in; nil in the graph itself.
  package var region: Int?
  /// How often it runs in one inference.
  package var repetitions: SymbolicInt = 1
  /// Multiply-accumulates and other operations of all its runs.
  package var work: Work
  /// Bytes that it moves at least in all its runs, by role.
  package var traffic: MemoryTraffic
  /// Elements of its first result in all its runs.
  package var resultElements: SymbolicInt
  /// Whether it multiplies integer weights of an ONNX file that are packed in blocks, each with its scale: runtimes choose
  /// the arithmetic.
  package var multipliesPackedBlocks: Bool
  /// Whether it convolves an image of at most four channels with a kernel of several elements.
  package var isShallow: Bool
  /// Bytes of the patches that a mapping lays out when it multiplies matrices instead (im2col), in
  /// all runs.
  package var patchBytes: SymbolicInt
  /// Trained elements that this layer is the first to use.
  package var parameters: SymbolicInt
  /// Operands and results, as places in the graph.
  package var inputs: [ValueID?]
  package var outputs: [ValueID]

  /// The name, or of names that a converter has joined with semicolons the one of the operator
  /// itself, which the others (activations, normalizations, biases) became part of; the last 200 characters.
  package var shortName: String { abridgedStart(ownName) }

  private var ownName: String {
    // Numbers tell equal names apart.
    let parts = name.split(separator: ";").filter { Int($0) == nil }
    guard parts.count > 1 else { return parts.first.map(String.init) ?? name }
    let marks: [String]
    switch kind {
    case .depthwiseConvolution: marks = ["depthwise"]
    case .convolution, .pointwiseConvolution: marks = ["conv"]
    case .fullyConnected, .matMul: marks = ["matmul", "dense"]
    default: marks = [operatorTitle.lowercased()]
    }
    let own = parts.last { part in
      let last = part.split(separator: "/").last?.lowercased() ?? ""
      return marks.contains(where: last.hasPrefix)
    }
    return String(own ?? parts[parts.count - 1])
  }

  /// Everything that is counted of it, each part of a sum apart: none can be below zero.
  var counts: [SymbolicInt] {
    [
      work.macs, work.operations.adds, work.operations.multiplies, work.operations.divides,
      work.operations.transcendentals, work.operations.lookUps, work.operations.moves,
      traffic.weights, traffic.bias, traffic.parameters, traffic.activationsRead,
      traffic.activationsWritten, traffic.stateRead, traffic.stateWritten, resultElements,
      patchBytes, parameters, repetitions,
    ]
  }

  /// The layer with each of the counts replaced that differ between runs of the graph with other sizes.
  func mapCounts(_ transform: (SymbolicInt) -> SymbolicInt) -> Layer {
    var result = self
    result.work = work.mapCounts(transform)
    result.traffic = traffic.mapCounts(transform)
    result.resultElements = transform(resultElements)
    result.patchBytes = transform(patchBytes)
    result.repetitions = transform(repetitions)
    return result
  }

  /// Adds those counts of the same layer in another run.
  mutating func addCounts(of other: Layer) {
    work = work + other.work
    traffic += other.traffic
    resultElements += other.resultElements
    patchBytes += other.patchBytes
    repetitions += other.repetitions
    // What is folded in one run only costs something.
    if other.fold == nil { fold = nil }
  }

  /// Takes those counts from another layer.
  mutating func takeCounts(of other: Layer) {
    work = other.work
    traffic = other.traffic
    resultElements = other.resultElements
    patchBytes = other.patchBytes
    repetitions = other.repetitions
  }

  /// Operations, two for a multiply-accumulate, per byte of traffic: the horizontal axis of a roofline
  /// plot; nil without traffic or when a count is unknown.
  package var operationsPerByte: Double? {
    Self.operationsPerByte(work, bytes: traffic.total)
  }

  /// Operations, two for a multiply-accumulate, for each byte.
  package static func operationsPerByte(_ work: Work, bytes: SymbolicInt) -> Double? {
    guard let macs = work.macs.fixedValue, let otherOps = work.otherOps.fixedValue,
      let bytes = bytes.fixedValue, bytes > 0
    else { return nil }
    return (2 * Double(macs) + Double(otherOps)) / Double(bytes)
  }

  /// Whether it is computed before the first inference, or not at all.
  package var doesNotRun: Bool { [.constant, .unused, .untaken].contains(fold) }

  /// Whether there is a rule for the cost and the operands fit it, or it does not run.
  package var hasRule: Bool { Self.hasRule(fold, kind, isContradictory: isContradictory) }

  /// The same from its parts, where a loop over all layers would copy each.
  static func hasRule(
    _ fold: InferredGraph.Fold?, _ kind: KernelKind, isContradictory: Bool
  ) -> Bool {
    fold == .untaken || (kind != .opaque && !isContradictory)
  }

  static func multipliesPackedBlocks(
    _ operation: any Operator, _ operands: Operands, _ kind: KernelKind
  ) -> Bool {
    if operation.isOf(PackedMatMul.self) { return true }
    // Of TFLite's kernels the arithmetic is known.
    if case .rows? = (operation as? FullyConnected)?.form { return false }
    guard kind.isContraction, let weights = operands[1]?.type, !weights.elementType.isFloat else {
      return false
    }
    return !(weights.quantization?.blockTensors.isEmpty ?? true)
  }

  /// Whether the cost is known, as numbers or as expressions in dynamic dimensions.
  package var isCounted: Bool {
    hasRule && work.macs != .unknown && work.otherOps != .unknown
      && traffic.total != .unknown
  }

  /// Whether the cost is known as numbers.
  package var isCosted: Bool {
    hasRule && work.macs.fixedValue != nil && work.otherOps.fixedValue != nil
      && traffic.total.fixedValue != nil
  }
}

extension Precision {
  /// The precision of an operator from what it reads and writes.
  init(
    of operation: any Operator, _ operands: Operands, outputs: [TensorType], kind: KernelKind
  ) {
    if operation.isOf(BinaryConvolution.self) {
      self = .binary
      return
    }
    let data = operands[operation.dataOperand]?.type.elementType
    let single = Precision(data ?? outputs.first?.elementType ?? .undefined)
    // Weights that are only stored as integers are made floats before they are multiplied.
    guard kind.isContraction, kind != .recurrent, let type = operands[1]?.type,
      !operation.computesInFloat, type.quantization?.isStorageOnly != true
    else {
      self = single
      return
    }
    let second = Precision(type.elementType)
    if single == .other || second == .other {
      self = .other
    } else if single == .float32, second == .int8 {
      self = .hybrid8
    } else {
      // The wider operand decides; 16-bit activations with 8-bit weights run in 16 bits.
      self = Self.byWidth.last { $0 == single || $0 == second } ?? .other
    }
  }

  /// Whether kernels look functions up in tables: those of 8 and 16-bit integers do (TFLite's
  /// reference kernels, CMSIS-NN).
  var isTabulated: Bool { self == .int8 || self == .int16 }

  private static let byWidth: [Precision] = [.int8, .int16, .int32, .float16, .float32]

  private init(_ type: ElementType) {
    guard let bits = type.bits, ![.complex64, .complex128, .string, .resource].contains(type)
    else {
      self = .other
      return
    }
    if type.isFloat {
      self = bits > 16 ? .float32 : .float16
    } else {
      self = bits <= 8 ? .int8 : bits == 16 ? .int16 : .int32
    }
  }
}
