#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A path with wildcards: `*`, `?` and `[…]` within a name, `**` for any folders.
struct PathPattern {
  /// The folder before the first wildcard, where the search begins.
  let base: String
  private let names: [String]

  /// Nil for a path without wildcards.
  init?(_ text: String) {
    let parts = text.split(separator: "/").map(String.init)
    guard let first = parts.firstIndex(where: Self.hasWildcard) else { return nil }
    let start = parts[..<first].joined(separator: "/")
    base = text.hasPrefix("/") ? "/" + start : start.isEmpty ? "." : start
    names = Array(parts[first...])
  }

  private static func hasWildcard(_ name: String) -> Bool { name.contains { "*?[".contains($0) } }

  /// How deep below the base what matches can lie; nil for any depth.
  var depth: Int? { names.contains("**") ? nil : names.count }

  /// Whether a path below the base matches, by its names.
  func matches(_ path: [String]) -> Bool { Self.matches(path[...], names[...]) }

  private static func matches(_ path: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
    guard let name = names.first else { return path.isEmpty }
    if name == "**" {
      let rest = names.drop { $0 == "**" }
      return path.indices.contains { matches(path[$0...], rest) }
        || matches(path.suffix(0), rest)
    }
    guard let first = path.first, fnmatch(name, first, FNM_PERIOD) == 0 else { return false }
    return matches(path.dropFirst(), names.dropFirst())
  }
}
