import ArgumentParser
import Assessment
import Reports

/// A plot with the file that it goes to, as `--plot` names both.
struct PlotFile: ExpressibleByArgument {
  var plot: Plot
  var path: String

  /// `roofline.svg`, or any path whose name ends so: `paper/resnet8-roofline.svg`.
  init?(argument: String) {
    guard argument.hasSuffix(".svg"),
      let word = argument.dropLast(4).split(whereSeparator: { "/-_.".contains($0) }).last,
      let plot = Plot(rawValue: String(word))
    else { return nil }
    self.plot = plot
    path = argument
  }

  static var allValueStrings: [String] { Plot.allCases.map { "\($0.rawValue).svg" } }

  /// Writes the plot.
  /// - Parameter measured: What was measured of the model.
  /// - Throws: `CommandFailure` when there is nothing to draw, or no place to write to.
  func write(_ assessment: ModelAssessment, measured: MeasuredComparison?) throws {
    guard let document = plot.document(of: assessment, measured: measured) else {
      let need = assessment.estimate == nil && plot.needsDevice
      throw CommandFailure(
        code: .badInput,
        message: "--plot \(path): \(assessment.path): nothing to draw"
          + (need
            ? "; it needs --device"
            : plot == .measured
              ? ", no layer is measured and predicted; it needs --measured with a file"
              : ", sizes or costs are not known"))
    }
    try Output.write(document, to: path)
  }
}
