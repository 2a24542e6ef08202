/// Why a text is no document.
struct CompositionError: Error {
  /// Nil for the whole file.
  var line: Int?
  /// Nil for the whole line.
  var column: Int?
  var fact: String

  static func syntax(line: Int, column: Int? = nil) -> CompositionError {
    CompositionError(line: line, column: column, fact: "is neither YAML nor JSON")
  }

  /// The place behind the name of a file: `:3:14`.
  var place: String { [line, column].compactMap { $0.map { ":\($0)" } }.joined() }
}
