internal import CProtobuf
import Quantities
import OpGraph

/// Prepares the wire bytes of an ONNX model for protobuf-c: bounds them and takes out the weights.
///
/// protobuf-c copies every payload it unpacks and recurses as deep as the bytes nest. This walk,
/// led by the message descriptors that protobuf-c itself uses, checks lengths, nesting and counts
/// first and copies everything but large tensor payloads and unknown fields, so that weights are
/// neither read nor copied. A payload that was left out leaves its byte count behind.
struct ONNXWire {
  /// Nesting beyond what any exporter makes (each control-flow level takes three messages).
  static let maximumDepth = 100
  /// Tensors of 32 and 64-bit integers up to this size are kept: shape operands, axes, indices.
  static let keptIntegerBytes = 8 * ConstantValue.maximumElements
  /// Other tensors up to this size are kept: scales, limits.
  static let keptOtherBytes = 1024
  /// The number of the field with the length of a payload that is left out.
  ///
  /// It is the largest number that there can be, and no ONNX message defines it.
  static let elidedField = (1 << 29) - 1

  /// The numbers of the fields with the first byte of a tensor in the file, and with the one behind it.
  static let placeFields = (start: elidedField - 1, end: elidedField - 2)

  /// A payload from this size on is worth a call to the system to give its pages back.
  private static let releasedBytes = 1 << 20

  private let file: ModelFile
  /// Whether tensors get the place fields.
  private let locates: Bool
  private var bytes: UnsafeRawBufferPointer { file.bytes }
  private var output: [UInt8] = []
  /// How many messages the file may hold, since one costs some 200 bytes however small it is.
  ///
  /// The smallest useful one takes 4 bytes in the file, one size of a shape.
  private var messages: DecodeBudget
  /// How many operators the file may hold; one costs some kilobytes and takes some 32 bytes.
  private var nodes: DecodeBudget

  /// The model's bytes without large payloads.
  /// - Parameter locates: Whether tensors state where they lie in the file.
  static func reduced(_ file: ModelFile, locates: Bool = false) throws(Problem) -> [UInt8] {
    var wire = ONNXWire(file: file, locates: locates)
    let model = onnx__model_proto__descriptor
    try withUnsafePointerThrowing(to: model) { descriptor throws(Problem) in
      try wire.message(0..<file.bytes.count, descriptor, depth: 0)
    }
    return wire.output
  }

  private init(file: ModelFile, locates: Bool) {
    self.file = file
    self.locates = locates
    messages = DecodeBudget(base: 50_000, bytes: file.bytes.count, bytesPerUnit: 4)
    nodes = DecodeBudget(base: 10_000, bytes: file.bytes.count, bytesPerUnit: 32)
  }

  private struct Field {
    var number: Int
    var wireType: UInt8
    /// The tag and the value as they stand in the file.
    var all: Range<Int>
    /// The content of a field with a length, or the value of any other.
    var content: Range<Int>
  }

