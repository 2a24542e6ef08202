/// Markup of a page, which is made of text by escaping it.
///
/// A literal is markup; what is put into it is text, unless it is markup itself. So a name from a file
/// can never be read as markup by accident.
struct HTML: ExpressibleByStringInterpolation {
  private(set) var markup: String

  init(stringLiteral literal: String) { markup = literal }

  init(stringInterpolation interpolation: Interpolation) { markup = interpolation.markup }

  /// Markup, style or code that this module wrote itself.
  init(trusted markup: String) { self.markup = markup }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ text: String) { markup += Markup.escaped(text) }
    mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
    /// Markup that may be missing.
    mutating func appendInterpolation(_ html: HTML?) { markup += html?.markup ?? "" }
    mutating func appendInterpolation(_ list: [HTML]) {
      markup += list.map(\.markup).joined(separator: "\n")
    }
  }
}
