package import Calibration
package import Quantities
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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
    var time: Errors?
    var energy: Errors?
  }

  struct Errors: Encodable {
    var rows: Int
    var networks: Int
    /// Of the absolute relative error.
    var median, ninetiethPercentile, maximum: Double
    /// The mean relative error with its sign.
    var bias: Double
    /// The share of measured values inside the interval of their prediction.
    var coverage: Double
    /// Half of the intervals go from the prediction over at most this to the prediction times it.
    var medianIntervalFactor: Double
  }

  struct Row: Encodable {
    var runtime, device, version, network, model, source: String
    var measuredSeconds: Double
    var predictedSeconds: Double
    /// The interval goes from the prediction over this to the prediction times it.
    var intervalFactorOfSeconds: Double
    var measuredJoules: Double?
    var predictedJoules: Double?
    var intervalFactorOfJoules: Double?
  }

  package init(
    _ measurements: [MeasuredInference], _ terms: ModelTerms, split: CrossValidation.Split
  ) {
    self.split = split.rawValue
    groups = []
    rows = []
    let families = Dictionary(grouping: measurements, by: \.family).sorted { $0.key < $1.key }
    let predictions = families.flatMap { _, measurements in
      let fit = RuntimeFit(measurements.filter(\.isFitted), terms)
      // The split is often one of its own references.
      let bySplit = Dictionary(
        uniqueKeysWithValues: Set([split] + split.references).map {
          ($0, CrossValidation(measurements, terms, split: $0, near: fit).predictions)
        })
      return Self.intervals(
        bySplit[split] ?? [], split, references: split.references.flatMap { bySplit[$0] ?? [] })
    }
    let runtimes = Dictionary(grouping: predictions, by: \.prediction.row.runtime)
    for (runtime, predictions) in runtimes.sorted(by: { $0.key < $1.key }) {
      let byDevice = Dictionary(grouping: predictions, by: \.prediction.row.device)
      for (device, found) in byDevice.sorted(by: { $0.key < $1.key }) {
        groups.append(Group(runtime: runtime, device: device, found))
      }
      if byDevice.count > 1 { groups.append(Group(runtime: runtime, device: "all", predictions)) }
      rows += predictions.map(Row.init)
    }
  }

  /// A prediction with half the widths of its intervals, as logarithms.
  fileprivate struct Interval {
    var prediction: CrossValidation.Prediction
    var logWidth: Double
    var logWidthOfEnergy: Double
  }

  /// The intervals that predictions have by errors of others: none of what was held out with them counts.
  private static func intervals(
    _ predictions: [CrossValidation.Prediction], _ split: CrossValidation.Split,
    references: [CrossValidation.Prediction]
  ) -> [Interval] {
    predictions.map { prediction in
      let row = prediction.row
      let nearest = references.filter { !split.holdsOut($0.row, with: row) }
        .nearest(runtime: row.runtime, device: row.device)
      let logWidth = nearest.quantile * prediction.deviation
      let ofPower = nearest.logPowerWidth
      return Interval(
        prediction: prediction, logWidth: logWidth,
        logWidthOfEnergy: (logWidth * logWidth + ofPower * ofPower).squareRoot())
    }
  }
}

extension ValidationReport.Group {
  fileprivate init(runtime: String, device: String, _ found: [ValidationReport.Interval]) {
    self.runtime = runtime
    self.device = device
    func errors(
      _ error: (CrossValidation.Prediction) -> Double?,
      within logWidth: (ValidationReport.Interval) -> Double
    ) -> ValidationReport.Errors? {
      let known = found.compactMap { one in
        error(one.prediction).map { (logarithm: $0, logWidth: logWidth(one)) }
      }
      let networks = found.filter { error($0.prediction) != nil }.map(\.prediction.row.network)
      return ValidationReport.Errors(known, networks: Set(networks).count)
    }
    time = errors({ $0.timeError }, within: { $0.logWidth })
    energy = errors({ $0.energyError }, within: { $0.logWidthOfEnergy })
  }
}

extension ValidationReport.Errors {
  /// Errors as logs of predicted over measured, with half the widths of their intervals; nil without any.
  fileprivate init?(_ errors: [(logarithm: Double, logWidth: Double)], networks: Int) {
    guard let summary = ErrorSummary(errors.map(\.logarithm)) else { return nil }
    rows = summary.count
    self.networks = networks
    median = summary.median
    ninetiethPercentile = summary.ninetieth
    maximum = summary.maximum
    bias = summary.bias
    let inside = errors.filter { abs($0.logarithm) <= $0.logWidth + 1e-12 }
    coverage = Double(inside.count) / Double(errors.count)
    medianIntervalFactor = exp(quantile(0.5, of: errors.map(\.logWidth).sorted()))
  }
}

extension ValidationReport.Row {
  fileprivate init(_ interval: ValidationReport.Interval) {
    let prediction = interval.prediction
    let row = prediction.row
    runtime = row.runtime
    device = row.device
    version = row.version
    network = row.network
    model = row.model
    source = row.source
    measuredSeconds = row.seconds ?? 0
    predictedSeconds = prediction.seconds
    intervalFactorOfSeconds = exp(interval.logWidth)
    measuredJoules = row.joules
    predictedJoules = prediction.joules
    intervalFactorOfJoules = prediction.joules.map { _ in exp(interval.logWidthOfEnergy) }
  }
}

extension ValidationReport {
  private static let titles = [
    "runtime", "device", "of", "n", "networks", "median", "90th", "max", "bias", "interval",
    "coverage",
  ]

  private var cells: [[String]] {
    func percent(_ part: Double) -> String { fixed(100 * part, decimals: 1) + "%" }
    func cells(_ group: Group, _ what: String, _ errors: Errors) -> [String] {
      let sizes = [errors.median, errors.ninetiethPercentile, errors.maximum].map(percent)
      let bias = (errors.bias > 0 ? "+" : "") + percent(errors.bias)
      let interval = "x\(fixed(errors.medianIntervalFactor, decimals: 2))"
      let coverage = "\(fixed(100 * errors.coverage, decimals: 0))%"
      return [group.runtime, group.device, what, String(errors.rows), String(errors.networks)]
        + sizes + [bias, interval, coverage]
    }
    return groups.flatMap { group in
      [("time", group.time), ("energy", group.energy)].compactMap { what, errors in
        errors.map { cells(group, what, $0) }
      }
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
      "errors of others, half of which are narrower than the prediction over and times 'interval'",
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
      "predicted_J", "source", "interval_factor_s", "interval_factor_J",
    ]
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let lines = rows.map { row -> [String] in
      let names = [row.runtime, row.device, row.version, row.network, row.model]
      let numbers = [
        row.measuredSeconds, row.predictedSeconds, row.measuredJoules, row.predictedJoules,
      ]
      let factors = [row.intervalFactorOfSeconds, row.intervalFactorOfJoules]
      return names + numbers.map(text) + [row.source] + factors.map(text)
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
