import Quantities

/// The keys of a file that were requested while it was decoded.
///
/// One for each node, and shared by all decoders of the node: a type may read it in several ways.
final class ReadKeys {
  /// In the order in which they were asked for.
  private(set) var names: Set<String> = []
  private var children: [String: ReadKeys] = [:]
  /// Whether the node was read as one of certain words.
  var isWord = false

  func ask(for name: String) { names.insert(name) }

  /// The keys that were requested below a key, or below an index of a list.
  func child(_ name: String) -> ReadKeys {
    if let child = children[name] { return child }
    let child = ReadKeys()
    children[name] = child
    return child
  }
}

/// Decodes a tree of YAML, and writes down which keys it was asked for.
struct NodeDecoder: Decoder {
  let node: Node
  let keys: ReadKeys
  var codingPath: [any CodingKey]

  init(node: Node, keys: ReadKeys = ReadKeys(), codingPath: [any CodingKey] = []) {
    (self.node, self.keys, self.codingPath) = (node, keys, codingPath)
  }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let mapping = node.mapping else { throw problem("expected keys with values\(found)") }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.text else { throw problem("expected keys that are text") }
      guard values.updateValue(value, forKey: name) == nil else {
        throw problem("key '\(name)' twice")
      }
    }
    return KeyedDecodingContainer(MappingContainer<Key>(decoder: self, values: values))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let sequence = node.sequence else { throw problem("expected a list\(found)") }
    return SequenceContainer(decoder: self, nodes: sequence)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { ScalarContainer(decoder: self) }

  var isNull: Bool { node.isNull }

  var path: [String] {
    codingPath.map { key in key.intValue.map { "\($0 + 1)" } ?? key.stringValue }
  }

  func problem(_ fact: String) -> DocumentProblem { DocumentProblem(path, fact) }

  private var found: String {
    node.scalar.map { ", found '\($0.text.prefix(40))'" } ?? ""
  }

  /// The value as a type; a word or key that the type does not know is answered with those it does.
  func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let plain = type as? any PlainValue.Type {
      guard let value = node.scalar.flatMap({ plain.init(scalar: $0) }) as? Value else {
        throw problem("expected \(plain.title)\(found)")
      }
      return value
    }
    if let mapping = node.mapping, let words = (type as? any WordKeyed.Type)?.keyWords {
      for name in mapping.compactMap(\.key.scalar?.text) where !words.contains(name) {
        throw DocumentProblem(path + [name], expectation(of: words, instead: name))
      }
    }
    // Only a scalar is a word: to ask all types whether they have words takes as long as to decode them.
    let known = node.scalar.flatMap { _ in words(of: type) }
    keys.isWord = keys.isWord || known != nil
    do {
      return try Value(from: self)
    } catch DecodingError.dataCorrupted(let context) {
      if let known, context.codingPath.count == codingPath.count, let word = node.scalar?.text {
        throw problem(expectation(of: known(), instead: word))
      }
      if let problem = misspeltKey() { throw problem }
      // The place that the type blames may lie further in.
      var place = self
      place.codingPath = context.codingPath
      throw place.problem(context.debugDescription)
    }
  }

  /// An unrequested key that is similar to a requested key that is missing.
  private func misspeltKey() -> DocumentProblem? {
    let present = Set(node.mapping?.compactMap(\.key.scalar?.text) ?? [])
    let absent = keys.names.subtracting(present)
    return present.subtracting(keys.names).sorted().lazy.compactMap { name in
      let suggestion = Suggestion.text(for: name, among: absent)
      return suggestion.isEmpty
        ? nil : DocumentProblem(path + [name], "is not a known key\(suggestion)")
    }.first
  }

  /// A decoder of what lies at a key or place.
  func inner(_ node: Node, _ key: any CodingKey) -> NodeDecoder {
    NodeDecoder(
      node: node, keys: keys.child(key.stringValue), codingPath: codingPath + [key])
  }

  /// Calls with everything that was read, and with what it was read as.
  func visit(_ body: (Node, ReadKeys) -> Void) {
    body(node, keys)
    if let mapping = node.mapping {
      for (key, value) in mapping {
        inner(value, PlaceKey(stringValue: key.scalar?.text ?? "")).visit(body)
      }
    } else if let sequence = node.sequence {
      for (index, value) in sequence.enumerated() {
        inner(value, PlaceKey(intValue: index)).visit(body)
      }
    }
  }

  /// Throws for the first unrequested key, or the first key without a value.
  func checkAllWasRead() throws {
    if let mapping = node.mapping {
      for (key, value) in mapping {
        let name = key.scalar?.text ?? ""
        let place = path + [name]
        guard keys.names.contains(name) else {
          throw DocumentProblem(
            place, "is not a known key\(Suggestion.text(for: name, among: keys.names))")
        }
        guard !value.isNull else { throw DocumentProblem(place, "has no value") }
        try inner(value, PlaceKey(stringValue: name)).checkAllWasRead()
      }
    } else if let sequence = node.sequence {
      for (index, value) in sequence.enumerated() {
        try inner(value, PlaceKey(intValue: index)).checkAllWasRead()
      }
    }
  }
}

