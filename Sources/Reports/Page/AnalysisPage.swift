import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import Hotspots
import OpGraph
import Quantities

/// The report of `analyze` as a page: whether it fits, what it costs, where that goes, what to change.
///
/// The code in `costs.js`, `layers.js` and `graph.js` fills the parts that show layers from `AnalysisPageData`.
struct AnalysisPage {
  private let assessment: ModelAssessment
  private let hotspots: HotspotReport
  private let footprint: FootprintReport?
  private let diagnostics: [AnalysisReport.DiagnosticPart]

  private let measured: MeasuredComparison?

  init(_ assessment: ModelAssessment, measured: MeasuredComparison?) {
    self.assessment = assessment
    self.measured = measured
    hotspots = HotspotReport(assessment, by: nil, grouping: .layer, depth: nil, top: 0)
    diagnostics = AnalysisReport.DiagnosticPart.all(assessment.diagnostics)
    if let footprint = assessment.footprint, let estimate = assessment.estimate {
      self.footprint = FootprintReport(assessment, footprint, estimate)
    } else {
      footprint = nil
    }
  }

  func document() throws(Problem) -> String {
    var page = page
    page.data = try JSON.line(data)
    return page.document
  }

  func write(to sink: @escaping ByteSink) throws { try page.write(data: data, to: sink) }

  private var data: AnalysisPageData { AnalysisPageData(assessment, measured: measured) }

  private var page: Page {
    Page(
      title: fileName(assessment.path), place: assessment.estimate?.device.title,
      lead: lead,
      summary: "\(verdict)\n\(PageParts.tiles(tiles))\n\(PageParts.warnings(diagnostics))",
      sections: [
        measurements, GenerationSection(assessment)?.section, costs, suggestions, charts, graph,
        layers, carbon, device, assumptions,
        PageParts.sources(assessment.citedSources),
      ].compactMap { $0 },
      scripts: [.page, .costs, .layers, .layout, .graph])
  }

  private var lead: HTML {
    let coverage = assessment.workload.coverage
    let format = assessment.model.format == .onnx ? "ONNX" : "TFLite"
    let known =
      coverage.isCosted ? "all costed" : "\(coverage.operatorsCosted) of them costed"
    let model: HTML = "\(format), \(counted(coverage.operators, "operator")), \(known)"
    guard let estimate = assessment.estimate else { return model }
    return "on \(estimate.device.title), \(estimate.runtime.titleWithRelease)<br>\(model)"
  }

  private var verdict: HTML {
    FitVerdict(assessment).map(PageParts.verdict)
      ?? PageParts.verdict(
        .unknown, "no device", "so fit, time, energy and carbon are not estimated")
  }
}

// MARK: Summary

extension AnalysisPage {
  private var tiles: [HTML] {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    var tiles: [HTML] = []
    if let estimate = assessment.estimate {
      let isBound = estimate.unknownKernels > 0
      tiles = [
        PageParts.tile("Latency", estimate.latency, isBound: isBound),
        PageParts.tile("Energy", estimate.energy, isBound: isBound),
        carbonTile(isBound: isBound),
      ]
      if let life = footprint?.life {
        tiles.append(
          PageParts.tile(
            "Carbon of \(shortest(life.years)) years", life.total.value, isBound: isBound))
      }
    }
    return tiles + [
      PageParts.tile(
        "MACs", totals.macsExpression ?? count(totals.macs.value),
        "\(count(totals.otherOps.value)) other operations"),
      PageParts.tile(
        "Parameters", count(totals.parameters.value), "\(size(totals.weightBytes.value)) stored"),
      PageParts.tile(
        "Peak activations", size(totals.peakActivationBytes.value),
        "planned arena \(size(totals.arenaBytes.value))"),
    ]
  }

