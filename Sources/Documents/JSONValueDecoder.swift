/// Decodes a value of a JSON text, where it stands.
///
/// It skips the values of keys that a type does not ask for, and knows no places: what is wrong with embedded data stops the
/// process, and a report that another program changed is no report.
struct JSONValueDecoder: Decoder, SingleValueDecodingContainer {
  let value: JSONValue

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard value.isObject else { throw wrong("an object") }
    return KeyedDecodingContainer(try ObjectContainer<Key>(value))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard value.isList else { throw wrong("a list") }
    return ListContainer(value)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func decodeNil() -> Bool { value.isNull }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard let bool = value.bool else { throw wrong("true or false") }
    return bool
  }

  func decode(_ type: String.Type) throws -> String {
    guard let text = value.text else { throw wrong("text") }
    return text
  }

  func decode(_ type: Double.Type) throws -> Double {
    guard let number = value.number.flatMap(Double.init), number.isFinite else {
      throw wrong("a number")
    }
    return number
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

  func decode<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) throws -> Number {
    let text = value.number
    // `2.5e3` is a whole number too.
    guard let number = text.flatMap({ Number($0) ?? Double($0).flatMap(Number.init(exactly:)) })
    else { throw wrong("a whole number") }
    return number
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: self) }

  fileprivate func wrong(_ expectation: StaticString) -> DecodingError {
    .dataCorrupted(
      DecodingError.Context(codingPath: [], debugDescription: "expected \(expectation)"))
  }
}

private struct ObjectContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private var members: [(name: String, value: JSONValue)] = []
  /// Where the first member of each name is, when there are many: to look through all for each would take too long.
  private var places: [String: Int]?

  init(_ object: JSONValue) throws {
    var items = JSONValue.Items(object)
    while let key = items.next(), let value = items.next() {
      members.append((try JSONValueDecoder(value: key).decode(String.self), value))
    }
    guard members.count > 32 else { return }
    places = Dictionary(members.indices.map { (members[$0].name, $0) }) { first, _ in first }
  }

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { members.compactMap { Key(stringValue: $0.name) } }

  func contains(_ key: Key) -> Bool { value(key.stringValue) != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).value.isNull }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { throw missing("super") }
  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

  private func value(_ name: String) -> JSONValue? {
    if let places { return places[name].map { members[$0].value } }
    return members.first { $0.name == name }?.value
  }

  private func decoder(_ key: Key) throws -> JSONValueDecoder {
    guard let value = value(key.stringValue) else { throw missing(key.stringValue) }
    return JSONValueDecoder(value: value)
  }

  private func missing(_ name: String) -> DecodingError {
    .dataCorrupted(
      DecodingError.Context(codingPath: [], debugDescription: "key '\(name)' is missing"))
  }
}

private struct ListContainer: UnkeyedDecodingContainer {
  private var items: JSONValue.Items
  private var current: JSONValue?
  private(set) var currentIndex = 0

  init(_ list: JSONValue) {
    items = JSONValue.Items(list)
    current = items.next()
  }

  var codingPath: [any CodingKey] { [] }
  /// Not known before the end.
  var count: Int? { nil }
  var isAtEnd: Bool { current == nil }

  mutating func decodeNil() throws -> Bool {
    guard try decoder().value.isNull else { return false }
    advance()
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try decoder().decode(type)
    advance()
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    defer { advance() }
    return try decoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    defer { advance() }
    return try decoder().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    defer { advance() }
    return try decoder()
  }

  private func decoder() throws -> JSONValueDecoder {
    guard let current else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: [], debugDescription: "has \(currentIndex) elements, expected more"))
    }
    return JSONValueDecoder(value: current)
  }

  private mutating func advance() {
    current = items.next()
    currentIndex += 1
  }
}
