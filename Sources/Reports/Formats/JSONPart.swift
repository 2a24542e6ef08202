/// A part of reports that is there so often that it writes its members itself: an `Encoder` asks for the type
/// and the key of each, which takes most of the time.
///
/// It is encoded by `JSONWriter` and nothing else.
protocol JSONPart: Encodable {
  /// Writes all members, in the order of their keys.
  func write(_ members: JSONMemberWriter) throws
}

extension JSONPart {
  package func encode(to encoder: any Encoder) throws {
    guard let place = encoder as? JSONValueEncoder else {
      throw EncodingError.invalidValue(
        self,
        EncodingError.Context(
          codingPath: encoder.codingPath, debugDescription: "is written as JSON only"))
    }
    try place.write(part: self)
  }
}

/// The members of an object whose keys come in order.
///
/// What is nil is left out, unless it is `Nullable`.
struct JSONMemberWriter {
  private let writer: JSONWriter
  /// The place of the object among the open containers.
  private let depth: Int

  init(_ writer: JSONWriter, depth: Int) {
    self.writer = writer
    self.depth = depth
  }

  func add(_ key: StaticString, _ value: Int?) throws {
    guard let value else { return }
    try writer.beginMember(literal: key, depth: depth)
    try writer.write(integer: value)
  }

  func add(_ key: StaticString, _ value: Nullable<Int>?) throws {
    guard let value else { return }
    try writer.beginMember(literal: key, depth: depth)
    if let number = value.value {
      try writer.write(integer: number)
    } else {
      try writer.writeNull()
    }
  }

  func add(_ key: StaticString, _ value: Double?) throws {
    guard let value else { return }
    try writer.beginMember(literal: key, depth: depth)
    try writer.write(number: value, depth: depth + 1)
  }

  func add(_ key: StaticString, _ value: Bool) throws {
    try writer.beginMember(literal: key, depth: depth)
    try writer.write(truth: value)
  }

  func add(_ key: StaticString, _ value: String?) throws {
    guard let value else { return }
    try writer.beginMember(literal: key, depth: depth)
    try writer.write(text: value)
  }

  func add(_ key: StaticString, _ value: (some JSONPart)?) throws {
    guard let value else { return }
    try writer.beginMember(literal: key, depth: depth)
    try JSONValueEncoder(writer, depth: depth + 1).write(part: value)
  }

  func add(_ key: StaticString, _ values: some Sequence<String>) throws {
    try list(key, values) { try writer.write(text: $0) }
  }

  func add(_ key: StaticString, _ values: some Sequence<some JSONPart>) throws {
    try list(key, values) { try JSONValueEncoder(writer, depth: depth + 2).write(part: $0) }
  }

  /// A list, or null.
  func add<Listed>(
    _ key: StaticString, _ values: Nullable<[Listed]>, write: (JSONWriter, Listed) throws -> Void
  ) throws {
    guard let values = values.value else {
      try writer.beginMember(literal: key, depth: depth)
      return try writer.writeNull()
    }
    try list(key, values) { try write(writer, $0) }
  }

  /// A value that is not there so often.
  func add(_ key: StaticString, encoding value: (some Encodable)?) throws {
    guard let value else { return }
    try writer.beginMember(literal: key, depth: depth)
    try JSONValueEncoder(writer, depth: depth + 1).write(value)
  }

  private func list<Listed>(
    _ key: StaticString, _ elements: some Sequence<Listed>, write: (Listed) throws -> Void
  ) throws {
    try writer.beginMember(literal: key, depth: depth)
    writer.open(isObject: false, depth: depth + 1)
    for element in elements {
      try writer.beginElement(depth: depth + 1)
      try write(element)
    }
    try writer.close(to: depth + 1)
  }
}
