/// The modules that an operator lies in, outermost first, from what exporters write.
enum ModulePath {
  /// Of torch's dynamo exporter: `['', 'stage', 'stage.conv', 'conv2d_1']` (the last is the operator).
  static func fromScopes(_ text: String) -> [String]? {
    let names = text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map(\.element)
    guard names.count > 1 else { return nil }
    return names[names.count - 2].split(separator: ".").map(String.init)
  }

  /// Of torch's dynamo exporter: `: Net/stage: Stage/stage.conv: Conv2d/conv2d_1: aten.conv2d`.
  static func fromNamespace(_ text: String) -> [String]? {
    let names = text.split(separator: "/").map { $0.prefix { $0 != ":" } }
    guard names.count > 1 else { return nil }
    return names[names.count - 2].split(separator: ".").map(String.init)
  }

  /// Of a path such as `/stage/conv/Conv`, whose last part is the operator; nil without modules.
  static func fromPath(_ name: String) -> [String]? {
    guard name.utf8.contains(UInt8(ascii: "/")) else { return nil }
    let parts = name.split(separator: "/")
    return parts.count > 1 ? parts.dropLast().map(String.init) : nil
  }

  /// Of a parameter such as `stage.conv.weight`; nil without modules.
  static func fromParameter(_ name: String) -> [String]? {
    if let path = fromPath(name) { return path }
    let parts = name.split(separator: ".")
    return parts.count > 1 ? parts.dropLast().map(String.init) : nil
  }

  /// Of litert-torch: `models.Net/models.Stage_stage/torch.nn.modules.conv.Conv2d_conv;1`.
  ///
  /// Each part is a class and, behind it, the attribute that holds it. Names that became one stand
  /// beside each other, the operator's own last; a number tells equal ones apart.
  static func fromClasses(_ name: String) -> [String]? {
    let names = name.split(separator: ";").filter { Int($0) == nil }
    guard let parts = names.last?.split(separator: "/"), !parts.isEmpty,
      parts.allSatisfy({ $0.contains(".") })
    else { return nil }
    return parts.compactMap { part in
      let type = part.split(separator: ".").last ?? part
      guard let mark = type.dropFirst().firstIndex(of: "_") else { return nil }
      return String(type[type.index(after: mark)...])
    }
  }
}
