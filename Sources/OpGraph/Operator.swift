/// A canonical operator: what it computes, independent of the file it came from.
///
/// One file in `Operators/` holds everything about an operator: its shape rule, its work, the
/// roles of its operands and, where they differ from the default, its traffic.
package protocol Operator: Sendable {
  /// The canonical operator, such as `Conv2D`.
  var name: OperatorName { get }

  /// Its name in reports: canonical, or that of the file for an unknown operator.
  var title: String { get }

  /// The kind of kernel that carries the operator out, which device profiles have rates for.
  func kind(for operands: Operands) -> KernelKind

  /// What the operand at `index` is when its elements do not change between inferences.
  func constantRole(at index: Int) -> OperandRole

  /// Whether stored operands hold another number of trained elements than they have elements.
  var packsElements: Bool { get }

  /// How many trained elements a stored operand holds, where that is not its number of elements.
  func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt?

  /// Where filters and what they read stand in operand 1; nil where it holds no filters.
  func filterAxes(for operands: Operands) -> FilterAxes?

  /// The operand whose element type the arithmetic has.
  var dataOperand: Int { get }

  /// Whether stored integers are made floating-point numbers before they are multiplied.
  var computesInFloat: Bool { get }

  /// What the multiplications of multiply-accumulates take, such as `int8` and `int4`.
  func factors(for operands: Operands) -> [String]

  /// The types of the outputs.
  /// - Throws: `ShapeError` when the operands do not fit or are not known well enough.
  func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType]

  /// The most that sizes which depend on data can be, by the symbols that stand for them.
  func maxima(for operands: Operands) -> [String: SymbolicInt]

  /// The element types of the outputs as far as they are known without the operands' shapes.
  func elementTypes(for operands: Operands) -> [ElementType]

  /// The elements of the outputs, where those of the operands give them.
  func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?]

  /// The arithmetic of one execution.
  func work(for operands: Operands, outputs: [TensorType]) -> Work

  /// Whether equal operands give equal results: not so where a state is read or chance decides.
  var isRepeatable: Bool { get }

  /// The operands that are kept from one inference, or one run of a body, to the next: a recurrent
  /// state, a cache of keys and values.
  var stateOperands: Set<Int> { get }

  /// The results that are kept so.
  var stateResults: Set<Int> { get }

  /// Elements of the patches that a product takes the place of the operator with (im2col); 0 where
  /// it is no convolution with more than one kernel element.
  func patchElements(for operands: Operands, outputs: [TensorType]) -> SymbolicInt

  /// The bytes that one execution moves at least: every operand and result once.
  func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic
}

extension Operator {
  /// Whether it is of a type: quicker than `is`, which passes over all nodes ask often.
  package func isOf<Kind: Operator>(_ kind: Kind.Type) -> Bool { Self.self == kind }

  package var title: String { name.rawValue }
  package func constantRole(at index: Int) -> OperandRole { .parameter }
  package var packsElements: Bool { false }
  package func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt? { nil }
  package func filterAxes(for operands: Operands) -> FilterAxes? { nil }
  package var dataOperand: Int { 0 }
  package var computesInFloat: Bool { false }

  package var isRepeatable: Bool { true }
  package func patchElements(for operands: Operands, outputs: [TensorType]) -> SymbolicInt { 0 }
  package var stateOperands: Set<Int> { [] }
  package var stateResults: Set<Int> { [] }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] { [:] }

  /// By default the first operand and the first weight, or the second operand without weights.
  package func factors(for operands: Operands) -> [String] {
    let weight = (1..<max(1, operands.count)).first { constantRole(at: $0) == .weight } ?? 1
    return [0, weight].compactMap { operands[$0]?.type.factorName }
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[0]?.type.elementType ?? .undefined]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] { [] }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.adds(outputs.map(\.elementCount).sum))
  }

  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    .compulsory(operands, outputs: outputs, constantRole: constantRole(at:))
  }
}

/// The axes of weights that go with channels of the result and of the input.
package struct FilterAxes: Hashable, Sendable {
  /// The axis of the filters: each makes one channel of the result, or one element of a row.
  package var outputs: Int
  /// The axis of the input's channels; nil where a filter does not read all of them.
  package var inputs: Int?

  package init(outputs: Int, inputs: Int?) {
    self.outputs = outputs
    self.inputs = inputs
  }
}

/// An operator that gives its input another shape without touching the elements.
package protocol ViewOperator: Operator {}

extension ViewOperator {
  package func kind(for operands: Operands) -> KernelKind { .view }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    [operands[0]?.value]
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work { .none }
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic { .none }
}

/// An operator that moves elements and computes nothing; operands after the first are parameters.
package protocol DataMovementOperator: Operator {}

extension DataMovementOperator {
  package func kind(for operands: Operands) -> KernelKind { .dataMovement }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.moves(outputs.map(\.elementCount).sum))
  }
}

/// What a tensor is to the operator that reads it.
package enum OperandRole: String, Hashable, Sendable {
  /// Changes with every inference.
  case activation
  /// Is kept from one inference to the next: a recurrent state, a cache of keys and values.
  case state
  /// A trained tensor that is multiplied in a contraction.
  case weight
  /// A trained tensor that is added to a contraction's result.
  case bias
  /// Any other trained or constant tensor that takes part in the arithmetic.
  case parameter
  /// What is stored beside trained elements to use them, and is not trained: scales and zero points
  /// of blocks, the links of trees.
  case auxiliary
  /// A parameter (a shape, axes, sizes) without a part in the arithmetic.
  case attribute
}

/// The kind of kernel that carries out an operator: the unit of time and energy prediction.
package enum KernelKind: String, Hashable, Sendable, CaseIterable, Codable {
  case convolution, pointwiseConvolution, depthwiseConvolution, transposedConvolution
  case fullyConnected, matMul, recurrent
  case pooling, elementwise, activation, softmax, normalization, reduction
  case dataMovement, resize, quantization, embedding
  /// Another shape for the same bytes: no kernel runs.
  case view
  /// An operator without a cost rule.
  case opaque

  /// Whether such kernels multiply and accumulate.
  package var isContraction: Bool {
    switch self {
    case .convolution, .pointwiseConvolution, .depthwiseConvolution, .transposedConvolution,
      .fullyConnected, .matMul, .recurrent:
      return true
    default: return false
    }
  }
}

/// Why an operator's rule gives no result.
package enum ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An operand has no shape itself; the reason lies with the operator that makes it.
  case blocked(operand: Int)
  /// Something that the rule needs is not known.
  case unknown(String)
  /// The operands contradict the operator's definition.
  case invalid(String)

  package var description: String {
    switch self {
    case .blocked(let operand): return "the shape of operand \(operand) is not known"
    case .unknown(let reason), .invalid(let reason): return reason
    }
  }
}
