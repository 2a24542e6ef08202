import ArgumentParser
import Calibration
import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicted against measured, for rows that the prediction has not seen.",
    discussion: """
      Examples:
        iotco2-graph validate
        iotco2-graph validate --split device --format csv
        iotco2-graph validate --format svg --output scatter.svg
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, markdown, svg }

  @Option(help: "What is left out together: a network, a device, a device but for one network.")
  var split = CrossValidation.Split.network

  @Option(help: "Form of the answer.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let report: ValidationReport
    do throws(CalibrationError) {
      let (measurements, terms) = try CalibrationData.load()
      report = ValidationReport(measurements, terms, split: split)
    } catch {
      throw CommandFailure.badInput(error)
    }
    switch format {
    case .text: try output.write(report.text(for: output.terminal))
    case .json: try output.write(JSON.document(report))
    case .csv: try output.write(report.csv)
    case .markdown: try output.write(report.markdown)
    case .svg: try output.write(ScatterPlot(report).picture.document)
    }
  }
}

extension CrossValidation.Split: ExpressibleByArgument {}
