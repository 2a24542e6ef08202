package import Quantities

/// The report of `diff` as a page: what grew.
extension DiffReport {
  package static let formats = ReportFormat.common + [.html]

  package func document(as format: ReportFormat) throws(Problem) -> String? {
    format == .html ? page.document : nil
  }

  private var page: Page {
    Page(
      title: "\(fileName(old)) → \(fileName(new))",
      lead: "From \(old) to \(new)\(device.map { ", on \($0), \(runtime ?? "")" } ?? "")",
      summary: "\(verdict)\n\(PageParts.tiles(tiles))",
      sections: [
        DiffPlot(self).map {
          Page.Section(
            id: "changes", title: "What grew, and what shrank", content: "\($0.picture.figure)")
        },
        Page.Section(id: "totals", title: "Totals", content: totalsTable),
        changedLayers, layersOfOne("removed", "Removed layers", layers.removed),
        layersOfOne("added", "Added layers", layers.added), notes,
      ].compactMap { $0 })
  }

  /// The most important total that is known in both.
  private var verdict: HTML {
    let names = ["energy", "latency", "MACs"]
    let known = names.compactMap { name in totals.first { $0.name == name && $0.change != nil } }
    guard let total = known.first, let change = total.change else {
      return PageParts.verdict(.unknown, "unknown", "the totals of both cannot be compared")
    }
    let outcome: PageParts.Outcome = change > 0 ? .bad : change < 0 ? .good : .unknown
    return PageParts.verdict(
      outcome, "\(percent(total)) \(total.name)",
      "\(number(total.old.value, total.unit)) before, \(number(total.new.value, total.unit)) after; \(summary)"
    )
  }

  private var tiles: [HTML] {
    totals.map { total in
      PageParts.tile(
        total.name, number(total.new.value, total.unit),
        "was \(number(total.old.value, total.unit)) \(percent(total))")
    }
  }

  private func changeCell(_ change: Change) -> HTML {
    let kind = (change.change ?? 0) > 0 ? "worse" : (change.change ?? 0) < 0 ? "better" : ""
    return "<span class=\"\(kind)\">\(percent(change))</span>"
  }

  private var totalsTable: HTML {
    PageParts.table(
      "Totals of both models", [("", false), ("old", true), ("new", true), ("change", true)],
      totals.map { total in
        let least = total.isLowerBound ? "≥ " : ""
        return [
          "\(total.name)", "\(least)\(number(total.old.value, total.unit))",
          "\(least)\(number(total.new.value, total.unit))", changeCell(total),
        ]
      })
  }

  /// As many rows as a page shows of a list of layers.
  private static let mostRows = 200

  private func shown(_ count: Int) -> String? {
    count > Self.mostRows ? "The first \(Self.mostRows) of \(count)." : nil
  }

  private var changedLayers: Page.Section? {
    guard !layers.changed.isEmpty else { return nil }
    let rows = ranked.prefix(Self.mostRows).map { change -> [HTML] in
      let figure = foremost(change)
      return [
        "\(change.newIndex)", "\(change.newShortName)", "\(change.operator)",
        "\(change.precision?.joined(separator: " → ") ?? "")", "\(figure?.name ?? "")",
        "\(figure.map { number($0.old.value, $0.unit) } ?? "")",
        "\(figure.map { number($0.new.value, $0.unit) } ?? "")",
        figure.map(changeCell) ?? "",
      ]
    }
    return Page.Section(
      id: "layers", title: "Changed layers",
      content: PageParts.table(
        "Changed layers",
        [
          ("#", true), ("layer", false), ("operator", false), ("precision", false),
          ("figure", false), ("old", true), ("new", true), ("change", true),
        ], rows, caption: shown(layers.changed.count)))
  }

  private func layersOfOne(_ id: String, _ title: String, _ parts: [LayerPart]) -> Page.Section? {
    guard !parts.isEmpty else { return nil }
    let rows = parts.prefix(Self.mostRows).map { part -> [HTML] in
      [
        "\(part.name)", "\(part.operator)",
        "\(part.figures["MACs"].map { number($0, "") } ?? "unknown")",
        "\(part.figures["energy"].map { number($0, "J") } ?? "-")",
      ]
    }
    return Page.Section(
      id: id, title: title,
      content: PageParts.table(
        title, [("layer", false), ("operator", false), ("MACs", true), ("energy", true)], rows,
        caption: shown(parts.count)))
  }

  private var notes: Page.Section? {
    let lines = (carbonAssumptions.map { [$0] } ?? []) + warnings
    guard !lines.isEmpty else { return nil }
    return Page.Section(id: "notes", title: "Assumptions and notes", content: PageParts.list(lines))
  }
}
