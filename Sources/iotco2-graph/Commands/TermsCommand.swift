import Quantities
import Reports
import Assessment
import ArgumentParser
import Calibration
import DeviceProfiles

/// Prints what models have of each term that a calibration fits; the table of terms is made so.
struct TermsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terms",
    abstract: "The terms of models that calibration uses, as CSV.",
    discussion: """
      Example:
        iotco2-graph terms models/*.tflite > terms.csv
      """,
    shouldDisplay: false)

  @Argument(help: ArgumentHelp("Model files.", valueName: "model"))
  var models: [String]

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let reader = ModelReader(
      options: model.importOptions, bindings: try model.resolvedBindings(),
      dropsZeroFilters: model.dropZeroFilters)
    var lines = ["model,term,amount"]
    for path in models {
      let workload = try reader.assess(path, on: nil).workload
      guard let terms = ModelTerms.of(workload) else {
        throw Problem("the cost of a layer is not known", at: path)
      }
      let name = fileName(path)
      for (term, amount) in terms.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        lines.append("\(CSV.escaped(name)),\(term.rawValue),\(Int(min(amount, 1e18)))")
      }
    }
    try output.write(lines.joined(separator: "\n") + "\n")
  }
}
