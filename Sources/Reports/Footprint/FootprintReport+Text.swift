import Assessment
import Carbon
import Quantities

extension FootprintReport {
  /// What numbers are of: `inference`, or `generation`, which may be one of several texts.
  var unit: String { request.unit + request.ofTexts }

  var lifeTitle: String {
    guard let life else { return "" }
    let years = "\(engineering(life.years, unit: "")) \(plural("year", life.years))"
    let count = engineering(life.inferences, unit: "")
    let units = plural(request.unit, life.inferences) + request.ofTexts
    return "Lifetime of \(years), \(count) \(units)"
  }

  static func mass(_ carbon: CarbonMass?) -> String {
    carbon?.shown() ?? "unknown"
  }

  private static func interval<U>(_ estimate: Estimate<U>?) -> String {
    estimate?.ends() ?? ""
  }

  private static func percent(_ share: Double?) -> String {
    share.map { fixed(100 * $0, decimals: 1) + "%" } ?? ""
  }

  /// "-31%", "+4%".
  private static func change(_ share: Double?) -> String {
    share.map { ($0 > 0 ? "+" : "") + fixed(100 * $0, decimals: 0) + "%" } ?? ""
  }

  func shareTable(_ title: String, _ rows: [SharePart], _ total: CarbonMass?) -> TextTable {
    var table = TextTable(columns: [
      .init(title: title, alignment: .left), .init(title: "carbon", alignment: .right),
      .init(title: "share", alignment: .right),
      .init(title: "interval", alignment: .left, flexibility: .losesEnd),
    ])
    table.rows = (rows + [SharePart("total", total, of: total)]).map { row in
      [
        row.name, Self.mass(row.carbon.value), Self.percent(row.share),
        Self.interval(row.carbon.value),
      ]
    }
    return table
  }

  var inferenceTable: TextTable {
    var table = TextTable(columns: [
      .init(title: "per \(unit)", alignment: .left),
      .init(title: "value", alignment: .right),
      .init(title: "interval", alignment: .left, flexibility: .losesEnd),
    ])
    func add<U>(_ name: String, _ estimate: Estimate<U>?) {
      table.rows.append([
        name, estimate?.shown() ?? "unknown", Self.interval(estimate),
      ])
    }
    add("latency", perInference.latency)
    add("energy", perInference.energy)
    add("energy from supply", perInference.energyFromSupply.value)
    add("operational carbon", perInference.operational.value)
    add("embodied carbon", perInference.embodied.value)
    let sci = perInference.sci
    add(sci.hasOwnUnit ? "total carbon" : "total carbon (SCI)", perInference.total.value)
    if let perToken {
      add("energy from supply per token, with the prompt", perToken.energyFromSupply.value)
      add("total carbon per token, with the prompt", perToken.total.value)
    }
    if sci.hasOwnUnit { add("SCI per \(sci.unitTitle)", sci.score.value) }
    return table
  }

  /// What energy is for; of a text, an inference is a generation.
  private func title(_ purpose: UsePhase.Purpose) -> String {
    purpose == .inference ? request.unit : purpose.title
  }

  /// Energy from the supply by purpose: each row times the grid intensity is its carbon.
  var energyTable: TextTable {
    let intensity = significant(electricity.intensity.value)
    var table = TextTable(columns: [
      .init(title: "energy from supply", alignment: .left),
      .init(title: "energy", alignment: .right),
      .init(title: "carbon at \(intensity) gCO2e/kWh", alignment: .right),
    ])
    func add(_ name: String, _ energy: Energy, _ carbon: CarbonMass?) {
      table.rows.append([
        name, engineering(energy.value, unit: Joules.symbol), Self.mass(carbon),
      ])
    }
    for row in perInference.energyByPurpose {
      add(title(row.purpose), row.energy, row.carbon)
    }
    if let energy = perInference.energyFromSupply.value {
      add("total", energy, perInference.operational.value)
    }
    return table
  }

  var whatIfTable: TextTable {
    var table = TextTable(columns: [
      // Changes of models differ at the ends of their paths.
      .init(title: "if", alignment: .left, flexibility: .losesStart),
      .init(title: "per \(unit)", alignment: .right),
      .init(title: "change", alignment: .right), .init(title: "lifetime", alignment: .right),
    ])
    let now = ["baseline", Self.mass(perInference.total.value), "", Self.mass(life?.total.value)]
    table.rows =
      [now]
      + (whatIf ?? []).map { row in
        row.problem == nil
          ? [
            row.change, Self.mass(row.perInference.value), Self.change(row.relativeChange),
            Self.mass(row.life.value),
          ] : [row.change, "not possible", "", ""]
      }
    return table
  }

