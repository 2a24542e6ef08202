import Quantities

/// A picture in SVG, for a file of its own or as part of a page.
///
/// Shapes have classes and no colours: a file carries `Page/plot.css`, and a page says for
/// itself how they look in its light and its dark form.
struct SVGPicture {
  /// Alternative text: a sentence on what the picture shows.
  let title: String
  let width, height: Double
  /// Colours of series in `Page/plot.css`, distinguished without colour vision (Okabe and Ito 2008);
  /// the last is for what has none itself.
  static let seriesCount = 7
  private var parts: [String] = []

  init(title: String, width: Double, height: Double) {
    self.title = title
    self.width = width
    self.height = height
  }

  mutating func line(_ from: (Double, Double), _ to: (Double, Double), _ classes: String) {
    parts.append(
      "<line x1=\"\(digits(from.0))\" y1=\"\(digits(from.1))\" x2=\"\(digits(to.0))\" "
        + "y2=\"\(digits(to.1))\" class=\"\(classes)\"/>")
  }

  /// - Parameter tip: What a pointer that rests on it shows.
  mutating func box(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ classes: String,
    tip: String? = nil
  ) {
    add(
      "<rect x=\"\(digits(x))\" y=\"\(digits(y))\" width=\"\(digits(max(width, 0)))\" "
        + "height=\"\(digits(max(height, 0)))\" class=\"\(classes)\"", "rect", tip)
  }

  mutating func circle(
    _ x: Double, _ y: Double, radius: Double, _ classes: String, tip: String? = nil
  ) {
    add(
      "<circle cx=\"\(digits(x))\" cy=\"\(digits(y))\" r=\"\(digits(radius))\" class=\"\(classes)\"",
      "circle", tip)
  }

  /// - Parameter path: What SVG calls path data.
  mutating func path(_ path: String, _ classes: String) {
    parts.append("<path d=\"\(path)\" class=\"\(classes)\"/>")
  }

  /// - Parameter turned: Whether the text runs upwards.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ classes: String = "", turned: Bool = false
  ) {
    let turn = turned ? " transform=\"rotate(-90 \(digits(x)) \(digits(y)))\"" : ""
    let kind = classes.isEmpty ? "" : " class=\"\(classes)\""
    parts.append(
      "<text x=\"\(digits(x))\" y=\"\(digits(y))\"\(kind)\(turn)>\(Markup.escaped(text))</text>")
  }

  private mutating func add(_ start: String, _ element: String, _ tip: String?) {
    guard let tip else {
      parts.append("\(start)/>")
      return
    }
    parts.append("\(start)><title>\(Markup.escaped(tip))</title></\(element)>")
  }

  /// The picture as a file of its own.
  var document: String { element("<style>\n\(PageResource.plot.text)</style>\n") + "\n" }

  /// The picture as part of a page.
  var inlined: String { element("") }

  private func element(_ style: String) -> String {
    let size = "viewBox=\"0 0 \(digits(width)) \(digits(height))\""
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" \(size)>\n"
      + "<title>\(Markup.escaped(title))</title>\n\(style)"
      + "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n"
      + parts.joined(separator: "\n") + "\n</svg>"
  }

  private func digits(_ number: Double) -> String {
    let text = fixed(number, decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// Text in markup: XML, HTML and SVG.
package enum Markup {
  /// A text without control characters, and with what markup reads as its own written as entities.
  static func escaped(_ text: String) -> String { printable(text).escaped(entities) }

  private static let entities: [Unicode.Scalar: String] = [
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;",
    // The last two of each plane are no characters in XML.
    "\u{FFFE}": "\u{FFFD}", "\u{FFFF}": "\u{FFFD}",
  ]
}
