import Carbon
import Quantities

/// The report of `footprint` as a page.
extension FootprintReport {
  /// - Parameter fit: Whether the model fits the device at all.
  func page(_ fit: FitVerdict?) -> Page {
    Page(
      title: "Carbon of \(fileName(model.path))", place: device.title,
      lead: "on \(device.title), \(device.runtimeAndRelease)<br>\(breakEvenSentence)",
      summary: """
        \(fit.map(PageParts.verdict))
        \(PageParts.tiles(tiles))
        \(PageParts.warnings(diagnostics))
        """,
      sections: [
        lifetime, inference, whatIfs, sensitivities, parts, assumed, notes,
        PageParts.sources(sources),
      ].compactMap { $0 })
  }

  private var tiles: [HTML] {
    let own = [
      PageParts.tile("Carbon per \(unit)", perInference.total.value),
      PageParts.tile("Operational", perInference.operational.value),
      PageParts.tile("Embodied", perInference.embodied.value),
      PageParts.tile("Energy from supply", perInference.energyFromSupply.value),
      PageParts.tile("Latency", perInference.latency),
    ]
    guard let life else { return own }
    return [PageParts.tile("Carbon of \(shortest(life.years)) years", life.total.value)] + own
  }

  private var lifetime: Page.Section? {
    let charts = PageParts.charts([
      CarbonPlot(self)?.picture,
      CarbonPlot(title: "Embodied carbon by functional block", blocks)?.picture,
    ])
    let table = life.map { life in
      PageParts.table("Carbon by stage", shareTable("stage", life.stages, life.total.value))
    }
    guard charts != nil || table != nil else { return nil }
    return Page.Section(
      id: "lifetime", title: life == nil ? "Carbon" : lifeTitle, content: "\(charts)\n\(table)")
  }

  private var inference: Page.Section {
    Page.Section(
      id: "inference", title: "One \(request.unitWithRequest)",
      content: """
        \(PageParts.table("One \(unit)", inferenceTable))
        \(PageParts.table("Energy from supply, by purpose", energyTable))
        """)
  }

  private var whatIfs: Page.Section? {
    guard let whatIf else { return nil }
    let remarks = whatIf.flatMap { row in
      ((row.problem.map { [$0] } ?? []) + row.warnings).map { "\(row.change): \($0)" }
    }
    let list: HTML? = remarks.isEmpty ? nil : PageParts.list(remarks)
    return Page.Section(
      id: "what-if", title: "What if",
      content: "\(PageParts.table("What if", whatIfTable))\n\(list)")
  }

  private var sensitivities: Page.Section? {
    sensitivity.flatMap { TornadoPlot($0, per: unit) }.map {
      Page.Section(id: "sensitivity", title: "Sensitivity", content: "\($0.picture.figure)")
    }
  }

  private var parts: Page.Section? {
    guard !items.isEmpty else { return nil }
    let rows = items.map { item -> [HTML] in
      [
        "\(item.name)", "\(words(item.block))", "\(words(item.stage))", "\(words(item.method))",
        "\(item.carbon.value.map { engineering($0.value, unit: GramsCO2e.symbol) } ?? "unknown")",
        "\(item.carbon.value.map { $0.ends() } ?? "")",
      ]
    }
    return Page.Section(
      id: "parts", title: "Parts of the product",
      content: PageParts.table(
        "Parts of the product",
        [
          ("part", false), ("block", false), ("stage", false), ("method", false),
          ("carbon", true), ("interval", false),
        ], rows))
  }

  private var assumed: Page.Section {
    Page.Section(
      id: "assumptions", title: "Assumptions",
      content: PageParts.facts(assumptions.map { ($0.name, $0.value) }))
  }

  private var notes: Page.Section? {
    let notes = diagnostics.filter { $0.severity == "note" }.map(\.message)
    guard !notes.isEmpty else { return nil }
    return Page.Section(id: "notes", title: "Notes", content: PageParts.list(notes))
  }
}