  /// The bars of a tornado diagram, each a line; they are drawn where it fits.
  private func tornadoTable(_ sensitivity: SensitivityPart, isDrawn: Bool) -> TextTable {
    var table = TextTable(columns: [
      .init(title: "input", alignment: .left, flexibility: .losesEnd),
      .init(title: "from", alignment: .right), .init(title: "to", alignment: .right),
      .init(title: "carbon", alignment: .right),
    ])
    if isDrawn { table.columns.append(.init(title: "", alignment: .left)) }
    let shown = sensitivity.bars.prefix(12)
    let most = shown.map { bar in
      [bar.carbonAtFrom, bar.carbonAtTo].map { abs($0 / sensitivity.base - 1) }.max() ?? 0
    }.max()
    guard sensitivity.base > 0, let most, most.isFinite else { return table }
    table.rows = shown.map { bar in
      let ends = [bar.carbonAtFrom, bar.carbonAtTo].map { $0 / sensitivity.base - 1 }
      let takesPrefix = ["J", "W", "s", "gCO2e"].contains(bar.unit)
      func end(_ number: Double) -> String {
        takesPrefix ? engineering(number, unit: bar.unit) : significant(number)
      }
      let unit = takesPrefix || bar.unit == "1" ? "" : " (\(bar.unit))"
      let row = [
        bar.input + unit, end(bar.from), end(bar.to),
        "\(Self.change(ends[0])) to \(Self.change(ends[1]))",
      ]
      return isDrawn ? row + [Self.drawing(ends, most: most)] : row
    }
    return table
  }

  /// A bar from one end to the other around the middle of 17 columns.
  private static func drawing(_ ends: [Double], most: Double) -> String {
    let half = 8
    func columns(_ share: Double) -> Int { Int((abs(share) / most * Double(half)).rounded()) }
    let below = columns(min(0, ends.min() ?? 0))
    let above = columns(max(0, ends.max() ?? 0))
    return String(repeating: " ", count: half - below) + String(repeating: "█", count: below) + "│"
      + String(repeating: "█", count: above)
  }

  var breakEvenSentence: String {
    guard let inferences = breakEven.inferences else {
      return "use never exceeds embodied carbon"
    }
    var text =
      "break-even with embodied carbon: \(engineering(inferences, unit: "")) \(request.units), by the energy of "
      + "\(request.units) alone"
    if let years = breakEven.years {
      text += "; \(engineering(years, unit: "")) years of this use"
    }
    return text
  }

