import Quantities
import OpGraph

/// The facts of a TFLite operator for a lowering: its options, its operands' values and what the
/// file states of its results.
struct TFLiteOperatorReader {
  let op: TFLiteOperator
  /// The name in reports.
  let name: String
  let operands: [Value?]
  let results: [Value?]
  /// How many operators each subgraph of the file has.
  let subgraphSizes: [Int]

  init(
    _ op: TFLiteOperator, name: String = "", operands: [Value?] = [], results: [Value?] = [],
    subgraphSizes: [Int] = []
  ) {
    self.op = op
    self.name = name
    self.operands = operands
    self.results = results
    self.subgraphSizes = subgraphSizes
  }

  /// What a size is called that depends on data.
  var dataDependentSymbol: String { "\(op.name)(\(name))" }

  /// What the file states of the results.
  var resultTypes: [TensorType] { results.map { $0?.type ?? TensorType(.undefined, nil) } }

  /// The type that the file states for the only result.
  func resultType() throws(Problem) -> TensorType {
    guard let type = results.first??.type else { throw Problem("has no result") }
    return type
  }

  /// The rank of an operand.
  func rank(_ index: Int) throws(Problem) -> Int {
    guard let shape = operand(index)?.type.shape else {
      throw Problem("the rank of operand \(index) is not known")
    }
    return shape.rank
  }

  /// A list of the options; empty when it is left out.
  func integers(_ name: String) throws(Problem) -> [Int] { try op.options.integers(name) ?? [] }

  /// A list of so many numbers of at least 1; all 1 when it is left out.
  func positives(_ name: String, count: Int) throws(Problem) -> [Int] {
    guard let given = try op.options.integers(name), !given.isEmpty else {
      return [Int](repeating: 1, count: count)
    }
    guard given.count == count, given.allSatisfy({ (1...Int(Int32.max)).contains($0) }) else {
      throw Problem("option '\(name)' is \(given), expected \(counted(count, "number")) from 1 on")
    }
    return given
  }

  func operand(_ index: Int) -> Value? {
    operands.indices.contains(index) ? operands[index] : nil
  }

  func integer(_ name: String, default value: Int) -> Int { op.options.integer(name) ?? value }

  func flag(_ name: String, default value: Bool = false) -> Bool {
    op.options.integer(name).map { $0 != 0 } ?? value
  }

  /// A size, stride or the like, which must be positive.
  func positive(_ name: String, default value: Int) throws(Problem) -> Int {
    let given = integer(name, default: value)
    guard given > 0 else {
      throw Problem("option '\(name)' is \(given), expected at least 1")
    }
    return given
  }

  /// The only element of a constant operand.
  func scalar(_ index: Int) throws(Problem) -> Int {
    guard let values = operand(index)?.constant?.integers, values.count == 1,
      let number = values[0].fixedValue
    else { throw Problem("operand \(index) is not a constant scalar") }
    return number
  }

  /// The elements of a constant operand.
  func numbers(_ index: Int) throws(Problem) -> [Int] {
    let values = operand(index)?.constant?.integers?.map(\.fixedValue) ?? [nil]
    let numbers = values.compactMap { $0 }
    guard numbers.count == values.count else {
      throw Problem("operand \(index) is not a list of constant integers")
    }
    return numbers
  }

  /// The padding of a window: the schema's enum is SAME (0) and VALID (1).
  func padding() throws(Problem) -> Padding {
    switch integer("padding", default: 0) {
    case 0: return .sameUpper
    case 1: return .valid
    case let other: throw Problem("option 'padding' is \(other), expected 0 or 1")
    }
  }

  /// A two-dimensional window with the options' usual names.
  func window() throws(Problem) -> SlidingWindow {
    SlidingWindow(
      strides: [try positive("stride_h", default: 0), try positive("stride_w", default: 0)],
      dilations: [
        try positive("dilation_h_factor", default: 1),
        try positive("dilation_w_factor", default: 1),
      ],
      padding: try padding())
  }

  /// The fused activation, by the order of the schema's enum.
  func fusedActivation() throws(Problem) -> ActivationFunction? {
    switch integer("fused_activation_function", default: 0) {
    case 0: return nil
    case 1: return .relu
    case 2: return .reluN1To1
    case 3: return .relu6
    case 4: return .tanh
    case 5: return .signBit
    case let other: throw Problem("option 'fused_activation_function' is \(other)")
    }
  }

  /// An operator with whatever activation is fused to it.
  func fused(
    _ operation: any Operator, operands: [Int]? = nil
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(operation, operands: operands, fusedActivation: try fusedActivation())
  }
}
