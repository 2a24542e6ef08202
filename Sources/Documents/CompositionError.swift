/// Why a text is no document.
struct CompositionError: Error {
  /// Nil for the whole file.
  var line: Int?
  var fact: String

  static func syntax(line: Int) -> CompositionError {
    CompositionError(line: line, fact: "is neither YAML nor JSON")
  }
}
