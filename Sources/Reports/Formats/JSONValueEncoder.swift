/// A place for one value of JSON that is being written.
struct JSONValueEncoder: Encoder {
  fileprivate let writer: JSONWriter
  /// How many containers are around it.
  fileprivate let depth: Int

  init(_ writer: JSONWriter, depth: Int) {
    self.writer = writer
    self.depth = depth
  }

  var codingPath: [any CodingKey] { writer.codingPath(depth: depth) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    writer.open(isObject: true, depth: depth)
    return KeyedEncodingContainer(JSONMembers(writer: writer, depth: depth))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    writer.open(isObject: false, depth: depth)
    return JSONElements(writer: writer, depth: depth)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }

  func write(_ value: some Encodable) throws {
    try value.encode(to: self)
    try writer.close(to: depth)
  }

  func write(part: some JSONPart) throws {
    writer.promiseOrder(depth: depth)
    try part.write(JSONMemberWriter(writer, depth: depth))
    try writer.close(to: depth)
  }
}

extension Encoder {
  /// States that the members of this value come in the order of their keys, so that they can be written at
  /// once.
  func promiseSortedKeys() {
    guard let place = self as? JSONValueEncoder else { return }
    place.writer.promiseOrder(depth: place.depth)
  }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
  func encodeNil() throws { try writer.writeNull() }
  func encode(_ value: Bool) throws { try writer.write(truth: value) }
  func encode(_ value: String) throws { try writer.write(text: value) }
  func encode(_ value: Double) throws { try writer.write(number: value, depth: depth) }
  func encode(_ value: Float) throws { try writer.write(number: value, depth: depth) }
  func encode(_ value: Int) throws { try writer.write(integer: value) }
  func encode(_ value: Int8) throws { try writer.write(integer: value) }
  func encode(_ value: Int16) throws { try writer.write(integer: value) }
  func encode(_ value: Int32) throws { try writer.write(integer: value) }
  func encode(_ value: Int64) throws { try writer.write(integer: value) }
  func encode(_ value: UInt) throws { try writer.write(integer: value) }
  func encode(_ value: UInt8) throws { try writer.write(integer: value) }
  func encode(_ value: UInt16) throws { try writer.write(integer: value) }
  func encode(_ value: UInt32) throws { try writer.write(integer: value) }
  func encode(_ value: UInt64) throws { try writer.write(integer: value) }
  func encode(_ value: some Encodable) throws { try write(value) }
}

/// The members of an object.
private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let writer: JSONWriter
  /// The place of the object among the open containers.
  let depth: Int

  var codingPath: [any CodingKey] { writer.codingPath(depth: depth) }

  private func value(_ key: Key) throws -> JSONValueEncoder {
    try writer.beginMember(key.stringValue, depth: depth)
    return JSONValueEncoder(writer, depth: depth + 1)
  }

  func encodeNil(forKey key: Key) throws { try value(key).encodeNil() }
  func encode(_ value: Bool, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: String, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Double, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Float, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int8, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int16, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int32, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: Int64, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt8, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt16, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt32, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: UInt64, forKey key: Key) throws { try self.value(key).encode(value) }
  func encode(_ value: some Encodable, forKey key: Key) throws { try self.value(key).write(value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    begun(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    begun(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { begun("super") }
  func superEncoder(forKey key: Key) -> any Encoder { begun(key) }

  private func begun(_ key: Key) -> JSONValueEncoder { begun(key.stringValue) }

  /// The protocol has no way to say that a member cannot be begun here.
  private func begun(_ key: String) -> JSONValueEncoder {
    do {
      try writer.beginMember(key, depth: depth)
    } catch {
      preconditionFailure("\(error)")
    }
    return JSONValueEncoder(writer, depth: depth + 1)
  }
}

/// The elements of a list.
private struct JSONElements: UnkeyedEncodingContainer {
  let writer: JSONWriter
  /// The place of the list among the open containers.
  let depth: Int

  var codingPath: [any CodingKey] { writer.codingPath(depth: depth) }
  var count: Int { writer.count(depth: depth) }

  private func value() throws -> JSONValueEncoder {
    try writer.beginElement(depth: depth)
    return JSONValueEncoder(writer, depth: depth + 1)
  }

  func encodeNil() throws { try value().encodeNil() }
  func encode(_ value: Bool) throws { try self.value().encode(value) }
  func encode(_ value: String) throws { try self.value().encode(value) }
  func encode(_ value: Double) throws { try self.value().encode(value) }
  func encode(_ value: Float) throws { try self.value().encode(value) }
  func encode(_ value: Int) throws { try self.value().encode(value) }
  func encode(_ value: Int8) throws { try self.value().encode(value) }
  func encode(_ value: Int16) throws { try self.value().encode(value) }
  func encode(_ value: Int32) throws { try self.value().encode(value) }
  func encode(_ value: Int64) throws { try self.value().encode(value) }
  func encode(_ value: UInt) throws { try self.value().encode(value) }
  func encode(_ value: UInt8) throws { try self.value().encode(value) }
  func encode(_ value: UInt16) throws { try self.value().encode(value) }
  func encode(_ value: UInt32) throws { try self.value().encode(value) }
  func encode(_ value: UInt64) throws { try self.value().encode(value) }
  func encode(_ value: some Encodable) throws { try self.value().write(value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    begun().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { begun().unkeyedContainer() }
  func superEncoder() -> any Encoder { begun() }

  /// The protocol has no way to say that an element cannot be begun here.
  private func begun() -> JSONValueEncoder {
    do { return try value() } catch { preconditionFailure("\(error)") }
  }
}