  /// Carbon of an inference, or the part of it that is known where the use of the device is not.
  private func carbonTile(isBound: Bool) -> HTML {
    let footprint = assessment.footprint
    guard let footprint, footprint.total == nil, let operational = footprint.operational else {
      return PageParts.tile(
        "Carbon per \(RequestPart(assessment).whole)", footprint?.total, isBound: isBound)
    }
    // With a use, but no product, it holds the waiting too.
    let name = footprint.statesUse ? "Operational carbon" : "Marginal carbon, while computing"
    return PageParts.tile(name, operational, isBound: isBound)
  }

  /// Marks counts that are lower bounds: an operator without a rule may hold more of everything.
  private var atLeast: String {
    assessment.workload.coverage.operatorsWithoutRule == 0 ? "" : "≥ "
  }

  private func count(_ number: Int?) -> String {
    number.map { atLeast + short($0) } ?? "unknown"
  }

  private func size(_ bytes: Int?) -> String {
    bytes.map { atLeast + binarySize($0) } ?? "unknown"
  }
}

// MARK: Layers

extension AnalysisPage {
  private var measurements: Page.Section? {
    measured.flatMap { MeasuredSection(measured: $0, assessment: assessment).section }
  }

  private var costs: Page.Section {
    Page.Section(
      id: "costs", title: "Where it goes",
      content: """
        <div class="controls">
        <fieldset class="switch" id="metric"><legend>Show</legend></fieldset>
        <label>Order <select id="order"><option value="cost">costliest first</option>\
        <option value="execution">execution order</option></select></label>
        <button type="button" id="close">Close all</button>
        </div>
        <noscript><p>Layers and graph need scripts, which this browser has turned off.</p></noscript>
        <table id="tree" class="bars">
        <caption>Modules and layers; those without a cost are left out. A row opens a module or shows a \
        layer in the graph.</caption>
        <thead><tr><th scope="col">module or layer</th><th scope="col" class="number">cost</th>\
        <th scope="col" class="number">share</th></tr></thead><tbody></tbody>
        </table>
        """)
  }

  private var charts: Page.Section? {
    PageParts.charts([
      RooflinePlot(assessment, LayerTable(assessment))?.picture, MemoryPlot(assessment)?.picture,
    ]).map { Page.Section(id: "charts", title: "Limits and memory", content: $0) }
  }

  private var graph: Page.Section {
    Page.Section(
      id: "map", title: "Graph",
      content: """
        <div class="controls">
        <label>Colour <select id="colour"></select></label>
        <button type="button" id="in" aria-label="Zoom in">+</button>
        <button type="button" id="out" aria-label="Zoom out">−</button>
        <button type="button" id="fit">Whole graph</button>
        <button type="button" id="fold">Close modules</button>
        <span id="legend"></span>
        </div>
        <div class="map">
        <svg id="graph" class="graph" tabindex="0" role="application" \
        aria-label="Graph of modules: arrow keys go from box to box, Enter opens and closes a module, \
        plus and minus zoom" aria-describedby="details"></svg>
        <aside id="details" aria-live="polite"><p>Choose a box: a module opens, a layer is described \
        here.</p></aside>
        </div>
        """)
  }

  private var layers: Page.Section {
    let remark = LayerTable(assessment).remark.map { " Besides, \($0)." } ?? ""
    return Page.Section(
      id: "layers", title: "All layers",
      content: """
        <form class="controls" role="search" aria-label="Layers to show">
        <label>Find <input type="search" id="find" placeholder="name or operator"></label>
        <label>Operator <select id="operator"><option value="">all</option></select></label>
        <label>Unit <select id="unit"><option value="">all</option></select></label>
        <label><input type="checkbox" id="zero"> with fused and zero-cost layers</label>
        <output id="count" aria-live="polite"></output>
        </form>
        <div class="scroll" tabindex="0" role="region" aria-label="Table of layers">
        <table id="table">
        <caption>One row for each operator of the file; a row shows its layer in the graph.\
        \(remark)</caption>
        <thead></thead><tbody></tbody>
        </table>
        </div>
        <p class="controls"><button type="button" id="more" hidden>Show more</button></p>
        """)
  }

