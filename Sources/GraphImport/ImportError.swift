/// Why a file cannot be read as a model: the place, the fact and, where there was one, the
/// expectation.
package struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the user named it.
  package var file: String
  /// Where in the file, such as `tensor 'conv_w'`; empty for the file as a whole.
  package var place: String
  /// What is wrong and what was expected.
  package var reason: String

  /// Creates an error.
  package init(file: String = "", place: String = "", _ reason: String) {
    self.file = file
    self.place = place
    self.reason = reason
  }

  package var description: String {
    [file, place, reason].filter { !$0.isEmpty }.joined(separator: ": ")
  }

  func inFile(_ file: String) -> ImportError {
    var error = self
    if error.file.isEmpty { error.file = file }
    return error
  }
}

/// Why one operator of a file cannot be understood; the rest of the file still can.
struct LoweringError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