  /// - Parameters:
  ///   - fit: Whether the model fits the device.
  ///   - withSources: Whether sources and notes are listed, and not only counted.
  func text(in layout: TextLayout, fit: FitVerdict?, withSources: Bool) -> String {
    var lines = [layout.bold(model.path)]
    func note(_ text: String) {
      lines += wrapped(text, width: layout.width, margin: 2, indent: 4)
    }
    note("on \(device.title), \(device.runtimeAndRelease)")
    if let request { note("per \(unit): \(request.text)") }
    if let fit { lines += fit.lines(in: layout, margin: 2) }
    lines += [""] + inferenceTable.lines(in: layout)
    if !perInference.energyByPurpose.isEmpty { lines += [""] + energyTable.lines(in: layout) }
    if let life {
      lines += ["", layout.bold(lifeTitle)]
      lines += shareTable("stage", life.stages, life.total.value).lines(in: layout)
      if let perYear = life.perYear.value { note("per year: \(Self.mass(perYear))") }
      if let fleet = life.fleet {
        note("\(grouped(fleet.size)) devices: \(Self.mass(fleet.total.value))")
      }
      if let sets = life.batterySets {
        note(
          "batteries: \(significant(sets.value)) sets over the life "
            + "(\(Interval(sets).ends(significant)))")
      }
      if let days = life.batteryDays {
        let what = deployment.power?.kind == .primary ? "a set of batteries" : "a charge"
        note("\(what) lasts \(significant(days.value)) days (\(Interval(days).ends(significant)))")
      }
      let day = life.energyPerDay.map {
        "\(title($0.purpose)) \(engineering($0.energy.value, unit: "J"))"
      }
      if !day.isEmpty { note("energy per day: \(day.joined(separator: ", "))") }
    }
    if !blocks.isEmpty {
      lines += ["", layout.bold("Embodied carbon by functional block")]
      lines += shareTable("block", blocks, embodied.value).lines(in: layout)
    }
    note(breakEvenSentence)
    if whatIf != nil {
      lines += ["", layout.bold("What if")] + whatIfTable.lines(in: layout)
      for row in whatIf ?? [] {
        if let problem = row.problem { note("\(row.change): \(problem)") }
        for warning in row.warnings { note("\(row.change): \(warning)") }
      }
    }
    if let sensitivity {
      lines += ["", layout.bold("Sensitivity (carbon per \(unit))")]
      lines += tornadoTable(sensitivity, isDrawn: layout.width >= 100).lines(in: layout)
    }
    lines += ["", layout.bold("Assumptions")]
    for item in assumptions { note("\(item.name): \(item.value)") }
    let shown = diagnostics.filter {
      withSources || $0.severity != "note" || !Footprint.standingNotes.contains($0.code)
    }
    if !shown.isEmpty { lines += ["", layout.bold("Notes")] }
    for diagnostic in shown {
      let text = wrapped(
        "\(diagnostic.severity): \(diagnostic.message)", width: layout.width, margin: 2,
        indent: 4)
      lines += diagnostic.severity == "note" ? text : text.map(layout.yellow)
    }
    if withSources {
      lines += ["", layout.bold("Sources")] + sourceLines(sources, width: layout.width)
    } else {
      lines += ["", layout.dim(hiddenParts(diagnostics.count - shown.count, sources.count))]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func methodTitle(_ method: String?) -> String {
    switch method.flatMap(EmbodiedCarbon.Method.init(rawValue:)) {
    case .billOfMaterials: "from its bill of materials"
    case .published: "from its published footprint"
    case .archetype: "from functional blocks of an archetype"
    case .specSheet: "estimated from its spec sheet"
    case nil: "parts unknown"
    }
  }

  /// - Parameter withSources: Whether sources are listed, and not only counted.
  func markdown(withSources: Bool) -> String {
    var lines: [Markdown] = ["### Carbon of \(code: model.path) on \(device.name)", ""]
    if let request { lines += ["Per \(unit): \(request.text).", ""] }
    func table(_ table: TextTable) {
      lines += Markdown.table(
        table.columns.map(\.title), alignments: table.columns.map(\.alignment), table.rows)
      lines.append("")
    }
    table(inferenceTable)
    if !perInference.energyByPurpose.isEmpty { table(energyTable) }
    if let life {
      lines += ["\(lifeTitle):", ""]
      table(shareTable("stage", life.stages, life.total.value))
    }
    if !blocks.isEmpty { table(shareTable("block", blocks, embodied.value)) }
    lines += ["\(breakEvenSentence.prefix(1).uppercased() + breakEvenSentence.dropFirst()).", ""]
    if whatIf != nil { table(whatIfTable) }
    if let sensitivity { table(tornadoTable(sensitivity, isDrawn: false)) }
    for diagnostic in diagnostics where diagnostic.severity != "note" {
      lines.append("- \(diagnostic.severity): \(diagnostic.message)")
    }
    while lines.last?.markup.isEmpty == true { lines.removeLast() }
    lines += Markdown.assumptions(assumptions)
    if withSources {
      lines += ["", "#### Sources", ""]
      lines += sources.sorted { $0.key < $1.key }.map { id, source in
        "- \(id): \(source.title)"
      }
    } else {
      lines += ["", "\(hiddenParts(0, sources.count))"]
    }
    return Markdown.document(lines)
  }

  /// A row for every stage, block and item, so that a table can be filtered by its first column.
  package var csv: String {
    var rows = [
      ["scope", "name", "part", "stage", "method", "value", "low", "high", "unit", "provenance"]
    ]
    func add<U>(
      _ scope: String, _ name: String, _ estimate: Estimate<U>?, part: String = "",
      stage: String = "", method: String = ""
    ) {
      rows.append(
        [scope, name, part, stage, method] + CSV.fields(estimate) + [
          U.symbol, estimate?.provenance.rawValue ?? "",
        ])
    }
    if let request {
      for (name, count) in [
        ("prompt", request.prompt), ("tokens", request.tokens), ("batch", request.batch),
        ("max_length", request.maxLength),
      ] {
        guard let count else { continue }
        rows.append(["request", name, "", "", "", "\(count)", "", "", "1", ""])
      }
    }
    let unit = request.unit
    add(unit, "latency", perInference.latency)
    add(unit, "energy", perInference.energy)
    add(unit, "energy from supply", perInference.energyFromSupply.value)
    add(unit, "grid intensity", electricity.intensity, method: electricity.kind ?? "")
    add(unit, "operational", perInference.operational.value)
    add(unit, "embodied", perInference.embodied.value)
    add(unit, "total", perInference.total.value)
    if let perToken {
      add("token", "energy from supply", perToken.energyFromSupply.value)
      add("token", "operational", perToken.operational.value)
      add("token", "embodied", perToken.embodied.value)
      add("token", "total", perToken.total.value)
    }
    add("score", perInference.sci.unitTitle, perInference.sci.score.value)
    for row in perInference.energyByPurpose {
      add("supply energy", row.purpose == .inference ? unit : row.purpose.rawValue, row.energy)
    }
    for row in perInference.energyByPurpose {
      add("supply carbon", row.purpose == .inference ? unit : row.purpose.rawValue, row.carbon)
    }
    for stage in life?.stages ?? [] { add("life", stage.name, stage.carbon.value) }
    if let life { add("life", "total", life.total.value) }
    for block in blocks { add("block", block.name, block.carbon.value) }
    for item in items {
      add(
        "item", item.name, item.carbon.value, part: item.part ?? "", stage: item.stage,
        method: item.method)
    }
    return CSV.document(rows)
  }
}
