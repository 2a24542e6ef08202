/// What people call a runtime: its name, and a release of it where they want another than the default.
package struct RuntimeName: Sendable {
  package var runtime: String
  package var release: String?

  /// Divides `x-cube-ai-10.2` into runtime and release, unless it is the name of a runtime.
  /// - Parameter known: The names of runtimes.
  package init(_ text: String, among known: [String]) {
    (runtime, release) = (text, nil)
    guard !known.contains(text), let dash = text.lastIndex(of: "-") else { return }
    let release = text[text.index(after: dash)...]
    guard known.contains(String(text[..<dash])), Version(release) != nil else { return }
    (runtime, self.release) = (String(text[..<dash]), String(release))
  }
}
