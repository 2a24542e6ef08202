import Quantities

/// A picture in SVG, for a file of its own or as part of a page.
///
/// Shapes have classes and no colours: a file carries `plot.css`, and a page says for itself how they look
/// in its light and its dark form. The legend is drawn below the picture in a file, and is text below it
/// in a page, where it wraps at any width.
struct SVGPicture {
  /// What the picture is of, in a few words.
  let title: String
  /// Alternative text: a sentence on what the picture shows.
  let description: String
  let width, height: Double
  /// Colours of series in `plot.css`, distinguished without colour vision (Okabe and Ito 2008); the last
  /// is for what has none itself.
  static let seriesCount = 6
  /// As wide as two of them stand side by side in a page, and one in a column of a paper.
  static let usualWidth = 560.0
  private var legend: [LegendEntry] = []
  private var parts: [String] = []

  private enum LegendEntry {
    case series(Int, String)
    case note(String)

    var text: String {
      switch self {
      case .series(_, let text), .note(let text): text
      }
    }
  }

  init(
    title: String, description: String, width: Double = Self.usualWidth, height: Double
  ) {
    self.title = title
    self.description = description
    self.width = width
    self.height = height
  }

  mutating func line(_ from: (Double, Double), _ to: (Double, Double), _ classes: String) {
    parts.append(
      "<line x1=\"\(digits(from.0))\" y1=\"\(digits(from.1))\" x2=\"\(digits(to.0))\" "
        + "y2=\"\(digits(to.1))\" class=\"\(classes)\"/>")
  }

  /// - Parameter tip: What is read when a pointer rests on it or the keyboard reaches it.
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

  /// - Parameter angle: By how many degrees the text is turned, counter-clockwise.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ classes: String = "", angle: Double = 0
  ) {
    let turn =
      angle == 0
      ? "" : " transform=\"rotate(\(digits(-angle)) \(digits(x)) \(digits(y)))\""
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

  /// Names series in the legend, in the order of their colours.
  mutating func addLegend(_ names: [String]) {
    legend += names.enumerated().map { .series($0.offset % Self.seriesCount, $0.element) }
  }

  /// Adds a line to the legend.
  mutating func addNote(_ text: String) { legend.append(.note(text)) }
}

// MARK: A file

extension SVGPicture {
  private static let lineHeight = 17.0
  /// So many letters fit the usual width.
  private static let captionWidth = 84

  /// The picture as a file of its own, which says what it is of when it leaves the page.
  /// - Parameter caption: A line below the title: the model, the device.
  func document(caption: String) -> String {
    var file = self
    let lines = wrapped(caption, width: Self.captionWidth, indent: 0)
    let captionHeight = 29 + Self.lineHeight * Double(lines.count)
    file.text(title, 8, 20 - captionHeight, "heading")
    for (index, line) in lines.enumerated() {
      file.text(line, 8, 38 - captionHeight + Self.lineHeight * Double(index))
    }
    let rows = legendRows
    for (index, row) in rows.enumerated() {
      let y = height + 14 + Self.lineHeight * Double(index)
      for (x, entry) in row {
        switch entry {
        case .series(let series, let name):
          file.box(x, y - 9, 10, 10, "s\(series) mark")
          file.text(name, x + 15, y)
        case .note(let text): file.text(text, x, y)
        }
      }
    }
    let bottom = height + Self.lineHeight * Double(rows.count) + (rows.isEmpty ? 0 : 6)
    return file.element(
      top: -captionHeight, bottom: bottom, style: "<style>\n\(PageResource.plot.text)</style>\n")
      + "\n"
  }

  /// The legend in rows that fit the width; a letter is taken to be 6.6 wide.
  private var legendRows: [[(x: Double, entry: LegendEntry)]] {
    var rows: [[(x: Double, entry: LegendEntry)]] = []
    var x = width
    for entry in legend {
      let needed = 6.6 * Double(entry.text.count) + 32
      if x + needed > width {
        rows.append([])
        x = 8
      }
      rows[rows.count - 1].append((x, entry))
      x += needed
    }
    return rows
  }

  private func element(top: Double, bottom: Double, style: String) -> String {
    let box = "0 \(digits(top)) \(digits(width)) \(digits(bottom - top))"
    return
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" viewBox=\"\(box)\">\n"
      + "<title>\(Markup.escaped(description))</title>\n\(style)"
      + "<rect class=\"paper\" y=\"\(digits(top))\" width=\"100%\" height=\"100%\"/>\n"
      + parts.joined(separator: "\n") + "\n</svg>"
  }

  private func digits(_ number: Double) -> String {
    let text = fixed(number, decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

// MARK: Part of a page

extension SVGPicture {
  /// The picture in a figure, whose values the code of the page reads out below it.
  var figure: HTML {
    let entries = legend.map { entry -> HTML in
      switch entry {
      case .series(let series, let name):
        """
        <li><svg class="plot swatch" viewBox="0 0 10 10" aria-hidden="true">\
        <rect width="10" height="10" class="s\(series) mark"/></svg>\(name)</li>
        """
      case .note(let text): "<li>\(text)</li>"
      }
    }
    let list: HTML? = entries.isEmpty ? nil : "<ul class=\"legend\">\(entries)</ul>"
    return """
      <figure class="chart">
      <h3>\(title)</h3>
      <div class="picture">\(HTML(trusted: element(top: 0, bottom: height, style: "")))</div>
      <output class="reading"></output>
      \(list)
      </figure>
      """
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