  private mutating func message(
    _ range: Range<Int>, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, depth: Int
  ) throws(Problem) {
    guard depth <= Self.maximumDepth else {
      throw Problem(
        place: "byte \(range.lowerBound)",
        "messages nest deeper than \(Self.maximumDepth) levels")
    }
    try messages.spend(1, on: "messages")
    let isTensor = descriptor.pointee.name == onnx__tensor_proto__descriptor.name
    if descriptor.pointee.name == onnx__node_proto__descriptor.name {
      try nodes.spend(1, on: "operators")
    }
    let elided = isTensor ? try elidedPayload(range) : nil
    var position = range.lowerBound
    while position < range.upperBound {
      let field = try readField(at: position, end: range.upperBound)
      position = field.all.upperBound
      if elided != nil, Self.payloadFields.contains(field.number) { continue }
      guard
        let known = protobuf_c_message_descriptor_get_field(descriptor, UInt32(field.number))
      else { continue }
      if known.pointee.type == PROTOBUF_C_TYPE_MESSAGE, field.wireType == 2,
        let nested = known.pointee.descriptor
      {
        try nestedMessage(
          field, nested.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), depth: depth + 1)
      } else {
        output.append(contentsOf: bytes[field.all])
      }
    }
    if isTensor, locates {
      append(range.lowerBound, as: Self.placeFields.start)
      append(range.upperBound, as: Self.placeFields.end)
    }
    guard let elided else { return }
    append(elided, as: Self.elidedField)
    // What lies before is copied or left out: nothing reads it again.
    if elided >= Self.releasedBytes { file.release(before: range.upperBound) }
  }

  private mutating func nestedMessage(
    _ field: Field, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, depth: Int
  ) throws(Problem) {
    append(varint: UInt64(field.number) << 3 | 2)
    // The new length is known at the end: a varint of fixed width is kept free for it.
    let lengthPlace = output.count
    output.append(contentsOf: [0, 0, 0, 0, 0])
    try message(field.content, descriptor, depth: depth)
    var length = output.count - lengthPlace - 5
    guard length < 1 << 31 else {
      throw Problem("holds a message of more than 2^31 bytes besides weights")
    }
    for index in 0..<5 {
      output[lengthPlace + index] = UInt8(length & 0x7f) | (index < 4 ? 0x80 : 0)
      length >>= 7
    }
  }

  /// A field that holds elements of a tensor.
  struct Payload {
    /// How the elements are written.
    enum Kind { case bytes, numbers }

    var kind: Kind
    var content: Range<Int>
  }

  /// The fields with the elements of a tensor.
  static func payloads(of tensor: Range<Int>, in file: ModelFile) throws(Problem) -> [Payload] {
    let wire = ONNXWire(file: file, locates: false)
    var payloads: [Payload] = []
    var position = tensor.lowerBound
    while position < tensor.upperBound {
      let field = try wire.readField(at: position, end: tensor.upperBound)
      position = field.all.upperBound
      guard payloadFields.contains(field.number) else { continue }
      // Lists of integers have variable width; floats have their own, whether in one list or one by one.
      payloads.append(
        Payload(
          kind: numberFields.contains(field.number) ? .numbers : .bytes, content: field.content))
    }
    return payloads
  }

  /// Fields of TensorProto that hold elements: float, int32, string, int64, raw, double, uint64.
  private static let payloadFields: Set<Int> = [4, 5, 6, 7, 9, 10, 11]
  /// Those of them that hold integers of variable width: int32, int64, uint64.
  private static let numberFields: Set<Int> = [5, 7, 11]
  private static let typeField = 2

  /// The bytes of a tensor's payload, when it is too large to be kept.
  private func elidedPayload(_ range: Range<Int>) throws(Problem) -> Int? {
    var payload = 0
    var type = 0
    var position = range.lowerBound
    while position < range.upperBound {
      let field = try readField(at: position, end: range.upperBound)
      position = field.all.upperBound
      if Self.payloadFields.contains(field.number) {
        payload += field.content.count
      } else if field.number == Self.typeField, field.wireType == 0 {
        type = Int(
          truncatingIfNeeded: try readVarint(
            at: field.content.lowerBound,
            end: field.content.upperBound
          ).value)
      }
    }
    let isInteger = [.int32, .int64].contains(ONNXTensor.elementType(type))
    return payload > (isInteger ? Self.keptIntegerBytes : Self.keptOtherBytes) ? payload : nil
  }

  private func readField(at start: Int, end: Int) throws(Problem) -> Field {
    let (tag, contentStart) = try readVarint(at: start, end: end)
    let number = Int(truncatingIfNeeded: tag >> 3)
    guard number > 0, number < 1 << 29 else {
      throw Problem(place: "byte \(start)", "\(tag) is not a protobuf tag")
    }
    let content: Range<Int>
    switch tag & 7 {
    case 0: content = contentStart..<(try readVarint(at: contentStart, end: end).next)
    case 1: content = try fixedWidth(8, at: contentStart, end: end)
    case 5: content = try fixedWidth(4, at: contentStart, end: end)
    case 2:
      let (length, next) = try readVarint(at: contentStart, end: end)
      guard length <= UInt64(end - next) else {
        throw Problem(
          place: "byte \(start)",
          "a field of \(counted(length, "byte")) runs past the end, \(counted(end - next, "byte")) on: the file is cut "
            + "short or damaged")
      }
      content = next..<(next + Int(length))
    default:
      throw Problem(
        place: "byte \(start)", "wire type \(tag & 7) does not occur in ONNX files")
    }
    return Field(
      number: number, wireType: UInt8(tag & 7), all: start..<content.upperBound, content: content)
  }

  private func fixedWidth(
    _ width: Int, at start: Int, end: Int
  ) throws(Problem) -> Range<Int> {
    guard end - start >= width else { throw cutShort(at: start) }
    return start..<(start + width)
  }

  private func readVarint(
    at start: Int, end: Int
  ) throws(Problem) -> (value: UInt64, next: Int) {
    var value: UInt64 = 0
    var position = start
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw cutShort(at: start) }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return (value, position) }
    }
    throw Problem(place: "byte \(start)", "a number is longer than 10 bytes")
  }

  private func cutShort(at position: Int) -> Problem {
    Problem(
      place: "byte \(position)", "a field ends in the middle: the file is cut short or damaged")
  }

  private mutating func append(varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      output.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    output.append(UInt8(rest))
  }

  /// A number of 64 bits in a field that no message defines.
  private mutating func append(_ number: Int, as field: Int) {
    append(varint: UInt64(field) << 3 | 1)
    withUnsafeBytes(of: UInt64(number).littleEndian) { output.append(contentsOf: $0) }
  }
}

/// `withUnsafePointer(to:)` with a typed error.
private func withUnsafePointerThrowing<T>(
  to value: T, _ body: (UnsafePointer<T>) throws(Problem) -> Void
) throws(Problem) {
  var failure: Problem?
  withUnsafePointer(to: value) { pointer in
    do throws(Problem) { try body(pointer) } catch { failure = error }
  }
  if let failure { throw failure }
}
