import Quantities

/// A report as one HTML file, which loads nothing: the shell that all pages share.
///
/// What is read is written here; the code of the page fills tables and graphs from `data`.
struct Page {
  /// A part of the page with a heading, which the table of contents names.
  struct Section {
    var id: String
    var title: String
    var content: HTML
  }

  /// The heading.
  var title: String
  /// What the title of the document adds to it.
  var place: String?
  /// One or two lines below the heading.
  var lead: HTML
  /// The answer: what stands before the table of contents.
  var summary: HTML
  var sections: [Section]
  /// Code of the page, in the order in which it runs.
  var scripts: [PageResource] = [.page]
  /// One value in JSON for the code.
  var data = "{}"

  var document: String { start + Self.embedded(data) + end }

  /// Hands the page on while its data are written.
  func write(data value: some Encodable, to sink: @escaping ByteSink) throws {
    try start.write(to: sink)
    try JSON.write(value, isPretty: false) {
      try Self.embedded(String(decoding: $0, as: UTF8.self)).write(to: sink)
    }
    try end.write(to: sink)
  }

  /// JSON as an element of the page holds it: it must not end that element.
  static func embedded(_ json: String) -> String { json.escaped(["<": "\\u003c"]) }

  /// What stands before the data.
  var start: String {
    let style = HTML(trusted: PageResource.plot.text + PageResource.style.text)
    let html: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(title)\(place.map { " on \($0)" } ?? "")</title>
      <style>
      \(style)</style>
      </head>
      <body>
      <a class="skip" href="#content">Skip to the content</a>
      <header>
      <h1>\(title)</h1>
      <p>\(lead)</p>
      </header>
      <main id="content">
      \(summary)
      \(contents)
      \(sections.map(\.element))
      </main>
      <footer>
      <p>\(origin). Intervals are nominal 90 % intervals; what is not known is shown as unknown, never \
      as zero.</p>
      </footer>
      <script type="application/json" id="data">
      """
    return html.markup
  }

  /// What stands behind the data.
  var end: String {
    let code = HTML(trusted: scripts.map(\.text).joined())
    let html: HTML = """
      </script>
      <script>
      'use strict';
      \(code)</script>
      </body>
      </html>

      """
    return html.markup
  }

  private var contents: HTML? {
    guard sections.count > 1 else { return nil }
    let links = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" as HTML }
    return "<nav aria-label=\"Contents\">\(links)</nav>"
  }

  /// The tool, the time and the command that made the page.
  private var origin: HTML {
    let command = Tool.commandLine.map { " by <code>\($0)</code>" as HTML }
    return "Made with iotco2-graph \(Tool.version) on \(ReportClock.timestamp)\(command)"
  }
}

extension Page.Section {
  fileprivate var element: HTML {
    """
    <section id="\(id)">
    <h2>\(title)</h2>
    \(content)
    </section>
    """
  }
}
