import OpGraph
import Testing

/// A row of the table: an operator on operands, and what it gives, computes and moves.
///
/// Numbers follow from the operator's definition and docs/method/counting.md, by hand. They are
/// written as arithmetic that a reader can redo, never copied from what the code says.
struct OperatorCase: CustomTestStringConvertible, Sendable {
  /// The canonical name.
  var name: OperatorName
  /// What is special about the row; empty where the name says it all.
  var mode: String
  var operation: any Operator
  var operands: Operands
  var results: [TensorType]
  /// Nil where they cannot be known.
  var macs: Int?
  var operations: OperationCounts
  var traffic: MemoryTraffic
  /// Numbers that stand for symbols in shapes: counts are expressions then, compared at these.
  var bindings: [String: Int]

  /// Creates a row.
  /// - Parameters:
  ///   - operands: The operands in the canonical operator's order.
  ///   - results: The results that a file asks for: the first ones of those that there can be.
  init(
    _ name: OperatorName, _ mode: String, _ operation: any Operator, on operands: [Operand?],
    gives results: [TensorType], macs: Int? = 0, other operations: OperationCounts = .none,
    traffic: MemoryTraffic = .none, with bindings: [String: Int] = [:]
  ) {
    self.name = name
    self.mode = mode
    self.operation = operation
    self.results = results
    self.macs = macs
    self.operations = operations
    self.traffic = traffic
    self.bindings = bindings
    // As a graph marks them.
    self.operands = Operands(
      operands.enumerated().map { place, operand in
        guard var operand else { return nil }
        if operation.stateOperands.contains(place), !operand.isConstant { operand.isState = true }
        return operand
      })
  }

  /// Creates a row for the canonical operator that an operator of a file becomes.
  /// - Parameter operands: The operands in the file's order.
  init(
    _ name: OperatorName, _ mode: String, _ source: FileOperator, on operands: [Operand?],
    gives results: [TensorType], macs: Int? = 0, other operations: OperationCounts = .none,
    traffic: MemoryTraffic = .none, with bindings: [String: Int] = [:]
  ) {
    let lowered = source.lowered(operands, results)
    let taken = lowered.places.map { places in
      places.map { $0.flatMap { operands.indices.contains($0) ? operands[$0] : nil } }
    }
    self.init(
      name, mode, lowered.operation, on: taken ?? operands, gives: results, macs: macs,
      other: operations, traffic: traffic, with: bindings)
  }

  /// The same for rows of which the name says it all.
  init(
    _ name: OperatorName, _ operation: any Operator, on operands: [Operand?],
    gives results: [TensorType], macs: Int? = 0, other operations: OperationCounts = .none,
    traffic: MemoryTraffic = .none, with bindings: [String: Int] = [:]
  ) {
    self.init(
      name, "", operation, on: operands, gives: results, macs: macs, other: operations,
      traffic: traffic, with: bindings)
  }

  init(
    _ name: OperatorName, _ source: FileOperator, on operands: [Operand?],
    gives results: [TensorType],
    macs: Int? = 0, other operations: OperationCounts = .none, traffic: MemoryTraffic = .none,
    with bindings: [String: Int] = [:]
  ) {
    self.init(
      name, "", source, on: operands, gives: results, macs: macs, other: operations,
      traffic: traffic, with: bindings)
  }

  var testDescription: String { mode.isEmpty ? name.rawValue : "\(name), \(mode)" }
}

/// Collects rows, so that each is a statement of its own, which compiles quickly.
@resultBuilder
enum OperatorCases {
  static func buildPartialBlock(first: OperatorCase) -> [OperatorCase] { [first] }
  static func buildPartialBlock(first: [OperatorCase]) -> [OperatorCase] { first }
  static func buildPartialBlock(
    accumulated: [OperatorCase], next: OperatorCase
  ) -> [OperatorCase] { accumulated + [next] }
  static func buildPartialBlock(
    accumulated: [OperatorCase], next: [OperatorCase]
  ) -> [OperatorCase] { accumulated + next }
  static func buildArray(_ rows: [[OperatorCase]]) -> [OperatorCase] { Array(rows.joined()) }

  static func list(@OperatorCases _ rows: () -> [OperatorCase]) -> [OperatorCase] { rows() }

  /// All rows, family by family.
  static let all =
    convolutions + products + attention + recurrent + elementwise + activations + normalizations
    + pools + reductions + movements + gathers + selections + views + quantization + resizes
    + signals + containers + controlFlow + states + tables + texts + random + training
}

