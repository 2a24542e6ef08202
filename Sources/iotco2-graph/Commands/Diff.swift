import ArgumentParser

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What changes from one model to another: totals, and layer by layer.",
    discussion: """
      Layers are matched by name, then by what they do, so that two exports of one network can be
      compared.

      Examples:
        iotco2-graph diff old.tflite new.tflite --device stm32l4r5
        iotco2-graph diff model.onnx model.tflite --format markdown
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

  @Argument(help: "The model before.")
  var old: String

  @Argument(help: "The model after.")
  var new: String

  @OptionGroup var target: TargetOptions
  @OptionGroup var binding: BindingOptions

  @Option(help: ArgumentHelp("Layers to show.", valueName: "n"))
  var top = 10

  @Option(help: "Form of the report.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    if top < 0 { throw ValidationError("--top \(top), expected 0 or more") }
  }

  mutating func run() throws {
    let bindings = try binding.resolved()
    let target = try target.resolved()
    target?.announceDefaults()
    let report = DiffReport(
      try Assessment(old, bindings: bindings, target: target),
      try Assessment(new, bindings: bindings, target: target))
    let text: String
    switch format {
    case .text: text = report.text(for: output.terminal, top: top)
    case .json: text = try JSON.document(report)
    case .markdown: text = report.markdown(top: top)
    }
    try output.write(text)
  }
}
