import Analysis
import ArgumentParser
import Hotspots
import OpGraph

struct Analyze: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Work, memory, time, energy and carbon of models, layer by layer.",
    discussion: """
      Examples:
        iotco2-graph analyze model.tflite
        iotco2-graph analyze model.onnx --bind batch=1 --device stm32l4r5 --region DE
        iotco2-graph analyze *.tflite --device raspberry-pi-4 --format csv
        iotco2-graph analyze model.tflite --device stm32l4r5 --format html --output report.html
        iotco2-graph analyze model.tflite --device stm32l4r5 --summary --plot roofline.svg
        iotco2-graph analyze model.tflite --by traffic --format dot | dot -Tsvg
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, ndjson, csv, html, trace, dot

    /// Whether it is a form for one model.
    var isOfOne: Bool { [.html, .trace, .dot].contains(self) }
  }

  @Argument(
    help: ArgumentHelp(
      "Model files; '-' is standard input, 'bundle.task#member' a model in a ZIP archive.",
      valueName: "model"))
  var models: [String]

  @OptionGroup var target: TargetOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var binding: BindingOptions

  @Option(help: "Form of the report.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Also draw a plot into a file, whose name ends in what is drawn; may be given many times.",
      valueName: "roofline.svg"))
  var plot: [PlotFile] = []

  @Option(
    help: ArgumentHelp(
      "What the colours of 'dot' stand for (default: energy with a device, macs without).",
      valueName: "metric"))
  var by: Metric?

  @Flag(help: "Show every layer (the default of json, ndjson and csv).")
  var perLayer = false

  @Flag(help: "Show totals only.")
  var summary = false

  @Option(help: ArgumentHelp("Layers to show in text.", valueName: "n"))
  var top = 10

  @Option(
    help: "Also print the total that another tool prints for the file, and what explains it.")
  var convention: ConventionName?

  @Flag(help: "Fail with exit code 2 when there is a warning or an error about the model.")
  var strict = false

  mutating func validate() throws {
    if perLayer && summary { throw ValidationError("--per-layer and --summary exclude each other") }
    if models.count > 1, format.isOfOne || !plot.isEmpty {
      throw ValidationError(
        "\(plot.isEmpty ? "--format \(format.rawValue)" : "--plot") is for one model, not "
          + "\(models.count)")
    }
    if by != nil, format != .dot { throw ValidationError("--by is for --format dot") }
    if top < 0 { throw ValidationError("--top \(top), expected 0 or more") }
  }

  mutating func run() throws {
    let bindings = try binding.resolved()
    let target = try target.resolved()
    if format == .trace || by?.needsDevice == true, target == nil {
      throw CommandFailure(
        code: .badInput,
        message: "\(by.map { "--by \($0.rawValue)" } ?? "--format trace") needs --device")
    }
    if [.csv, .trace, .dot].contains(format) { target?.announceDefaults() }
    var assessments: [Assessment] = []
    var failures: [CommandFailure] = []
    for path in models {
      do throws(CommandFailure) {
        assessments.append(try Assessment(path, model.resolved, bindings: bindings, target: target))
      } catch {
        failures.append(error)
      }
    }
    if !assessments.isEmpty { try output.write(try report(assessments)) }
    for assessment in assessments {
      for plot in plot { try plot.write(assessment) }
    }
    if strict {
      for assessment in assessments {
        for diagnostic in assessment.diagnostics where diagnostic.severity != .note {
          failures.append(
            CommandFailure(
              code: .badInput,
              message: "\(assessment.path): \(diagnostic.code): \(diagnostic.message)"))
        }
      }
    }
    guard let last = failures.last else { return }
    for failure in failures.dropLast() { printError(failure.message) }
    throw last
  }

  private func report(_ assessments: [Assessment]) throws -> String {
    switch format {
    case .text:
      let shown = summary ? 0 : perLayer ? Int.max : top
      return assessments.map {
        TextReport($0, terminal: output.terminal, layers: shown, convention: convention?.value).text
      }.joined(separator: "\n")
    case .json, .ndjson:
      let reports = assessments.map {
        AnalysisReport($0, withLayers: !summary, convention: convention?.value)
      }
      if format == .ndjson { return try reports.map { try JSON.line($0) }.joined() }
      return reports.count == 1 ? try JSON.document(reports[0]) : try JSON.document(reports)
    case .csv: return CSVReport.text(assessments, withLayers: !summary)
    case .html: return try assessments.map { try HTMLReport($0).document() }.joined()
    case .dot: return try assessments.map { try GraphvizGraph($0, by: by).text }.joined()
    case .trace:
      return try assessments.map { assessment in
        try assessment.estimate.map { try JSON.document(PerfettoTrace(assessment, $0)) } ?? ""
      }.joined()
    }
  }
}

/// The name of a convention on the command line.
struct ConventionName: ExpressibleByArgument {
  var value: any Convention

  init?(argument: String) {
    guard let found = Conventions.all.first(where: { $0.name == argument }) else { return nil }
    value = found
  }

  static var allValueStrings: [String] { Conventions.all.map(\.name) }
}
