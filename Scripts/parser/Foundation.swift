// Changed for iotco2-graph: this file replaces Sources/ArgumentParser/Utilities/Foundation.swift of swift-argument-parser
// in static builds. Without it, FoundationEssentials would be a quarter of the executable.

extension Error {
  func describe() -> String { String(describing: self) }
}

/// Writes JSON as Foundation's encoder does with sorted keys, on many lines.
enum JSONEncoder {
  static func encode<T: Encodable>(_ value: T) -> String {
    let root = Place()
    guard (try? value.encode(to: root)) != nil else { return "" }
    return root.text(indent: "\n")
  }
}

/// A place in the text, with what was written into it.
private final class Place: Encoder {
  private var scalar = "{}"
  private var members: [String: Place]?
  private var elements: [Place]?

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    members = members ?? [:]
    return KeyedEncodingContainer(Members<Key>(place: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    elements = elements ?? []
    return Elements(place: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Scalar(place: self) }

  func member(_ key: some CodingKey) -> Place {
    let place = Place()
    members?[key.stringValue] = place
    return place
  }

  func element() -> Place {
    let place = Place()
    elements?.append(place)
    return place
  }

  var count: Int { elements?.count ?? 0 }

  func set(_ text: String) {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\", "/": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 0x20:
        quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    scalar = quoted + "\""
  }

  func set<Value: Encodable>(_ value: Value) throws {
    switch value {
    case let text as String: set(text)
    case is Bool, is Int, is Double: scalar = "\(value)"
    default: try value.encode(to: self)
    }
  }

  func setNil() { scalar = "null" }

  func text(indent: String) -> String {
    let inner = indent + "  "
    if let members {
      guard !members.isEmpty else { return "{\n\(indent)}" }
      let lines = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\" : \($0.value.text(indent: inner))" }
      return "{\(inner)\(lines.joined(separator: ",\(inner)"))\(indent)}"
    }
    if let elements {
      guard !elements.isEmpty else { return "[\n\(indent)]" }
      return "[\(inner)\(elements.map { $0.text(indent: inner) }.joined(separator: ",\(inner)"))\(indent)]"
    }
    return scalar
  }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let place: Place
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { place.member(key).setNil() }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try place.member(key).set(value) }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> { place.member(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    place.member(key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { place }
  func superEncoder(forKey key: Key) -> any Encoder { place.member(key) }
}

private struct Elements: UnkeyedEncodingContainer {
  let place: Place
  var codingPath: [any CodingKey] { [] }
  var count: Int { place.count }

  func encodeNil() { place.element().setNil() }
  func encode<T: Encodable>(_ value: T) throws { try place.element().set(value) }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> { place.element().container(keyedBy: type) }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { place.element().unkeyedContainer() }
  func superEncoder() -> any Encoder { place.element() }
}

private struct Scalar: SingleValueEncodingContainer {
  let place: Place
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { place.setNil() }
  func encode<T: Encodable>(_ value: T) throws { try place.set(value) }
}
