import Quantities
import OpGraph

/// The facts of an ONNX node for a lowering: its attributes, typed, and its operands' types.
///
/// Every complaint about an attribute is worded here.
struct ONNXNodeReader {
  let node: ONNXNode
  /// The node's name in reports.
  let name: String
  /// The version of the node's operator set.
  let operatorSet: Int
  /// The operands' values, nil where one is left out.
  let operands: [Value?]

  func operand(_ index: Int) -> Value? {
    operands.indices.contains(index) ? operands[index] : nil
  }

  /// The symbol of a size that depends on the data, named after the node's first result.
  var dataDependentSymbol: String {
    "\(node.operatorType)(\(ending(of: name, 100)))"
  }

  /// The element type of an operand, when the file states it.
  func statedType(_ index: Int) -> ElementType? {
    let type = operand(index)?.type.elementType
    return type == .undefined ? nil : type
  }

  /// How many spatial axes an image or its weights have, as far as the file states.
  func spatialRank(weights: Int?) throws(Problem) -> Int? {
    for list in ["kernel_shape", "strides", "dilations", "pads"] {
      guard let values = try integers(list) else { continue }
      return list == "pads" ? values.count / 2 : values.count
    }
    let shape = (weights.flatMap(operand) ?? operand(0))?.type.shape
    return shape.map { max(0, $0.rank - 2) }
  }

  func has(_ name: String) -> Bool { node.attributes[name] != nil }

  func integer(_ name: String) throws(Problem) -> Int? {
    switch node.attributes[name] {
    case nil: return nil
    case .integer(let value): return value
    default: throw mismatch(name, "an integer")
    }
  }

  func integer(_ name: String, default value: Int) throws(Problem) -> Int {
    if let given = try integer(name) { return given }
    return value
  }

  func flag(_ name: String, default value: Bool) throws(Problem) -> Bool {
    if let given = try integer(name) { return given != 0 }
    return value
  }

  func real(_ name: String) throws(Problem) -> Double? {
    switch node.attributes[name] {
    case nil: return nil
    case .real(let value): return value
    default: throw mismatch(name, "a number")
    }
  }

  func text(_ name: String, default value: String) throws(Problem) -> String {
    switch node.attributes[name] {
    case nil: return value
    case .text(let given): return given
    default: throw mismatch(name, "a string")
    }
  }

  func integers(_ name: String) throws(Problem) -> [Int]? {
    switch node.attributes[name] {
    case nil: return nil
    case .integers(let values): return values
    default: throw mismatch(name, "a list of integers")
    }
  }

  /// A list with one entry for each of `count` axes, every entry at least `minimum`.
  func integers(
    _ name: String, count: Int, minimum: Int, default value: Int
  ) throws(Problem) -> [Int] {
    guard let values = try integers(name) else { return [Int](repeating: value, count: count) }
    guard values.count == count else {
      throw Problem("attribute '\(name)' has \(counted(values.count, "value")), expected \(count)")
    }
    if let low = values.first(where: { $0 < minimum || $0 > 1 << 40 }) {
      throw Problem("attribute '\(name)' has a value of \(low), expected \(minimum) or more")
    }
    return values
  }

  func required(_ name: String) throws(Problem) -> [Int] {
    guard let values = try integers(name) else {
      throw Problem("attribute '\(name)' is missing")
    }
    return values
  }

  func reals(_ name: String) throws(Problem) -> [Double]? {
    switch node.attributes[name] {
    case nil: return nil
    case .reals(let values): return values
    default: throw mismatch(name, "a list of numbers")
    }
  }

  /// The element type that an attribute names by its number.
  func elementType(_ name: String) throws(Problem) -> ElementType? {
    guard let number = try integer(name) else { return nil }
    guard let type = ONNXTensor.elementType(number) else {
      throw Problem("attribute '\(name)' is \(number), expected an element type")
    }
    return type
  }

  private func mismatch(_ name: String, _ expected: String) -> Problem {
    Problem("attribute '\(name)' is not \(expected)")
  }
}
