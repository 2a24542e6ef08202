package import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
package import Quantities
import RuntimeProfiles

/// Models on devices side by side.
package struct ComparisonReport: Report {
  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  var orderedBy: Metric
  /// Assumptions of the carbon numbers, by device: electricity and lifetime.
  var carbonAssumptions: [String: String]
  /// The text that all rows are of; nil where they are of an inference.
  var request: RequestPart?
  var rows: [Row]
  var notes: [String]

  struct Row: Encodable {
    var model: String
    var device: String
    var runtime: String
    var macs: Nullable<Int>
    var parameters: Nullable<Int>
    var weightBytes: Nullable<Int>
    /// Of a text with what is kept beside the arena.
    var arenaBytes: Nullable<Int>
    var arenaIsLowerBound: Bool
    var latency: Nullable<Time>
    /// Of a text; absent for an inference.
    var firstToken: Nullable<Time>?
    var tokensPerSecond: Nullable<Interval>?
    var energy: Nullable<Energy>
    /// Operational and embodied; null without a use.
    var carbon: Nullable<CarbonMass>
    /// Of the electricity; without a use only while computing.
    var operational: Nullable<CarbonMass>
    /// Whether it is stated how often the device works.
    var statesUse: Bool
    /// Whether weights and activations fit; null when a size is unknown.
    var fits: Nullable<Bool>
    /// What does not fit: `weights`, `activations`, or their `total`.
    var doesNotFit: [String]
    /// Whether the cost of every operator is known; if not, figures are lower bounds.
    var isComplete: Bool
    var isOnParetoFront = false
    /// Measured latency, and how much of the prediction it is; only where something was measured.
    var measured: MeasuredLayerPart?

    /// Bytes that are compared: of a text with its weights, which decide what processor it can run on.
    var memoryBytes: Int? {
      guard firstToken != nil else { return arenaBytes.value }
      guard let arena = arenaBytes.value, let weights = weightBytes.value else { return nil }
      let (sum, overflow) = arena.addingReportingOverflow(weights)
      return overflow ? nil : sum
    }

    /// What a front is made of; nil when one of them is unknown or only a lower bound.
    fileprivate var objectives: [Double]? {
      guard isComplete, fits.value == true, let energy = energy.value?.value,
        let latency = latency.value?.value, let memory = memoryBytes
      else { return nil }
      // Without a use the carbon of two devices does not compare: it is that of computing alone.
      return [energy, latency, Double(memory), statesUse ? carbon.value?.value ?? energy : 0]
    }
  }

  /// The metrics by which rows may be ordered.
  package static let orders: [Metric] = [
    .energy, .latency, .firstToken, .tokensPerSecond, .arenaBytes, .carbon,
  ]

  /// - Parameter measured: What was measured of each model; empty where nothing was of any.
  package init(
    _ assessments: [ModelAssessment], by metric: Metric, measured: [MeasuredComparison?] = []
  ) {
    orderedBy = metric
    carbonAssumptions = Dictionary(
      assessments.compactMap { assessment in
        assessment.estimate.flatMap { estimate in
          assessment.carbonAssumptions.map { (estimate.device.name, $0) }
        }
      }
    ) { first, _ in first }
    request = assessments.first.flatMap(RequestPart.init)
    rows = assessments.map(Row.init)
    for (index, measured) in measured.enumerated() {
      rows[index].measured = measured.flatMap { measured in
        measured.whole.map { MeasuredLayerPart($0, ratio: measured.ratio) }
      }
    }
    let objectives = rows.map(\.objectives)
    for (index, own) in objectives.enumerated() {
      guard let own else { continue }
      rows[index].isOnParetoFront = !objectives.contains { other in
        other.map { Self.beats($0, own) } ?? false
      }
    }
    func figure(_ row: Row) -> Double {
      let value: Double?
      switch metric {
      case .energy: value = row.energy.value?.value
      case .latency: value = row.latency.value?.value
      case .firstToken: value = row.firstToken?.value?.value
      // The fastest first.
      case .tokensPerSecond: value = (row.tokensPerSecond?.value?.value).map { -$0 }
      case .arenaBytes: value = row.memoryBytes.map(Double.init)
      case .carbon: value = row.carbon.value?.value
      default: value = nil
      }
      return value ?? .infinity
    }
    rows.sort { (figure($0), $0.model, $0.device) < (figure($1), $1.model, $1.device) }
    let boundaries = Dictionary(
      assessments.compactMap { $0.estimate?.device }.map { ($0.energyBoundary, $0.name) }
    ) { first, _ in first }
    notes =
      boundaries.count > 1
      ? [
        "energy boundaries of the devices differ, so energy and carbon compare only "
          + "roughly: "
          + boundaries.sorted { $0.value < $1.value }.map { "\($0.value): \($0.key)" }
          .joined(separator: "; ")
      ] : []
  }

  /// At least as good in everything, and better in something.
  static func beats(_ other: [Double], _ own: [Double]) -> Bool {
    zip(other, own).allSatisfy { $0 <= $1 } && zip(other, own).contains { $0 < $1 }
  }
}

