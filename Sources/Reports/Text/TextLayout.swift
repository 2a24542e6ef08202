/// What text is laid out for: a terminal, a log, a file.
package struct TextLayout: Hashable, Sendable {
  /// Columns that text may take.
  package var width: Int
  /// Whether text may be coloured.
  package var isColoured: Bool

  package init(width: Int, isColoured: Bool) {
    self.width = width
    self.isColoured = isColoured
  }

  /// A file has no width of its own and no colours.
  package static let file = TextLayout(width: 80, isColoured: false)

  package func bold(_ text: String) -> String { styled(text, 1) }
  package func dim(_ text: String) -> String { styled(text, 2) }
  package func red(_ text: String) -> String { styled(text, 31) }
  package func green(_ text: String) -> String { styled(text, 32) }
  package func yellow(_ text: String) -> String { styled(text, 33) }

  /// A text between codes of ECMA-48, "select graphic rendition".
  private func styled(_ text: String, _ code: Int) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
