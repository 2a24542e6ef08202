/// A flatbuffer, written from its end to its beginning, whose parts can be shared.
///
/// No library writes one in which many offsets lead to one place.
struct FlatBufferBytes {
  /// The place of a part, counted from the end.
  struct Part {
    fileprivate var place: Int
  }

  /// A field of a table.
  enum Field {
    case part(Part)
    case byte(UInt8)
    case number(UInt32)
    case long(UInt64)
  }

  /// The bytes so far, the last one first.
  private var reversed: [UInt8] = []

  mutating func text(_ text: String) -> Part {
    align(4, before: text.utf8.count + 1)
    reversed.append(0)
    reversed += text.utf8.reversed()
    return counted(text.utf8.count)
  }

  mutating func bytes(_ bytes: [UInt8]) -> Part {
    align(4, before: bytes.count)
    reversed += bytes.reversed()
    return counted(bytes.count)
  }

  mutating func numbers(_ numbers: [Int32]) -> Part {
    align(4)
    for number in numbers.reversed() { put(UInt32(bitPattern: number)) }
    return counted(numbers.count)
  }

  mutating func list(_ parts: [Part]) -> Part {
    align(4)
    for part in parts.reversed() { put(offset(to: part)) }
    return counted(parts.count)
  }

  /// - Parameter fields: By their numbers in the schema, where a union takes two: its type and its value.
  mutating func table(_ fields: [Int: Field]) -> Part {
    let end = reversed.count
    var places: [Int: Int] = [:]
    for (number, field) in fields.sorted(by: { $0.key > $1.key }) {
      switch field {
      case .part(let part):
        align(4)
        put(offset(to: part))
      case .byte(let value): reversed.append(value)
      case .number(let value):
        align(4)
        put(value)
      case .long(let value):
        align(8)
        put(value)
      }
      places[number] = reversed.count
    }
    // The list of the fields' places stands in front of the table, which begins with its length.
    let count = (fields.keys.max() ?? -1) + 1
    align(4)
    put(UInt32(4 + 2 * count))
    let start = reversed.count
    for number in (0..<count).reversed() { put(UInt16(places[number].map { start - $0 } ?? 0)) }
    put(UInt16(start - end))
    put(UInt16(4 + 2 * count))
    return Part(place: start)
  }

  /// The bytes of the whole, whose outermost table is given.
  mutating func finish(_ root: Part, identifier: String = "") -> [UInt8] {
    align(16, before: 4 + identifier.utf8.count)
    reversed += identifier.utf8.reversed()
    put(offset(to: root))
    return reversed.reversed()
  }

  /// How far the part lies behind the four bytes that are written next.
  private func offset(to part: Part) -> UInt32 { UInt32(reversed.count + 4 - part.place) }

  private mutating func counted(_ count: Int) -> Part {
    put(UInt32(count))
    return Part(place: reversed.count)
  }

  private mutating func align(_ size: Int, before count: Int = 0) {
    while (reversed.count + count) % size != 0 { reversed.append(0) }
  }

  private mutating func put(_ value: some FixedWidthInteger) {
    let bytes = withUnsafeBytes(of: value.bigEndian) { Array($0) }
    reversed += bytes
  }
}

/// The parts of a TFLite file by the field numbers of its schema.
extension FlatBufferBytes {
  mutating func tensor(_ name: String = "t", sparsity: Part? = nil) -> Part {
    var fields: [Int: Field] = [0: .part(numbers([1])), 3: .part(text(name))]
    if let sparsity { fields[6] = .part(sparsity) }
    return table(fields)
  }

  mutating func code(_ builtin: UInt32, custom: String? = nil) -> Part {
    var fields: [Int: Field] = [0: .byte(UInt8(min(builtin, 127))), 3: .number(builtin)]
    if let custom { fields[1] = .part(text(custom)) }
    return table(fields)
  }

  /// An operator that reads tensor 0.
  /// - Parameters:
  ///   - options: The number in the schema's union, and what it is.
  ///   - second: The same of the second union.
  mutating func node(
    outputs: [Int32] = [], options: (kind: UInt8, table: Part)? = nil,
    second: (kind: UInt8, table: Part)? = nil, custom: [UInt8]? = nil
  ) -> Part {
    var fields: [Int: Field] = [1: .part(numbers([0])), 2: .part(numbers(outputs))]
    if let options {
      fields[3] = .byte(options.kind)
      fields[4] = .part(options.table)
    }
    if let custom { fields[5] = .part(bytes(custom)) }
    if let second {
      fields[11] = .byte(second.kind)
      fields[12] = .part(second.table)
    }
    return table(fields)
  }

  mutating func subgraph(
    _ tensors: [Part], _ operators: [Part] = [], inputs: [Int32] = [], name: String = ""
  ) -> Part {
    table([
      0: .part(list(tensors)), 1: .part(numbers(inputs)), 2: .part(numbers([])),
      3: .part(list(operators)), 4: .part(text(name)),
    ])
  }

  /// A model with an empty buffer, 0.
  mutating func model(
    _ subgraphs: [Part], codes: [Part] = [], metadata: [Part] = [], signatures: [Part] = []
  ) -> [UInt8] {
    let buffers = list([table([:])])
    let root = table([
      0: .number(3), 1: .part(list(codes)), 2: .part(list(subgraphs)), 4: .part(buffers),
      6: .part(list(metadata)), 7: .part(list(signatures)),
    ])
    return finish(root, identifier: "TFL3")
  }
}