extension ComparisonReport.Row {
  fileprivate init(_ assessment: ModelAssessment) {
    let totals = AnalysisReport.TotalsPart(assessment.workload)
    let estimate = assessment.estimate
    model = assessment.path
    device = estimate?.device.name ?? ""
    runtime = estimate?.runtime.name ?? ""
    macs = totals.macs
    parameters = totals.parameters
    weightBytes = totals.weightBytes
    arenaBytes = Nullable(assessment.memoryBytes)
    arenaIsLowerBound = assessment.memoryIsLowerBound
    latency = Nullable(estimate?.latency)
    if assessment.generation != nil {
      firstToken = Nullable(assessment.firstToken)
      tokensPerSecond = Nullable(assessment.tokensPerSecond)
    }
    energy = Nullable(estimate?.energy)
    carbon = Nullable(assessment.footprint?.total)
    operational = Nullable(assessment.footprint?.operational)
    statesUse = assessment.footprint?.statesUse ?? false
    let fit = estimate?.memoryFits.map(\.fits) ?? []
    doesNotFit = (estimate?.memoryFits ?? []).filter { $0.fits == false }.map(\.need.rawValue)
    fits = Nullable(fit.contains(false) ? false : fit.contains(nil) ? nil : true)
    isComplete = estimate?.unknownKernels == 0 && assessment.workload.coverage.isComplete
  }
}

extension ComparisonReport {
  /// Columns that name a row: the front, the model and the device.
  private static let names: [TextTable.Column] = [
    .init(title: "", alignment: .left),
    .init(title: "model", alignment: .left, flexibility: .losesStart),
    .init(title: "device", alignment: .left),
  ]

  private var figureColumns: [TextTable.Column] {
    let texts = request == nil ? [] : ["first token", "tokens/s"]
    let titles = ["energy", statesUse ? "CO2e" : "marginal CO2e", memoryTitle]
    func columns(_ titles: [String]) -> [TextTable.Column] {
      titles.map { .init(title: $0, alignment: .right) }
    }
    return columns(["latency"] + texts) + (isMeasured ? MeasuredComparison.columns : [])
      + columns(titles)
  }

  /// Columns of text and Markdown; the column of fits is shown where something does not fit.
  private var columns: [TextTable.Column] {
    let fits: [TextTable.Column] = allFit ? [] : [.init(title: "fits", alignment: .left)]
    return Self.names + figureColumns + fits
  }

  /// Of a text it is more than the arena, and weights too.
  var memoryTitle: String { request == nil ? "arena" : "memory" }

  /// Whether something was measured of a row.
  var isMeasured: Bool { rows.contains { $0.measured != nil } }

  var statesUse: Bool { rows.contains(where: \.statesUse) }

  private var allFit: Bool { rows.allSatisfy { $0.fits.value == true } }

  /// A device's runtime is named where its profile appears with several.
  func place(_ row: Row) -> String {
    let runtimes = Set(rows.filter { $0.device == row.device }.map(\.runtime))
    return runtimes.count > 1 ? "\(row.device):\(row.runtime)" : row.device
  }

  /// The folders that all models share are left out.
  private var sharedFolders: Int {
    let folders = rows.map { $0.model.split(separator: "/", omittingEmptySubsequences: false) }
    guard var shared = folders.first?.dropLast().count else { return 0 }
    for parts in folders {
      while parts.prefix(shared) != folders[0].prefix(shared) || parts.count <= shared {
        shared -= 1
      }
    }
    return shared
  }

  /// The model of a row, without the folders that all share.
  func name(_ row: Row) -> String {
    row.model.split(separator: "/", omittingEmptySubsequences: false).dropFirst(sharedFolders)
      .joined(separator: "/")
  }

  private func figures(_ row: Row) -> [String] {
    func shown(_ value: Double?, _ unit: String, isLeast: Bool) -> String {
      value.map { (isLeast ? "≥ " : "") + engineering($0, unit: unit) } ?? "unknown"
    }
    func estimate<U>(_ value: Estimate<U>?, _ unit: String) -> String {
      shown(value?.value, unit, isLeast: !row.isComplete)
    }
    let texts = [
      estimate(row.firstToken?.value, "s"),
      row.tokensPerSecond?.value.map { significant($0.value) } ?? "unknown",
    ]
    let measured = [
      row.measured.map { engineering($0.seconds.value, unit: "s") } ?? "-",
      row.measured?.overPredicted.map(significant) ?? "",
    ]
    return [estimate(row.latency.value, "s")] + (request == nil ? [] : texts)
      + (isMeasured ? measured : []) + [
        estimate(row.energy.value, "J"),
        estimate(statesUse ? row.carbon.value : row.operational.value, "g"),
        shown(row.memoryBytes.map(Double.init), "B", isLeast: row.arenaIsLowerBound),
      ]
  }

