import Quantities

/// Parts that several pages have.
enum PageParts {
  /// The answer in one line: a word on a colour, and what it rests on.
  static func verdict(_ outcome: Outcome, _ word: String, _ reason: HTML) -> HTML {
    "<p class=\"verdict \(outcome.rawValue)\"><strong>\(word)</strong> \(reason)</p>"
  }

  enum Outcome: String { case good, bad, unknown }

  static func verdict(_ fit: FitVerdict) -> HTML {
    let outcome: Outcome =
      switch fit.outcome {
      case .fits: .good
      case .doesNotFit: .bad
      case .unknown: .unknown
      }
    return verdict(outcome, fit.word, "\(fit.reason)")
  }

  static func tiles(_ tiles: [HTML]) -> HTML {
    "<div class=\"tiles\">\n\(tiles)\n</div>"
  }

  /// A number with its name and a note; a long value is cut until it is opened.
  static func tile(_ name: String, _ value: String, _ note: String) -> HTML {
    let text: HTML =
      value.count <= 24
      ? "<p class=\"value\">\(value)</p>"
      : "<details><summary class=\"value\">\(String(value.prefix(20)))…</summary><code>\(value)</code></details>"
    return "<div><h2>\(name)</h2>\(text)<p>\(note)</p></div>"
  }

  static func tile<U>(_ name: String, _ estimate: Estimate<U>?, isBound: Bool = false) -> HTML {
    guard let estimate else { return tile(name, "unknown", "") }
    return tile(
      name, (isBound ? "at least " : "") + engineering(estimate.value, unit: U.symbol),
      "\(estimate.ends()), \(estimate.provenance.rawValue)")
  }

  /// Charts side by side, or one below the other where there is no width for two.
  static func charts(_ pictures: [SVGPicture?]) -> HTML? {
    let figures = pictures.compactMap { $0?.figure }
    return figures.isEmpty ? nil : "<div class=\"charts\">\n\(figures)\n</div>"
  }

  /// Terms with their descriptions; a term without one is left out.
  static func facts(_ facts: [(term: String, text: String?)]) -> HTML {
    let items = facts.compactMap { term, text -> HTML? in
      text.map { "<div><dt>\(term)</dt><dd>\($0)</dd></div>" }
    }
    return "<dl class=\"facts\">\n\(items)\n</dl>"
  }

  static func list(_ lines: [String]) -> HTML {
    "<ul>\n\(lines.map { "<li>\($0)</li>" as HTML })\n</ul>"
  }

  /// Warnings, those of one kind once with their number.
  static func warnings(_ diagnostics: [AnalysisReport.DiagnosticPart]) -> HTML? {
    let warnings = diagnostics.filter { $0.severity != "note" }
    guard !warnings.isEmpty else { return nil }
    var seen: Set<String> = []
    var lines = warnings.filter { seen.insert($0.code).inserted }.map { warning in
      (warning.layer.map { "\($0): " } ?? "") + warning.message
    }
    let more = warnings.count - lines.count
    if more > 0 { lines.append("and \(more) more of these kinds") }
    return "<section class=\"warnings\"><h2>Warnings</h2>\(list(lines))</section>"
  }

  /// A table in a region that scrolls where the page is too narrow for it.
  static func table(
    _ name: String, _ columns: [(title: String, isNumber: Bool)], _ rows: [[HTML]],
    caption: String? = nil
  ) -> HTML {
    func kind(_ column: Int) -> HTML {
      columns[column].isNumber ? " class=\"number\"" : " class=\"text\""
    }
    let heads = columns.indices.map { index in
      "<th scope=\"col\"\(kind(index))>\(columns[index].title)</th>" as HTML
    }
    let lines = rows.map { row -> HTML in
      let cells = row.enumerated().map { "<td\(kind($0.offset))>\($0.element)</td>" as HTML }
      return "<tr>\(cells)</tr>"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(name)">
      <table>
      \(caption.map { "<caption>\($0)</caption>" as HTML })
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(lines)
      </tbody>
      </table>
      </div>
      """
  }

  /// The same from a table of text, whose columns say how they are aligned.
  static func table(_ name: String, _ table: TextTable) -> HTML {
    self.table(
      name, table.columns.map { ($0.title, $0.alignment == .right) },
      table.rows.map { row in row.map { "\($0)" } })
  }

  /// The place where the code of the page makes a table of the data's `table`.
  static func dataTable(_ name: String, caption: String) -> HTML {
    """
    <form class="controls" role="search" aria-label="Rows to show">
    <label>Find <input type="search" id="find"></label>
    <output id="count" aria-live="polite"></output>
    </form>
    <noscript><p>The table needs scripts, which this browser has turned off.</p></noscript>
    <div class="scroll" tabindex="0" role="region" aria-label="\(name)">
    <table id="table"><caption>\(caption)</caption><thead></thead><tbody></tbody></table>
    </div>
    <p class="controls"><button type="button" id="more" hidden>Show all</button></p>
    """
  }

  static func sources(_ sources: [String: Source]) -> Page.Section? {
    guard !sources.isEmpty else { return nil }
    let items = sources.sorted { $0.key < $1.key }.map { id, source -> HTML in
      // A profile of a user's own may name any address; only these may be followed.
      let isLink = source.url.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? false
      let name: HTML =
        isLink
        ? "<a href=\"\(source.url ?? "")\" rel=\"noreferrer\">\(source.title)</a>"
        : "\(source.title)"
      let rest = [source.locator, source.licence].compactMap { $0 }.map { "; \($0)" as HTML }
      return "<dt><code>\(id)</code></dt><dd>\(name)\(rest)</dd>"
    }
    return Page.Section(
      id: "sources", title: "Sources", content: "<dl>\n\(items)\n</dl>")
  }
}
