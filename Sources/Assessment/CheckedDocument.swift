package import Documents
package import Quantities

extension Document {
  /// What a user's file says, after a check of what its type does not say.
  /// - Throws: `Problem` that names the file.
  package static func checked(
    _ path: String, _ check: (Content) throws -> Void
  ) throws(Problem) -> Content {
    do throws(DocumentError) {
      return try Document(contentsOf: path, check: check).content
    } catch {
      throw Problem("\(error)")
    }
  }
}