  private var suggestions: Page.Section {
    let items = hotspots.findings.map { finding -> HTML in
      let places = finding.layerIndices.prefix(12).map { index in
        "<button type=\"button\" class=\"layer\" data-layer=\"\(index)\">\(index)</button>" as HTML
      }
      let more =
        finding.layerIndices.count > 12 ? " and \(finding.layerIndices.count - 12) more" : ""
      let saving = finding.savings[hotspots.metric.rawValue].map { saving in
        "\(fixed(-100 * saving.value, decimals: 0)) % \(hotspots.metric.title)"
      }
      let layers: HTML = places.isEmpty ? "" : " Layers \(places)\(more)"
      let ofText = finding.text.map { " \($0.sentence(hotspots.request))." } ?? ""
      return """
        <li><strong>\(saving ?? "")</strong> \(finding.advice).\(ofText) <span class="why">Why: \
        \(finding.reason) (<code>\(finding.rule)</code>).\(layers)</span></li>
        """
    }
    let none = "No suggestion reduces \(hotspots.metric.title)."
    return Page.Section(
      id: "suggestions", title: "Suggestions",
      content: items.isEmpty
        ? "<p>\(none)</p>"
        : "<p>Each saving is that of its change alone.</p>\n<ul class=\"advice\">\(items)</ul>")
  }
}

// MARK: Carbon and assumptions

extension AnalysisPage {
  private var carbon: Page.Section? {
    guard let footprint else { return nil }
    let charts = PageParts.charts([
      CarbonPlot(footprint)?.picture,
      CarbonPlot(title: "Embodied carbon by functional block", footprint.blocks)?.picture,
    ])
    let hint: HTML? =
      footprint.life == nil
      ? """
      <p>No use is stated, so idle and manufacturing are not included: \
      <code>--inferences-per-day</code>, or a deployment with <code>inferencesPerDay</code>, states one.</p>
      """ : nil
    let unknown = ((footprint.life?.stages ?? []) + footprint.blocks).filter {
      $0.carbon.value == nil
    }.map(\.name)
    let gaps: HTML? =
      unknown.isEmpty ? nil : "<p>Unknown: \(unknown.joined(separator: ", ")).</p>"
    return Page.Section(
      id: "carbon", title: "Carbon",
      content: """
        \(assessment.carbonAssumptions.map { "<p>\($0)</p>" as HTML })
        \(charts)\(hint)\(gaps)
        """)
  }

  private var device: Page.Section? {
    guard let estimate = assessment.estimate else { return nil }
    let (device, runtime) = (estimate.device, estimate.runtime)
    let units = runtime.units.map { unit in
      "\(unit.name)\(unit.core.map { " (\($0))" } ?? "") at \(engineering(unit.clock.value, unit: "Hz"))"
    }
    let memories = device.memories.map { memory in
      "\(memory.name.rawValue) \(binarySize(Int(min(memory.capacity.value, 1e18))))"
        + (memory.holds == .both ? "" : " for \(memory.holds.rawValue)")
    }
    return Page.Section(
      id: "device", title: "Device",
      content: PageParts.facts([
        ("device", "\(device.title) (\(device.name))"), ("class", words(device.class.rawValue)),
        ("compute", units.joined(separator: "; ")),
        ("memory", memories.joined(separator: "; ")),
        ("runtime", runtime.titleWithRelease),
        ("energy boundary", words(device.energyBoundary)),
        ("idle power", device.idlePower.map { engineering($0.value, unit: "W") }),
        ("sleep power", device.sleepPower.map { engineering($0.value, unit: "W") }),
        ("accuracy", runtime.calibrationSummary ?? "no measurement of this runtime"),
      ]))
  }

  private var assumptions: Page.Section? {
    var seen: Set<String> = []
    let notes = diagnostics.filter { $0.severity == "note" && seen.insert($0.message).inserted }
      .map(\.message)
    guard !notes.isEmpty else { return nil }
    return Page.Section(
      id: "assumptions", title: "Assumptions and notes",
      content: PageParts.list(Array(notes.prefix(60))))
  }
}
