/// A scalar, a list or a mapping of a file, with the line where it starts.
struct Node {
  enum Content {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([(key: Node, value: Node)])
  }

  var content: Content
  /// The first line is 1.
  var line: Int

  /// The scalar; nil for a list or a mapping.
  var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  /// The entries of a list; nil for what is none.
  var sequence: [Node]? { if case .sequence(let nodes) = content { nodes } else { nil } }

  /// The entries of a mapping, in the order of the file; nil for what is none.
  var mapping: [(key: Node, value: Node)]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// Whether the node is a scalar that stands for no value.
  var isNull: Bool { scalar?.isNull ?? false }
}

/// A scalar of a file: what its text means follows YAML 1.1, without its numbers to base 60.
///
/// A time of the day would be such a number, which nobody who writes `8:30` expects.
struct Scalar: Hashable {
  var text: String
  /// Whether the text may mean another value: it is neither quoted, nor a block, nor tagged `!!str`.
  var isPlain: Bool

  /// Whether the scalar stands for no value.
  var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// The truth value; nil for another text.
  var bool: Bool? {
    guard isPlain else { return nil }
    return switch text {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": true
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": false
    default: nil
    }
  }

  /// The whole number, to base 2 (`0b`), 8 (`0` or `0o`), 10 or 16 (`0x`); nil for another text or
  /// one that is too large.
  var int: Int? {
    guard isPlain else { return nil }
    var digits = withoutSeparators[...]
    let sign = digits.hasPrefix("-") ? "-" : ""
    if digits.hasPrefix("-") || digits.hasPrefix("+") { digits = digits.dropFirst() }
    var radix = 10
    for (prefix, base) in [("0x", 16), ("0b", 2), ("0o", 8), ("0", 8)]
    where digits.hasPrefix(prefix) && digits != "0" {
      (digits, radix) = (digits.dropFirst(prefix.count), base)
      break
    }
    // A second sign is none.
    guard digits.first?.isHexDigit == true else { return nil }
    return Int(sign + digits, radix: radix)
  }

  /// The number; nil for another text.
  var double: Double? {
    guard isPlain else { return nil }
    return switch text.lowercased() {
    case ".inf", "+.inf": .infinity
    case "-.inf": -.infinity
    case ".nan": .nan
    default: Double(withoutSeparators)
    }
  }

  /// Digits may be grouped by underscores.
  private var withoutSeparators: String { text.contains("_") ? text.filter { $0 != "_" } : text }

  /// Whether the scalar means its own text and nothing else.
  var isText: Bool { !isNull && bool == nil && int == nil && double == nil }
}
