import HardwareMapping
import ArgumentParser
import GraphImport
import OpGraph
import Reports

/// Prints `docs/operators.md`; a test compares the file with it.
struct OperatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operators",
    abstract: "The operators that have rules, as Markdown.",
    discussion: """
      Example:
        iotco2-graph operators > docs/operators.md
      """,
    shouldDisplay: false)

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let onnx = SupportedOperators.onnx
    let tflite = SupportedOperators.tflite
    var lines = [
      "# Operators", "",
      "`iotco2-graph operators` writes this file. Each row maps an operator of the file format to its",
      "canonical operator, whose rules for shape, work and traffic are in `Sources/OpGraph/Operators/`, and",
      "to the kernel kind that executes it. \"-\" means that it depends on the operator's attributes. Where",
      "the kernel kind depends on operands, the general one is listed: a MatMul with constant weights is",
      "`fully connected`. [method/counting.md](method/counting.md) defines the counts.",
      "",
      "Any other operator stays in the graph, is named in the coverage, and has unknown cost.",
    ]
    for domain in Set(onnx.map(\.domain)).sorted() {
      let rows = onnx.filter { $0.domain == domain }
      lines += ["", "## ONNX, `\(domain)` (\(Set(rows.map(\.name)).count))", ""]
      lines += ["| operator | since version | canonical | kernel kind |", "|---|---|---|---|"]
      lines += rows.map {
        "| \($0.name) | \($0.sinceVersion) | \($0.canonicalName?.rawValue ?? "-") | \($0.kind?.title ?? "-") |"
      }
    }
    let kinds = [
      ("tflite", "builtin"), ("tflite custom", "custom"),
      ("tflite flex", "TensorFlow operators, which the Flex delegate runs"),
    ]
    for (domain, title) in kinds {
      let rows = tflite.filter { $0.domain == domain }
      lines += ["", "## TFLite, \(title) (\(rows.count))", ""]
      lines += ["| operator | canonical | kernel kind |", "|---|---|---|"]
      lines += rows.map {
        "| \($0.name) | \($0.canonicalName?.rawValue ?? "-") | \($0.kind?.title ?? "-") |"
      }
    }
    try output.write(lines.joined(separator: "\n") + "\n")
  }
}
