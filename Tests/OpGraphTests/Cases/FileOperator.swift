@testable import GraphImport

import OpGraph

/// An operator as a file has it.
///
/// Operators that share a type, such as those that compute something of each element, get their
/// name and what they compute from the row of a lowering table. A row of cases that built the value
/// itself would only repeat its own numbers.
struct FileOperator {
  /// A value of an attribute or option.
  enum Attribute: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    ExpressibleByStringLiteral, ExpressibleByBooleanLiteral
  {
    case integer(Int), integers([Int]), text(String), texts([String])

    init(integerLiteral value: Int) { self = .integer(value) }
    init(arrayLiteral elements: Int...) { self = .integers(elements) }
    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .integer(value ? 1 : 0) }
  }

  enum Format {
    case onnx(domain: String, operatorSet: Int)
    case tflite, custom, flex
  }

  var format: Format
  var name: String
  var attributes: [String: Attribute]

  static func onnx(
    _ name: String, _ attributes: [String: Attribute] = [:], operatorSet: Int = 99
  ) -> FileOperator {
    FileOperator(
      format: .onnx(domain: "ai.onnx", operatorSet: operatorSet), name: name,
      attributes: attributes)
  }

  static func onnx(
    _ domain: String, _ name: String, _ attributes: [String: Attribute] = [:]
  ) -> FileOperator {
    FileOperator(
      format: .onnx(domain: domain, operatorSet: 99), name: name, attributes: attributes)
  }

  static func microsoft(
    _ name: String, _ attributes: [String: Attribute] = [:]
  ) -> FileOperator { onnx("com.microsoft", name, attributes) }

  static func tflite(_ name: String, _ attributes: [String: Attribute] = [:]) -> FileOperator {
    FileOperator(format: .tflite, name: name, attributes: attributes)
  }

  static func custom(_ name: String, _ attributes: [String: Attribute] = [:]) -> FileOperator {
    FileOperator(format: .custom, name: name, attributes: attributes)
  }

  static func flex(_ name: String, _ attributes: [String: Attribute] = [:]) -> FileOperator {
    FileOperator(format: .flex, name: name, attributes: attributes)
  }

  static func flex(_ name: OperatorName) -> FileOperator {
    flex(TFLiteLowerings.withoutFlexPrefix(name.rawValue))
  }

  /// What the file's operator becomes, and which of its operands the canonical operator has; an
  /// opaque operator that states what is wrong where there is no such row.
  func lowered(
    _ operands: [Operand?], _ results: [TensorType]
  ) -> (operation: any Operator, places: [Int?]?) {
    let values = operands.map { operand in
      operand.map { operand in
        Value(
          name: "operand", type: operand.type, origin: operand.isConstant ? .stored : .computed,
          constant: operand.value)
      }
    }
    do {
      guard let lowered = try lowered(values, results) else {
        return (Opaque("no lowering of \(name)"), nil)
      }
      return (lowered.operation, lowered.operands)
    } catch { return (Opaque("\(name): \(error)"), nil) }
  }

  private func lowered(
    _ values: [Value?], _ results: [TensorType]
  ) throws -> LoweredOperator? {
    if case .onnx(let domain, let operatorSet) = format {
      let node = ONNXNode(
        name: "", operatorType: name, domain: domain, inputs: [],
        outputs: results.map { _ in "result" }, attributes: attributes.mapValues(\.onnx))
      return try ONNXLowerings.row(for: name, domain: domain, operatorSet: operatorSet)?
        .lower(ONNXNodeReader(node: node, name: "", operatorSet: operatorSet, operands: values))
    }
    let given = attributes
    var options = TFLiteOptions()
    options.integer = { if case .integer(let value)? = given[$0] { value } else { nil } }
    options.integers = { if case .integers(let list)? = given[$0] { list } else { nil } }
    options.length = { if case .integers(let list)? = given[$0] { list.count } else { nil } }
    options.text = { if case .text(let text)? = given[$0] { text } else { nil } }
    guard case .integers(let numbers)? = given["bytes"] else {
      return try lowered(values, results, options)
    }
    // The bytes of some custom operators are integers of 32 bits.
    return try numbers.map(Int32.init(truncatingIfNeeded:)).withUnsafeBytes { bytes in
      options.bytes = bytes
      return try lowered(values, results, options)
    }
  }

  private func lowered(
    _ values: [Value?], _ results: [TensorType], _ options: TFLiteOptions
  ) throws -> LoweredOperator? {
    var prefix = ""
    if case .flex = format { prefix = TFLiteLowerings.flexPrefix }
    var isCustom = true
    if case .tflite = format { isCustom = false }
    let op = TFLiteOperator(
      index: 0, name: prefix + name, isCustom: isCustom, version: 1, inputs: [], outputs: [],
      options: options)
    let reader = TFLiteOperatorReader(
      op, operands: values,
      results: results.map { Value(name: "result", type: $0, origin: .computed) })
    return try TFLiteLowerings.row(for: op)?.lower(reader)
  }
}

extension FileOperator.Attribute {
  fileprivate var onnx: ONNXAttribute {
    switch self {
    case .integer(let value): return .integer(value)
    case .integers(let values): return .integers(values)
    case .text(let text): return .text(text)
    case .texts(let texts): return .texts(texts)
    }
  }
}
