import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import Hotspots
import OpGraph
import Quantities

/// The report of `analyze` as one HTML file, which loads nothing from anywhere.
///
/// What is read is written here; the code in `Page/script.js` fills the table of layers and the map
/// of the graph from `PageData`, sorts, filters and zooms.
package struct HTMLReport {
  private let assessment: ModelAssessment
  private let table: LayerTable
  private let hotspots: HotspotReport
  private let modules: ModuleTree?
  private let footprint: FootprintReport?

  init(_ assessment: ModelAssessment) throws(Problem) {
    self.assessment = assessment
    table = LayerTable(assessment)
    let evaluation = assessment.evaluation()
    hotspots = HotspotReport(
      assessment, evaluation, by: nil, grouping: .layer, depth: nil, top: 0)
    modules = ModuleTree(evaluation, by: hotspots.metric)
    if let footprint = assessment.footprint, let estimate = assessment.estimate {
      self.footprint = FootprintReport(assessment, footprint, estimate)
    } else {
      footprint = nil
    }
  }

  func document() throws(Problem) -> String {
    let name = Markup.escaped(fileName(assessment.path))
    let place = assessment.estimate.map { " on \(Markup.escaped($0.device.title))" } ?? ""
    // The contents must not end the enclosing element.
    let data = try JSON.line(PageData(assessment, table)).escaped(["<": "\\u003c"])
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(name)\(place)</title>
      <style>
      \(PageResource.plot.text)\(PageResource.style.text)</style>
      </head>
      <body>
      <a class="skip" href="#layers">Skip to the layers</a>
      <header>
      <h1>\(name)</h1>
      <p>\(lead)</p>
      </header>
      <main>
      \(sections.joined(separator: "\n"))
      </main>
      <footer><p>Made by iotco2-graph \(Tool.version). Intervals are nominal 90 % intervals; what is \
      not known is shown as unknown, never as zero.</p></footer>
      <script type="application/json" id="data">\(data)</script>
      <script>
      \(PageResource.script.text)</script>
      </body>
      </html>

      """
  }

  private var sections: [String] {
    [
      tiles, warnings, modules?.section, layers,
      section("Roofline", RooflinePlot(assessment, table)?.picture),
      section("Activation memory", MemoryPlot(assessment)?.picture),
      carbon, map, advice, assumptions, sources,
    ].compactMap { $0 }
  }

  private var lead: String {
    let coverage = assessment.workload.coverage
    let format = assessment.model.format == .onnx ? "ONNX" : "TFLite"
    var text =
      "\(format), \(counted(coverage.operators, "operator")), cost of \(coverage.operatorsCosted) of them known"
    if let estimate = assessment.estimate {
      text += "; on \(estimate.device.title), \(estimate.runtime.title)"
    }
    return Markup.escaped(text)
  }

  private func section(_ title: String, _ picture: SVGPicture?) -> String? {
    picture.map { "<section>\n<h2>\(title)</h2>\n<figure>\($0.inlined)</figure>\n</section>" }
  }
}

// MARK: Tiles and notes

extension HTMLReport {
  private var tiles: String {
    let workload = assessment.workload
    let totals = AnalysisReport.TotalsPart(workload)
    var tiles: [String] = []
    if let estimate = assessment.estimate {
      let least = estimate.unknownKernels == 0 ? "" : "at least "
      tiles.append(tile("Latency", estimate.latency, least))
      tiles.append(tile("Energy", estimate.energy, least))
      tiles.append(tile("Carbon per inference", assessment.footprint?.total, least))
      if let life = footprint?.life {
        tiles.append(
          tile("Carbon of \(shortest(life.years)) years", life.total.value, least))
      }
    }
    tiles.append(
      tile(
        "Multiply-accumulates", count(totals.macs.value),
        totals.macsExpression ?? "\(count(totals.otherOps.value)) other operations"))
    tiles.append(
      tile(
        "Parameters", count(totals.parameters.value),
        "\(size(totals.weightBytes.value)) stored"
          + (totals.weightBytes.value == nil ? "" : share(of: .weights))))
    tiles.append(
      tile(
        "Peak activations", size(totals.peakActivationBytes.value),
        "arena, planned: \(size(totals.arenaBytes.value))\(share(of: .activations))"))
    return "<section aria-label=\"Summary\" class=\"tiles\">\n"
      + tiles.joined(separator: "\n") + "\n</section>"
  }

  private func tile<U>(_ name: String, _ estimate: Estimate<U>?, _ least: String) -> String {
    guard let estimate else { return tile(name, "unknown", "") }
    return tile(
      name, least + engineering(estimate.value, unit: U.symbol),
      "\(estimate.ends()), \(estimate.provenance.rawValue)")
  }

  private func tile(_ name: String, _ value: String, _ note: String) -> String {
    "<div><h3>\(Markup.escaped(name))</h3><p class=\"value\">\(Markup.escaped(value))</p>"
      + "<p>\(Markup.escaped(note))</p></div>"
  }

  /// What marks counts as lower bounds: an operator without a rule may hold more of everything.
  private var atLeast: String {
    assessment.workload.coverage.operatorsWithoutRule == 0 ? "" : "≥ "
  }

  private func count(_ number: Int?) -> String {
    number.map { atLeast + short($0) } ?? "unknown"
  }

  private func size(_ bytes: Int?) -> String {
    bytes.map { atLeast + engineering(Double($0), unit: "B") } ?? "unknown"
  }

  /// How much of the device's capacity is taken.
  private func share(of need: MemoryFit.Need) -> String {
    guard let share = assessment.estimate?.memoryFits.first(where: { $0.need == need })?.share
    else { return "" }
    return ", \(significant(100 * share)) % of the device's capacity"
  }

  /// Similar diagnostics are shown once, with their number.
  private var warnings: String? {
    var told: [String: Int] = [:]
    var lines: [String] = []
    for diagnostic in assessment.diagnostics where diagnostic.isWarning {
      told[diagnostic.code, default: 0] += 1
      guard told[diagnostic.code] == 1 else { continue }
      let layer = diagnostic.layer.map { "\($0): " } ?? ""
      lines.append("<li>\(Markup.escaped(layer + diagnostic.message))</li>")
    }
    guard !lines.isEmpty else { return nil }
    let more = told.values.reduce(0, +) - lines.count
    if more > 0 { lines.append("<li>and \(more) more of these kinds</li>") }
    return "<section class=\"warnings\"><h2>Warnings</h2><ul>\(lines.joined())</ul></section>"
  }
}

// MARK: Layers and their map

extension HTMLReport {
  private var layers: String {
    let isTimed = assessment.estimate != nil
    let plots =
      isTimed
      ? [LayerPlot(table, .energy), LayerPlot(table, .latency)]
      : [LayerPlot(table, .macs)]
    let figures = plots.compactMap { $0 }.map { "<figure>\($0.picture.inlined)</figure>" }
    return """
      <section id="layers">
      <h2>Layers</h2>
      \(figures.joined(separator: "\n"))
      <form class="controls" role="search" aria-label="Layers to show">
      <label>Find <input type="search" id="find" placeholder="name or operator"></label>
      <label>Operator <select id="operator"><option value="">all</option></select></label>
      <label>Unit <select id="unit"><option value="">all</option></select></label>
      <label><input type="checkbox" id="own"> only those with a cost of their own</label>
      <output id="count" aria-live="polite"></output>
      </form>
      <noscript><p>The table and the map need scripts, which this browser has turned off.</p></noscript>
      <div class="scroll" tabindex="0" role="region" aria-label="Table of layers">
      <table id="table">
      <caption>One row for each operator of the file, in execution order until another column is \
      chosen. A row that is chosen is shown in the map.\(table.remark.map { " Besides, \($0)." } ?? "")</caption>
      <thead></thead><tbody></tbody>
      </table>
      </div>
      <p class="controls"><button type="button" id="more">Show more</button></p>
      </section>
      """
  }

  private var map: String {
    """
    <section id="map">
    <h2>Graph</h2>
    <div class="controls">
    <label>Colour <select id="colour"></select></label>
    <button type="button" id="in" aria-label="Zoom in">+</button>
    <button type="button" id="out" aria-label="Zoom out">−</button>
    <button type="button" id="fit">Whole graph</button>
    <span id="legend"></span>
    </div>
    <div class="map">
    <svg id="graph" class="graph" tabindex="0" role="application" \
    aria-label="Map of the graph: arrow keys go from layer to layer, plus and minus zoom" \
    aria-describedby="details"></svg>
    <aside id="details" aria-live="polite"><p>Choose a layer in the map or in the table.</p></aside>
    </div>
    </section>
    """
  }
}

// MARK: Carbon, advice, sources

extension HTMLReport {
  private var carbon: String? {
    guard let footprint else { return nil }
    let plots = [
      CarbonPlot(footprint), CarbonPlot(title: "Embodied carbon of the device", footprint.blocks),
    ]
    let figures = plots.compactMap { $0 }.map {
      "<h3>\($0.title)</h3>\n<figure>\($0.picture.inlined)</figure>"
    }
    let hint =
      footprint.life == nil
      ? "<p>The number of inferences per day is not stated, so carbon over the lifetime is "
        + "unknown. A deployment file can state it as <code>inferencesPerDay</code>.</p>" : ""
    let unknown = ((footprint.life?.stages ?? []) + footprint.blocks).filter {
      $0.carbon.value == nil
    }.map(\.name)
    let gaps =
      unknown.isEmpty
      ? "" : "<p>Unknown: \(Markup.escaped(unknown.joined(separator: ", "))).</p>"
    return "<section>\n<h2>Carbon</h2>\n"
      + (assessment.carbonAssumptions.map { "<p>\(Markup.escaped($0))</p>\n" } ?? "")
      + figures.joined(separator: "\n") + hint + gaps + "\n</section>"
  }

  private var advice: String {
    let items = hotspots.findings.map { finding in
      let places = finding.layerIndices.prefix(12).map { index in
        "<button type=\"button\" class=\"layer\" data-layer=\"\(index)\">\(index)</button>"
      }
      let more =
        finding.layerIndices.count > 12 ? " and \(finding.layerIndices.count - 12) more" : ""
      let saving = finding.savings[hotspots.metric.rawValue].map { saving in
        "\(fixed(-100 * saving.value, decimals: 0)) % \(hotspots.metric.title)"
      }
      return "<li><strong>\(saving ?? "")</strong> <code>\(Markup.escaped(finding.rule))</code>: "
        + "\(Markup.escaped(finding.reason)). Change: \(Markup.escaped(finding.advice)). "
        + "<span class=\"places\">Layers \(places.joined(separator: " "))\(more)</span></li>"
    }
    let list =
      items.isEmpty
      ? "<p>No rule finds a saving of \(hotspots.metric.title).</p>"
      : "<ul class=\"advice\">\(items.joined(separator: "\n"))</ul>"
    return "<section>\n<h2>Suggestions</h2>\n"
      + "<p>Each saving is the difference to an assessment with that change alone.</p>\n"
      + list + "\n</section>"
  }

  private var assumptions: String {
    var lines: [String] = []
    if let estimate = assessment.estimate {
      lines.append("energy boundary: \(estimate.device.energyBoundary)")
      if let calibration = estimate.runtime.calibrationSummary { lines.append(calibration) }
    }
    var seen: Set<String> = []
    for diagnostic in assessment.diagnostics
    where diagnostic.severity == .note && seen.insert(diagnostic.message).inserted {
      lines.append(diagnostic.message)
    }
    if lines.isEmpty { lines.append("none besides the shapes in the file") }
    return "<section>\n<h2>Assumptions and notes</h2>\n<ul>"
      + lines.prefix(60).map { "<li>\(Markup.escaped($0))</li>" }.joined(separator: "\n")
      + "</ul>\n</section>"
  }

  private var sources: String? {
    let cited = assessment.citedSources.sorted { $0.key < $1.key }
    guard !cited.isEmpty else { return nil }
    let items = cited.map { id, source in
      let title = Markup.escaped(source.remarkedTitle)
      // A profile of a user's own may name any address; only these may be followed.
      let isLink = source.url.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? false
      let name =
        isLink
        ? "<a href=\"\(Markup.escaped(source.url ?? ""))\" rel=\"noreferrer\">\(title)</a>" : title
      let rest = [source.locator, source.licence].compactMap { $0 }.map(Markup.escaped)
      return "<dt><code>\(Markup.escaped(id))</code></dt>"
        + "<dd>\(([name] + rest).joined(separator: "; "))</dd>"
    }
    return
      "<section>\n<h2>Sources</h2>\n<dl>\(items.joined(separator: "\n"))</dl>"
      + "\n</section>"
  }
}
