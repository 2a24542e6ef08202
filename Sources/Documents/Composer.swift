import Quantities

/// Makes a tree of the events of a YAML file.
///
/// The limits hold while it grows. Open lists and mappings stand in a list of their own: however deep a
/// file nests, nothing calls itself.
struct Composer {
  /// A list or mapping that has not ended.
  private struct Collection {
    var line: Int
    var isMapping: Bool
    /// Of a list.
    var nodes: [Node] = []
    /// Of a mapping.
    var entries: [(key: Node, value: Node)] = []
    /// Entries that have ended; more than are kept when they are too many.
    var count = 0
    /// The key of a mapping whose value comes next.
    var key: Node?
    /// Where each key of a mapping stands.
    var lines: [Key: Int] = [:]

    var node: Node {
      Node(content: isMapping ? .mapping(entries) : .sequence(nodes), line: line)
    }

    /// Takes the next entry of a list, or the next key or value of a mapping.
    mutating func add(_ node: Node, limit: Int) throws(CompositionError) {
      if !isMapping {
        if count < limit { nodes.append(node) }
        count += 1
      } else if let key {
        if count < limit { entries.append((key, node)) }
        count += 1
        self.key = nil
      } else {
        try checkIsFirst(node)
        key = node
      }
    }

    private mutating func checkIsFirst(_ key: Node) throws(CompositionError) {
      guard let scalar = key.scalar else { return }
      let first = lines.updateValue(key.line, forKey: Key(text: scalar.text, isText: scalar.isText))
      if let first {
        throw CompositionError(
          line: first, fact: "key '\(scalar.text)' twice: is neither YAML nor JSON")
      }
    }
  }

  /// Keys are equal when they mean the same: `1` is a number and `'1'` a text.
  private struct Key: Hashable {
    var text: String
    var isText: Bool
  }

  private let limits: DocumentLimits
  private var open: [Collection] = []
  private var root: Node?

  /// The tree of the one document in a text; nil when there is none.
  static func compose(
    _ text: String, limits: DocumentLimits
  ) throws(CompositionError) -> Node? {
    // libyaml compares each directive %TAG with all before it.
    if let line = text.utf8.lines(beginningWith: UInt8(ascii: "%")).dropFirst().first {
      throw CompositionError(line: line, fact: "is a second directive (%), expected at most one")
    }
    let events = YAMLEvents(text)
    var composer = Composer(limits: limits)
    while true {
      let (event, line, isAnchored) = try events.next()
      if isAnchored {
        throw CompositionError(
          line: line, fact: "anchors (&name) are not read, expected a space behind '&'")
      }
      if case .streamEnd = event { return composer.root }
      try composer.take(event, line)
    }
  }

  private init(limits: DocumentLimits) { self.limits = limits }

  private mutating func take(_ event: YAMLEvent, _ line: Int) throws(CompositionError) {
    switch event {
    case .documentStart:
      guard root == nil else { throw .syntax(line: line) }
    case .scalar(let scalar):
      try checkLevel(line)
      try add(Node(content: .scalar(scalar), line: line))
    case .sequenceStart:
      try checkLevel(line)
      open.append(Collection(line: line, isMapping: false))
    case .mappingStart:
      try checkLevel(line)
      open.append(Collection(line: line, isMapping: true))
    case .collectionEnd:
      guard let ended = open.popLast() else { return }
      guard ended.count <= limits.entries else {
        throw CompositionError(
          line: ended.line,
          fact: "has \(counted(ended.count, "entry")), expected at most \(limits.entries)")
      }
      try add(ended.node)
    case .alias:
      throw CompositionError(
        line: line, fact: "aliases (*name) are not read, expected quotes around a text with '*'")
    case .streamEnd, .other: break
    }
  }

  private func checkLevel(_ line: Int) throws(CompositionError) {
    guard open.count < limits.levels else {
      throw CompositionError(line: line, fact: "is nested too deeply")
    }
  }

  /// Puts a node into the innermost open collection.
  private mutating func add(_ node: Node) throws(CompositionError) {
    guard let last = open.indices.last else {
      root = node
      return
    }
    try open[last].add(node, limit: limits.entries)
  }
}

extension String.UTF8View {
  /// The numbers of the lines that begin with a byte, from 1; at most two.
  fileprivate func lines(beginningWith first: UInt8) -> [Int] {
    var found: [Int] = []
    var line = 1
    var isStart = true
    for byte in self {
      if isStart, byte == first { found.append(line) }
      guard found.count < 2 else { break }
      isStart = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
    return found
  }
}
