/// What is wrong at one place of a file.
///
/// The reader of a file throws it for errors of types; further checks return it. The
/// path becomes a line where the file's name is put in front.
package struct DocumentProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Keys from the top of the file; places in lists count from 1.
  package var path: [String]
  /// What is wrong there.
  package var fact: String

  /// Creates a problem of a place; the whole file's without a path.
  package init(_ path: [String] = [], _ fact: String) {
    self.path = path
    self.fact = fact
  }

  /// The path before the fact.
  package var description: String {
    path.isEmpty ? fact : "\(path.joined(separator: ".")): \(fact)"
  }

  /// The same problem seen from further out.
  package func within(_ outer: String...) -> DocumentProblem {
    DocumentProblem(outer + path, fact)
  }
}
