import ArgumentParser
import GraphImport
import OpGraph

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
      "Made by `iotco2-graph operators`. Each row says which canonical operator, with its rules for",
      "shape, work and traffic in `Sources/OpGraph/Operators/`, an operator of a file becomes; \"-\"",
      "where that depends on its attributes; and which kind of kernel carries it out, where its operands",
      "do not decide (a MatMul with constant weights is fullyConnected). What is counted is in",
      "[method/counting.md](method/counting.md).",
      "", "Any other operator is kept, named in the coverage, and has unknown cost.",
    ]
    for domain in Set(onnx.map(\.domain)).sorted() {
      let rows = onnx.filter { $0.domain == domain }
      lines += ["", "## ONNX, `\(domain)` (\(Set(rows.map(\.name)).count))", ""]
      lines += ["| operator | since version | canonical | kernel |", "|---|---|---|---|"]
      lines += rows.map {
        "| \($0.name) | \($0.sinceVersion) | \($0.canonicalName?.rawValue ?? "-") | \($0.kind?.rawValue ?? "-") |"
      }
    }
    let kinds = [
      ("tflite", "builtin"), ("tflite custom", "custom"),
      ("tflite flex", "TensorFlow operators, which the Flex delegate runs"),
    ]
    for (domain, title) in kinds {
      let rows = tflite.filter { $0.domain == domain }
      lines += ["", "## TFLite, \(title) (\(rows.count))", ""]
      lines += ["| operator | canonical | kernel |", "|---|---|---|"]
      lines += rows.map {
        "| \($0.name) | \($0.canonicalName?.rawValue ?? "-") | \($0.kind?.rawValue ?? "-") |"
      }
    }
    try output.write(lines.joined(separator: "\n") + "\n")
  }
}
