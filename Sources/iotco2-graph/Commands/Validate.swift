import ArgumentParser
import Calibration
import Quantities
import Reports

struct Validate: ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicted against measured, for rows that the prediction has not seen.",
    discussion: """
      Examples:
        iotco2-graph validate
        iotco2-graph validate --split device --format csv
        iotco2-graph validate --format svg --output scatter.svg
      """)

  static let formats = ValidationReport.formats

  @Option(help: "What is left out together: a network, a device, a device but for one network.")
  var split = CrossValidation.Split.network

  @OptionGroup var report: ReportOptions<Validate>

  mutating func run() throws {
    let (measurements, terms) = try CalibrationData.load()
    try report.write(ValidationReport(measurements, terms, split: split))
  }
}

extension CrossValidation.Split: ExpressibleByArgument {}
