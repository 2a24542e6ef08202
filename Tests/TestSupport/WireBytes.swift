/// Protobuf wire bytes, written field by field, for ONNX files that no library would write.
package struct WireBytes: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package func number(_ field: UInt64, _ value: Int) -> WireBytes {
    appending(varint(field << 3) + varint(UInt64(bitPattern: Int64(value))))
  }

  package func field(_ field: UInt64, _ content: [UInt8]) -> WireBytes {
    appending(varint(field << 3 | 2) + varint(UInt64(content.count)) + content)
  }

  package func text(_ field: UInt64, _ text: String) -> WireBytes {
    self.field(field, Array(text.utf8))
  }

  package func message(_ field: UInt64, _ message: WireBytes) -> WireBytes {
    self.field(field, message.bytes)
  }

  private func appending(_ more: [UInt8]) -> WireBytes {
    var copy = self
    copy.bytes += more
    return copy
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

/// The parts of an ONNX file by the field numbers of its schema.
extension WireBytes {
  package static func model(graph: WireBytes, opset: Int = 17) -> WireBytes {
    WireBytes().number(1, 8).message(7, graph)
      .message(8, WireBytes().text(1, "").number(2, opset))
  }

  package func node(
    _ type: String, _ inputs: [String], _ outputs: [String], attributes: [WireBytes] = [],
    domain: String = ""
  ) -> WireBytes {
    var node = WireBytes()
    for input in inputs { node = node.text(1, input) }
    for output in outputs { node = node.text(2, output) }
    node = node.text(4, type)
    for attribute in attributes { node = node.message(5, attribute) }
    return message(1, domain.isEmpty ? node : node.text(7, domain))
  }

  package static func integers(_ name: String, _ values: [Int]) -> WireBytes {
    values.reduce(WireBytes().text(1, name).number(20, 7)) { $0.number(8, $1) }
  }

  /// An attribute that is the graph of a control-flow node.
  package static func graph(_ name: String, _ graph: WireBytes) -> WireBytes {
    WireBytes().text(1, name).message(6, graph).number(20, 5)
  }

  /// An attribute that stands for one of the function around the node.
  package static func reference(_ name: String, to attribute: String) -> WireBytes {
    WireBytes().text(1, name).text(21, attribute).number(20, 2)
  }

  package static func integer(_ name: String, _ value: Int) -> WireBytes {
    WireBytes().text(1, name).number(3, value).number(20, 2)
  }

  /// Adds a function of domain `local` to a model; its nodes are those of a graph.
  package func function(
    _ name: String, inputs: [String], outputs: [String], nodes: WireBytes
  ) -> WireBytes {
    var function = WireBytes().text(1, name).text(10, "local")
    for input in inputs { function = function.text(4, input) }
    for output in outputs { function = function.text(5, output) }
    function = function.message(9, WireBytes().text(1, "").number(2, 17))
      .message(9, WireBytes().text(1, "local").number(2, 1))
    // A node is field 1 of a graph and field 7 of a function.
    return message(25, function.appending(nodes.bytes.first == 0x0a ? nodes.retagged(0x3a) : []))
  }

  /// The bytes of a message that holds only nodes, with another tag for each.
  private func retagged(_ tag: UInt8) -> [UInt8] {
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      precondition(bytes[place] == 0x0a, "a node is expected")
      var length = 0
      var next = place + 1
      var shift = 0
      repeat {
        length |= Int(bytes[next] & 0x7f) << shift
        shift += 7
        next += 1
      } while bytes[next - 1] >= 0x80
      result += [tag] + bytes[(place + 1)..<(next + length)]
      place = next + length
    }
    return result
  }

  package func initializer(
    _ name: String, type: Int, _ dimensions: [Int], raw: [UInt8] = []
  ) -> WireBytes {
    let tensor = dimensions.reduce(WireBytes()) { $0.number(1, $1) }
      .number(2, type).text(8, name).field(9, raw)
    return message(5, tensor)
  }

  package func input(_ name: String, type: Int = 1, _ dimensions: [Int]?) -> WireBytes {
    message(11, Self.valueInfo(name, type, dimensions))
  }

  package func output(_ name: String, type: Int = 1, _ dimensions: [Int]? = nil) -> WireBytes {
    message(12, Self.valueInfo(name, type, dimensions))
  }

  private static func valueInfo(_ name: String, _ type: Int, _ dimensions: [Int]?) -> WireBytes {
    var tensor = WireBytes().number(1, type)
    if let dimensions {
      tensor = tensor.message(
        2, dimensions.reduce(WireBytes()) { $0.message(1, WireBytes().number(1, $1)) })
    }
    return WireBytes().text(1, name).message(2, WireBytes().message(1, tensor))
  }
}
