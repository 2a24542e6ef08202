import Documents

extension Document {
  /// What a user's file says, after a check of what its type does not say.
  /// - Throws: `CommandFailure` that names the file.
  static func checked(
    _ path: String, _ check: (Content) throws -> Void
  ) throws(CommandFailure) -> Content {
    do throws(DocumentError) {
      return try Document(contentsOf: path, check: check).content
    } catch {
      throw .badInput(error)
    }
  }
}
