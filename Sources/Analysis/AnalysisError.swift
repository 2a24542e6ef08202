/// Why a model cannot be analysed as asked.
public struct AnalysisError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence that names the place, the fact and the expectation.
  public var description: String

  /// Creates an error.
  public init(_ description: String) { self.description = description }
}