/// A value that is written as a scalar.
private protocol PlainValue {
  /// What messages call it.
  static var title: String { get }

  /// Nil for a scalar that means something else.
  init?(scalar: Scalar)
}

extension Bool: PlainValue {
  static var title: String { "true or false" }

  init?(scalar: Scalar) {
    guard let value = scalar.bool else { return nil }
    self = value
  }
}

extension Double: PlainValue {
  static var title: String { "a number" }

  init?(scalar: Scalar) {
    guard let value = scalar.double, value.isFinite else { return nil }
    self = value
  }
}

extension Int: PlainValue {
  static var title: String { "a whole number" }

  init?(scalar: Scalar) {
    guard let value = scalar.int else { return nil }
    self = value
  }
}

extension String: PlainValue {
  static var title: String { "text" }

  init?(scalar: Scalar) { self = scalar.text }
}

/// A key that only states a position.
private struct PlaceKey: CodingKey {
  var stringValue: String
  var intValue: Int?

  init(stringValue: String) { self.stringValue = stringValue }

  init(intValue: Int) {
    self.intValue = intValue
    stringValue = "\(intValue)"
  }
}

private struct MappingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: NodeDecoder
  let values: [String: Node]

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { values.keys.sorted().compactMap(Key.init(stringValue:)) }

  func contains(_ key: Key) -> Bool {
    decoder.keys.ask(for: key.stringValue)
    return values[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) throws -> Bool { try inner(key).isNull }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try inner(key).value(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try inner(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try inner(key).unkeyedContainer()
  }

  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try inner(key) }

  private func inner(_ key: Key) throws -> NodeDecoder {
    decoder.keys.ask(for: key.stringValue)
    if let value = values[key.stringValue] {
      guard !value.isNull else {
        throw DocumentProblem(decoder.path + [key.stringValue], "has no value")
      }
      return decoder.inner(value, key)
    }
    // A similar unrequested key is most likely a typing error.
    let others = values.keys.filter { !decoder.keys.names.contains($0) }
    if let other = Suggestion.nearest(to: key.stringValue, among: others).first {
      throw DocumentProblem(
        decoder.path + [other], "is not a known key; did you mean '\(key.stringValue)'?")
    }
    throw decoder.problem("key '\(key.stringValue)' is missing")
  }
}

private struct SequenceContainer: UnkeyedDecodingContainer {
  let decoder: NodeDecoder
  let nodes: [Node]
  var currentIndex = 0

  init(decoder: NodeDecoder, nodes: [Node]) {
    self.decoder = decoder
    self.nodes = nodes
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { nodes.count }
  var isAtEnd: Bool { currentIndex >= nodes.count }

  mutating func decodeNil() throws -> Bool {
    guard try current().isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try current().value(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws -> NodeDecoder {
    defer { currentIndex += 1 }
    return try current()
  }

  private func current() throws -> NodeDecoder {
    guard !isAtEnd else {
      throw decoder.problem("has \(counted(nodes.count, "entry")), expected more")
    }
    return decoder.inner(nodes[currentIndex], PlaceKey(intValue: currentIndex))
  }
}

private struct ScalarContainer: SingleValueDecodingContainer {
  let decoder: NodeDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.isNull }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value(type) }
}
