internal import CProtobuf
import Quantities

/// The TensorFlow node that a Flex operator of a TFLite file carries.
struct TensorFlowNode {
  /// Nodes with larger attributes hold whole tables or models as attributes; those are not read.
  static let maximumBytes = 1 << 16
  /// What a byte of a node costs: a number or a name of one byte takes some words.
  static let costPerByte = 8

  private var integers: [String: Int] = [:]
  private var lists: [String: [Int]] = [:]
  private var reals: [String: Double] = [:]
  private var texts: [String: String] = [:]

  /// Reads a serialized NodeDef; nil when the bytes are none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= Self.maximumBytes, let start = bytes.baseAddress,
      let message = tensorflow__node_def__unpack(
        nil, bytes.count, start.assumingMemoryBound(to: UInt8.self))
    else { return nil }
    defer { tensorflow__node_def__free_unpacked(message, nil) }
    for index in 0..<message.pointee.n_attr {
      guard let entry = message.pointee.attr[index]?.pointee, let key = entry.key,
        let value = entry.value?.pointee
      else { continue }
      add(value, named: String(cString: key))
    }
  }

  private mutating func add(_ value: Tensorflow__AttrValue, named name: String) {
    switch value.value_case {
    case TENSORFLOW__ATTR_VALUE__VALUE_I: integers[name] = Int(value.i)
    case TENSORFLOW__ATTR_VALUE__VALUE_B: integers[name] = value.b != 0 ? 1 : 0
    case TENSORFLOW__ATTR_VALUE__VALUE_TYPE: integers[name] = Int(value.type)
    case TENSORFLOW__ATTR_VALUE__VALUE_F: reals[name] = Double(value.f)
    case TENSORFLOW__ATTR_VALUE__VALUE_S:
      texts[name] = String(
        decoding: UnsafeBufferPointer(start: value.s.data, count: value.s.len), as: UTF8.self)
    case TENSORFLOW__ATTR_VALUE__VALUE_LIST:
      guard let list = value.list?.pointee else { return }
      lists[name] = UnsafeBufferPointer(start: list.i, count: list.n_i).map(Int.init)
    default: break
    }
  }

  /// The attributes as options by their TensorFlow names.
  func options(charging contents: FlatBufferContents) -> TFLiteOptions {
    TFLiteOptions(
      integer: { integers[$0] }, real: { reals[$0] },
      integers: { name throws(Problem) in
        guard let list = lists[name] else { return nil }
        try contents.spend(onNumbers: list.count, ofOption: name)
        return list
      },
      length: { lists[$0]?.count },
      text: { name throws(Problem) in
        guard let text = texts[name] else { return nil }
        try contents.spend(onText: text.utf8.count, ofOption: name)
        return text
      })
  }
}
