import Documents

extension Document {
  /// What a user's file says, after a check of what its type does not say.
  /// - Throws: `CommandFailure` that names the file.
  static func checked(
    _ path: String, _ check: (Content) throws -> Void
  ) throws(CommandFailure) -> Content {
    let content: Content
    do throws(DocumentError) {
      content = try Document(contentsOf: path).content
    } catch {
      throw .badInput(error)
    }
    do {
      try check(content)
    } catch {
      throw CommandFailure(code: .badInput, message: "\(path): \(error)")
    }
    return content
  }
}
