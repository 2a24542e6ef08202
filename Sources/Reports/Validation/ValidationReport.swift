package import Calibration
package import Quantities
import Statistics

/// How far predictions are off on rows that no coefficient was fitted to.
package struct ValidationReport: Report {
  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  var split: String
  var groups: [Group]
  var rows: [Row]

  /// Rows of one runtime on one device, or of all devices of a runtime.
  struct Group: Encodable {
    var runtime: String
    var device: String
    var time: Errors
    var energy: Errors?
  }

  struct Errors: Encodable {
    var rows: Int
    var networks: Int
    /// Of the absolute relative error.
    var median, ninetiethPercentile, maximum: Double
    /// The mean relative error with its sign.
    var bias: Double
    /// The share of measured values inside the interval from the errors of the other rows.
    var coverage: Double
    /// The interval goes from the prediction over this to the prediction times it.
    var intervalFactor: Double
  }

  struct Row: Encodable {
    var runtime, device, version, network, model, source: String
    var measuredSeconds: Double
    var predictedSeconds: Double
    var measuredJoules: Double?
    var predictedJoules: Double?
  }

  package init(
    _ measurements: [MeasuredInference], _ terms: ModelTerms, split: CrossValidation.Split
  ) {
    self.split = split.rawValue
    groups = []
    rows = []
    let families = Dictionary(grouping: measurements, by: \.family).sorted { $0.key < $1.key }
    let predictions = families.flatMap {
      CrossValidation($0.value, terms, split: split).predictions
    }
    let runtimes = Dictionary(grouping: predictions, by: \.row.runtime).sorted { $0.key < $1.key }
    for (runtime, predictions) in runtimes {
      let byDevice = Dictionary(grouping: predictions, by: \.row.device)
      for (device, found) in byDevice.sorted(by: { $0.key < $1.key }) {
        groups.append(Group(runtime: runtime, device: device, found))
      }
      if byDevice.count > 1 { groups.append(Group(runtime: runtime, device: "all", predictions)) }
      rows += predictions.map(Row.init)
    }
  }
}

extension ValidationReport.Group {
  fileprivate init(runtime: String, device: String, _ predictions: [CrossValidation.Prediction]) {
    self.runtime = runtime
    self.device = device
    time = ValidationReport.Errors(predictions.map { ($0.row.network, $0.timeError) })
    let energies = predictions.compactMap { prediction in
      prediction.energyError.map { (prediction.row.network, $0) }
    }
    energy = energies.isEmpty ? nil : ValidationReport.Errors(energies)
  }
}

extension ValidationReport.Errors {
  /// Errors as logs of predicted over measured, by network.
  fileprivate init(_ errors: [(network: String, logarithm: Double)]) {
    let all = errors.map(\.logarithm)
    let factor = Statistics.intervalFactor(all)
    let summary = ErrorSummary(all, factor: factor)
    rows = all.count
    networks = Set(errors.map(\.network)).count
    median = summary?.median ?? 0
    ninetiethPercentile = summary?.ninetieth ?? 0
    maximum = summary?.maximum ?? 0
    bias = summary?.bias ?? 0
    // A row's interval is from the errors of other networks, without its own.
    let byNetwork = Dictionary(grouping: errors, by: \.network).mapValues { $0.map(\.logarithm) }
    let inside = byNetwork.map { network, own in
      let others = errors.filter { $0.network != network }.map(\.logarithm)
      guard !others.isEmpty,
        let summary = ErrorSummary(own, factor: Statistics.intervalFactor(others))
      else { return own.count }
      return Int((summary.coverage * Double(own.count)).rounded())
    }.reduce(0, +)
    coverage = all.isEmpty ? 0 : Double(inside) / Double(all.count)
    intervalFactor = factor
  }
}

extension ValidationReport.Row {
  fileprivate init(_ prediction: CrossValidation.Prediction) {
    let row = prediction.row
    runtime = row.runtime
    device = row.device
    version = row.version
    network = row.network
    model = row.model
    source = row.source
    measuredSeconds = row.seconds ?? 0
    predictedSeconds = prediction.seconds
    measuredJoules = row.joules
    predictedJoules = prediction.joules
  }
}

extension ValidationReport {
  private static let titles = [
    "runtime", "device", "of", "n", "networks", "median", "90th", "max", "bias", "coverage",
  ]

  private var cells: [[String]] {
    func percent(_ part: Double) -> String { fixed(100 * part, decimals: 1) + "%" }
    func cells(_ group: Group, _ what: String, _ errors: Errors) -> [String] {
      [
        group.runtime, group.device, what, String(errors.rows), String(errors.networks),
        percent(errors.median), percent(errors.ninetiethPercentile), percent(errors.maximum),
        (errors.bias > 0 ? "+" : "") + percent(errors.bias),
        fixed(100 * errors.coverage, decimals: 0) + "%",
      ]
    }
    return groups.flatMap { group in
      [cells(group, "time", group.time)] + (group.energy.map { [cells(group, "energy", $0)] } ?? [])
    }
  }

  package func text(in layout: TextLayout) -> String {
    var table = TextTable(
      columns: Self.titles.enumerated().map { index, title in
        .init(title: title, alignment: index < 3 ? .left : .right)
      })
    table.rows = cells
    var lines = table.lines(width: layout.width)
    lines += [
      "",
      "cross-validated errors, held out by \(split); coverage is that of nominal 90 % intervals from",
      "the errors of other networks",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  package var markdown: String {
    Markdown.document(
      Markdown.table(
        Self.titles, alignments: Self.titles.indices.map { $0 < 3 ? .left : .right }, cells))
  }

  package var csv: String {
    let header = [
      "runtime", "device", "version", "network", "model", "measured_s", "predicted_s", "measured_J",
      "predicted_J", "source",
    ]
    let lines = rows.map { row in
      [
        row.runtime, row.device, row.version, row.network, row.model, "\(row.measuredSeconds)",
        "\(row.predictedSeconds)", row.measuredJoules.map { "\($0)" } ?? "",
        row.predictedJoules.map { "\($0)" } ?? "", row.source,
      ]
    }
    return CSV.document([header] + lines)
  }

  package static let formats = ReportFormat.common + [.svg]

  package func document(as format: ReportFormat) throws(Problem) -> String? {
    guard format == .svg else { return nil }
    let inferences = counted(rows.count, "held-out inference")
    return ScatterPlot(self).picture.document(
      caption: "\(inferences), iotco2-graph \(Tool.version)")
  }
}
