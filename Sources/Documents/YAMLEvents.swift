import CYaml

/// What a YAML file says next.
enum YAMLEvent {
  case documentStart, sequenceStart, mappingStart
  case scalar(Scalar)
  case collectionEnd
  case alias
  case streamEnd
  /// The start of the stream, or the end of a document.
  case other
}

/// The events of a text, by libyaml's parser, which keeps its own stack on the heap.
final class YAMLEvents {
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) {
    bytes = .allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  /// The next event, its line, and whether it has an anchor.
  /// - Throws: What is no YAML; the parser is of no use then.
  func next() throws(CompositionError) -> (event: YAMLEvent, line: Int, isAnchored: Bool) {
    var found = yaml_event_t()
    guard yaml_parser_parse(parser, &found) == 1 else { throw problem }
    defer { yaml_event_delete(&found) }
    let (event, anchor) = Self.event(found)
    return (event, Int(clamping: found.start_mark.line) + 1, anchor != nil)
  }

  private static func event(_ found: yaml_event_t) -> (YAMLEvent, UnsafeMutablePointer<UInt8>?) {
    switch found.type {
    case YAML_DOCUMENT_START_EVENT: (.documentStart, nil)
    case YAML_SEQUENCE_START_EVENT: (.sequenceStart, found.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT: (.mappingStart, found.data.mapping_start.anchor)
    case YAML_SCALAR_EVENT: (.scalar(scalar(found)), found.data.scalar.anchor)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: (.collectionEnd, nil)
    case YAML_ALIAS_EVENT: (.alias, nil)
    // No event comes behind the last, but a parser that stops is asked no more.
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: (.streamEnd, nil)
    default: (.other, nil)
    }
  }

  private static func scalar(_ found: yaml_event_t) -> Scalar {
    let scalar = found.data.scalar
    let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let isText =
      scalar.quoted_implicit != 0
      || scalar.tag.map { String(cString: $0) == YAML_STR_TAG } ?? false
    return Scalar(
      text: String(decoding: text, as: UTF8.self),
      isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE && !isText)
  }

  private var problem: CompositionError {
    // What reads the bytes knows the place of a character that may not be, and no lines.
    if parser.pointee.error == YAML_READER_ERROR {
      let before = bytes.prefix(parser.pointee.problem_offset)
      return .syntax(line: 1 + before.count { $0 == UInt8(ascii: "\n") })
    }
    let mark = parser.pointee.problem_mark
    return .syntax(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
  }
}
