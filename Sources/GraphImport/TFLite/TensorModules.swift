import OpGraph

/// What names of tensors tell of the modules that operators lie in.
struct TensorModules {
  /// The modules that one name tells.
  struct Name {
    /// From classes and their attributes; nil where the name has another form.
    var classes: [String]?
    /// From the path that the name is, or else its last part.
    var path: [String]?

    /// More modules than this no model has in each other.
    private static let mostModules = 64
    /// Of a longer name, which is several names, the last ones are read.
    private static let mostBytes = 1024

    init(_ name: String) {
      guard let name = Self.end(of: name) else { return }
      classes = ModulePath.fromClasses(name).map { Array($0.prefix(Self.mostModules)) }
      path = name.split(separator: ";").last.flatMap { ModulePath.fromPath(String($0)) }
        .map { Array($0.prefix(Self.mostModules)) }
    }

    private static func end(of name: String) -> String? {
      guard name.utf8.count > mostBytes else { return name }
      let end = name.utf8.suffix(mostBytes)
      guard let mark = end.firstIndex(of: UInt8(ascii: ";")) else { return nil }
      return String(name[end.index(after: mark)...])
    }
  }

  /// Of stored tensors, which many operators can read.
  private var known: [ValueID: Name] = [:]

  mutating func ofStored(_ id: ValueID, named name: String) -> Name {
    if let found = known[id] { return found }
    let made = Name(name)
    known[id] = made
    return made
  }
}