// MARK: - Operands and results

extension TensorType {
  static func float32(_ shape: Shape) -> TensorType { TensorType(.float32, shape) }
  static func float16(_ shape: Shape) -> TensorType { TensorType(.float16, shape) }
  static func int64(_ shape: Shape) -> TensorType { TensorType(.int64, shape) }
  static func int32(_ shape: Shape) -> TensorType { TensorType(.int32, shape) }
  static func int16(_ shape: Shape) -> TensorType { TensorType(.int16, shape) }
  static func int8(_ shape: Shape) -> TensorType { TensorType(.int8, shape) }
  static func uint8(_ shape: Shape) -> TensorType { TensorType(.uint8, shape) }
  static func bool(_ shape: Shape) -> TensorType { TensorType(.bool, shape) }
  static func string(_ shape: Shape) -> TensorType { TensorType(.string, shape) }
  static func complex64(_ shape: Shape) -> TensorType { TensorType(.complex64, shape) }
  static func resource(_ shape: Shape) -> TensorType { TensorType(.resource, shape) }
}

extension Operand {
  /// Tensors that change with every inference.
  static func float32(_ shape: Shape) -> Operand { Operand(.float32(shape)) }
  static func float16(_ shape: Shape) -> Operand { Operand(.float16(shape)) }
  static func int64(_ shape: Shape) -> Operand { Operand(.int64(shape)) }
  static func int32(_ shape: Shape) -> Operand { Operand(.int32(shape)) }
  static func int16(_ shape: Shape) -> Operand { Operand(.int16(shape)) }
  static func int8(_ shape: Shape) -> Operand { Operand(.int8(shape)) }
  static func uint8(_ shape: Shape) -> Operand { Operand(.uint8(shape)) }
  static func bool(_ shape: Shape) -> Operand { Operand(.bool(shape)) }
  static func string(_ shape: Shape) -> Operand { Operand(.string(shape)) }
  static let resource = Operand(.resource([]))
  static func sequence(_ shapes: [Shape]) -> Operand { Operand(.sequence(.float32, of: shapes)) }

  /// A tensor that the file stores.
  static func stored(_ shape: Shape) -> Operand { stored(.float32, shape) }
  static func stored(_ type: ElementType, _ shape: Shape) -> Operand {
    Operand(TensorType(type, shape), isConstant: true)
  }

  /// A stored vector whose elements a rule may need, and a stored scalar.
  static func numbers(_ values: [Int], _ type: ElementType = .int64) -> Operand {
    Operand(
      TensorType(type, [.fixed(values.count)]), value: .integers(values.map(SymbolicInt.fixed)),
      isConstant: true)
  }
  static func number(_ value: Int, _ type: ElementType = .int64) -> Operand {
    Operand(TensorType(type, []), value: .integers([.fixed(value)]), isConstant: true)
  }
  static func reals(_ values: [Double]) -> Operand {
    Operand(
      TensorType(.float32, [.fixed(values.count)]), value: .floats(values), isConstant: true)
  }
  static func real(_ value: Double) -> Operand {
    Operand(TensorType(.float32, []), value: .floats([value]), isConstant: true)
  }

  /// A variable of the model, which an operator reads and writes anew.
  static func state(_ shape: Shape) -> Operand { Operand(.float32(shape), isState: true) }
}

// MARK: - Counts

extension OperationCounts {
  static func of(
    adds: Int = 0, multiplies: Int = 0, divides: Int = 0, transcendentals: Int = 0,
    lookUps: Int = 0
  ) -> OperationCounts {
    OperationCounts(
      adds: .fixed(adds), multiplies: .fixed(multiplies), divides: .fixed(divides),
      transcendentals: .fixed(transcendentals), lookUps: .fixed(lookUps))
  }

  /// Elements that are copied.
  static func moved(_ count: Int) -> OperationCounts { .moves(.fixed(count)) }
}

extension MemoryTraffic {
  /// Bytes by role; `read` and `written` are those of activations.
  static func bytes(
    weights: Int = 0, bias: Int = 0, parameters: Int = 0, read: Int = 0, written: Int = 0,
    stateRead: Int = 0, stateWritten: Int = 0
  ) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    traffic.weights = .fixed(weights)
    traffic.bias = .fixed(bias)
    traffic.parameters = .fixed(parameters)
    traffic.activationsRead = .fixed(read)
    traffic.activationsWritten = .fixed(written)
    traffic.stateRead = .fixed(stateRead)
    traffic.stateWritten = .fixed(stateWritten)
    return traffic
  }
}
