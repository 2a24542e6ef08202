/// A text from a file or a command line without control characters, which a terminal would obey, and
/// without marks that turn its direction, by which a name can look like another.
package func printable(_ text: String) -> String {
  let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
    let turns =
      ("\u{202A}"..."\u{202E}").contains(scalar) || ("\u{2066}"..."\u{2069}").contains(scalar)
    return turns || scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
  }
  return String(String.UnicodeScalarView(scalars))
}

/// An identifier in camel case as words: `fullyConnected` becomes `fully connected`.
package func words(_ identifier: String) -> String {
  identifier.reduce(into: "") { text, character in
    if character.isUppercase, text.last?.isLowercase ?? false {
      text += " " + character.lowercased()
    } else {
      text.append(character)
    }
  }
}

/// The last part of a path.
package func fileName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
