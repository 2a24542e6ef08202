import ArgumentParser
import Calibration
import DeviceProfiles

/// Prints what models have of each term that a calibration fits; the table of terms is made so.
struct Terms: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The terms of models that calibration uses, as CSV.",
    discussion: """
      Example:
        iotco2-graph terms models/*.tflite > terms.csv
      """,
    shouldDisplay: false)

  @Argument(help: ArgumentHelp("Model files.", valueName: "model"))
  var models: [String]

  @OptionGroup var binding: BindingOptions

  mutating func run() throws {
    let bindings = try binding.resolved()
    var lines = ["model,term,amount"]
    for path in models {
      let workload = try Assessment(path, bindings: bindings, target: nil).workload
      guard let terms = ModelTerms.of(workload) else {
        throw CommandFailure(code: .badInput, message: "\(path): the cost of a layer is not known")
      }
      let name = fileName(path)
      for (term, amount) in terms.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        lines.append("\(CSVReport.escaped(name)),\(term.rawValue),\(Int(amount))")
      }
    }
    try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
  }
}