  private func cells(_ row: Row) -> [String] {
    let names = [row.isOnParetoFront ? "*" : "", name(row), place(row)]
    let fits = row.fits.value.map { $0 ? "yes" : "no: \(row.doesNotFit[0])" } ?? "unknown"
    return names + figures(row) + (allFit ? [] : [fits])
  }

  /// The table of a width; where it is too wide for that, each row's names stand above its figures.
  private func tableLines(in layout: TextLayout) -> [String] {
    var table = TextTable(columns: columns)
    table.rows = rows.map(cells)
    guard table.lines(width: layout.width).contains(where: { $0.count > layout.width }) else {
      return table.lines(in: layout, margin: 0)
    }
    table = TextTable(columns: figureColumns)
    table.rows = rows.map(figures)
    let lines = table.lines(in: layout, margin: 4)
    return [lines[0]]
      + zip(rows, lines.dropFirst()).flatMap { row, figures in
        wrapped(
          printable(heading(row)), width: layout.width, margin: row.isOnParetoFront ? 0 : 2,
          indent: 4) + [figures]
      }
  }

  private func heading(_ row: Row) -> String {
    let fits =
      row.fits.value.map { $0 ? "" : ", does not fit: \(row.doesNotFit[0])" }
      ?? ", fit unknown"
    return "\(row.isOnParetoFront ? "* " : "")\(name(row)) on \(place(row))\(fits)"
  }

  var legend: String {
    let metrics =
      "energy, latency" + (statesUse ? ", \(memoryTitle) and carbon" : " and \(memoryTitle)")
    let figures =
      request.map {
        "; figures are per generation: \($0.text)"
          + ($0.batch > 1 ? ", tokens/s of all its texts together" : "")
      } ?? ""
    return "* on the Pareto front of \(metrics); ordered by \(orderedBy.title)\(figures)"
  }

  /// What a comparison of carbon lacks; nil where a use is stated.
  var missingUse: String? {
    guard !statesUse, rows.contains(where: { $0.operational.value != nil }) else { return nil }
    return "marginal CO2e is that of computing; idle and manufacturing are not included, and can "
      + "reverse the order. State a use: --inferences-per-day, or --deployment with a file"
  }

  package func text(in layout: TextLayout) -> String {
    var lines = tableLines(in: layout)
    lines += [""] + wrapped(legend, width: layout.width, indent: 2)
    if let missingUse { lines += wrapped(missingUse, width: layout.width, indent: 2) }
    for (device, assumption) in carbonAssumptions.sorted(by: { $0.key < $1.key }) {
      lines += wrapped("\(device): \(assumption)", width: layout.width, indent: 2)
    }
    for note in notes { lines += wrapped("note: \(note)", width: layout.width, indent: 2) }
    return lines.joined(separator: "\n") + "\n"
  }

  package var markdown: String {
    let lines = Markdown.table(
      columns.map(\.title), alignments: columns.map(\.alignment), rows.map(cells))
    let remarks = [legend] + [missingUse].compactMap { $0 } + notes
    let assumptions = carbonAssumptions.sorted { $0.key < $1.key }.map { device, assumption in
      let runtimes = Set(rows.filter { $0.device == device }.map(\.runtime)).sorted()
      return (name: device, value: "\(runtimes.joined(separator: ", ")); \(assumption)")
    }
    return Markdown.document(
      lines + remarks.flatMap { ["", "\($0)"] } + Markdown.assumptions(assumptions))
  }

  package var csv: String {
    let header =
      [
        "model", "device", "runtime", "macs", "parameters", "weight_bytes", "arena_bytes",
        "latency_s", "latency_low_s", "latency_high_s", "energy_J", "energy_low_J",
        "energy_high_J", "carbon_gCO2e", "carbon_low_gCO2e", "carbon_high_gCO2e", "fits",
        "is_complete", "pareto_front",
      ] + (request == nil ? [] : ["generation"] + CSV.speedColumns)
      + (isMeasured ? Array(MeasuredComparison.exactColumns.dropLast()) : [])
    let lines = rows.map { row -> [String] in
      let counts = [row.macs, row.parameters, row.weightBytes, row.arenaBytes].map {
        $0.value.map(String.init) ?? ""
      }
      let figures =
        CSV.fields(row.latency.value) + CSV.fields(row.energy.value) + CSV.fields(row.carbon.value)
      let flags =
        [
          row.fits.value.map(String.init) ?? "", String(row.isComplete),
          String(row.isOnParetoFront),
        ]
        + (request.map {
          [$0.text]
            + CSV.fields(
              firstToken: row.firstToken?.value, tokensPerSecond: row.tokensPerSecond?.value)
        } ?? [])
      guard isMeasured else {
        return [row.model, row.device, row.runtime] + counts + figures + flags
      }
      let seconds = row.measured?.seconds
      let measured = [seconds?.value, seconds?.low, seconds?.high, row.measured?.overPredicted].map
      {
        $0.map { "\($0)" } ?? ""
      }
      return [row.model, row.device, row.runtime] + counts + figures + flags + measured
    }
    return CSV.document([header] + lines)
  }
}
