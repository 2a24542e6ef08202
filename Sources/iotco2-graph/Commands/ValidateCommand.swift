import ArgumentParser
import Calibration
import Quantities
import Reports

struct ValidateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Show the cross-validated error on held-out measurements.",
    discussion: """
      Examples:
        iotco2-graph validate
        iotco2-graph validate --split device --format csv
        iotco2-graph validate --format svg --output scatter.svg
      """)

  static let formats = ValidationReport.formats

  @Option(help: "Cross-validation split: what is held out together.")
  var split = CrossValidation.Split.network

  @OptionGroup var report: ReportOptions<ValidateCommand>

  mutating func run() throws {
    let (measurements, terms) = try CalibrationData.load()
    try report.write(ValidationReport(measurements, terms, split: split))
  }
}

extension CrossValidation.Split: WordArgument {}
