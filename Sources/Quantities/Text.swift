/// A text from a file or a command line without characters that would act on a terminal or hide other
/// text: control characters, separators of lines, and marks that change the direction of writing, by
/// which a name can look like another.
package func printable(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
  if isPlain { return text }
  let replacement: Unicode.Scalar = "\u{FFFD}"
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069:
      result.append(replacement)
    default: result.append(scalar)
    }
  }
  return String(result)
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

/// A number and what it counts, such as `1 layer` or `3 layers`.
package func counted<Number: Equatable & ExpressibleByIntegerLiteral>(
  _ number: Number, _ noun: String
) -> String {
  "\(number) \(plural(noun, number))"
}

/// A number with its digits in groups of three.
package func grouped(_ number: Int) -> String {
  var result = ""
  for (index, digit) in String(number.magnitude).reversed().enumerated() {
    if index > 0, index % 3 == 0 { result.append(",") }
    result.append(digit)
  }
  return (number < 0 ? "-" : "") + String(result.reversed())
}

/// What is counted, as one or as several: `axis` or `axes`, `entry` or `entries`.
package func plural<Number: Equatable & ExpressibleByIntegerLiteral>(
  _ noun: String, _ number: Number
) -> String {
  if number == 1 { return noun }
  if noun.hasSuffix("is") { return noun.dropLast(2) + "es" }
  return noun.hasSuffix("ry") ? noun.dropLast() + "ies" : noun + "s"
}

/// A text of at most so many scalars, the last an ellipsis where more are left out.
///
/// Characters would not bound it: any number of accents makes one, and finding where the last ones begin can take the square
/// of the text's length.
package func abridged(_ text: String, to limit: Int = 200) -> String {
  guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
  return String(text.unicodeScalars.prefix(limit - 1)) + "…"
}

/// The same with the end of the text, which tells names of modules apart.
package func abridgedStart(_ text: String, to limit: Int = 200) -> String {
  guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
  return "…" + ending(of: text, limit - 1)
}

/// The last scalars of a text.
package func ending(of text: String, _ count: Int) -> String {
  String(text.unicodeScalars.suffix(count))
}

/// The last part of a path.
package func fileName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
