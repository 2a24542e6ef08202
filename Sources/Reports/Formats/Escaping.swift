extension String {
  /// The text with some characters written otherwise, as a format's syntax asks for.
  ///
  /// By scalars, as readers of such formats see it: a mark that joins a character would hide it from
  /// Swift's own `replacing`, which goes by what people see as one character.
  func escaped(_ escapes: [Unicode.Scalar: String]) -> String {
    // Most texts have none, and no format escapes letters and digits: they need no look-up.
    guard unicodeScalars.contains(where: { !$0.isLetterOrDigit && escapes[$0] != nil }) else {
      return self
    }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let escape = escapes[scalar] {
        result.append(contentsOf: escape.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// Of ASCII.
  fileprivate var isLetterOrDigit: Bool {
    ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
  }
}
