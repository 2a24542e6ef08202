/// Why a model cannot be analysed as asked.
package struct AnalysisError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence that names the place, the fact and the expectation.
  package var description: String

  /// Creates an error.
  package init(_ description: String) { self.description = description }
}
