import ArgumentParser

/// A plot with the file that it goes to, as `--plot` names both.
struct PlotFile: ExpressibleByArgument {
  enum Kind: String, CaseIterable { case roofline, memory, energy, time, macs, carbon }

  var kind: Kind
  var path: String

  /// `roofline.svg`, or any path whose name ends so: `paper/resnet8-roofline.svg`.
  init?(argument: String) {
    guard argument.hasSuffix(".svg"),
      let word = argument.dropLast(4).split(whereSeparator: { "/-_.".contains($0) }).last,
      let kind = Kind(rawValue: String(word))
    else { return nil }
    self.kind = kind
    path = argument
  }

  static var allValueStrings: [String] { Kind.allCases.map { "\($0.rawValue).svg" } }

  /// Writes the plot.
  /// - Throws: `CommandFailure` when there is nothing to draw, or no place to write to.
  func write(_ assessment: Assessment) throws(CommandFailure) {
    guard let picture = picture(of: assessment) else {
      let need = assessment.estimate == nil && kind != .memory && kind != .macs
      throw CommandFailure(
        code: .badInput,
        message: "--plot \(path): \(assessment.path): nothing to draw"
          + (need ? "; it needs --device" : ", sizes or costs are not known"))
    }
    try Output.write(picture.document, to: path)
  }

  private func picture(of assessment: Assessment) -> SVGPicture? {
    switch kind {
    case .roofline: RooflinePlot(assessment, LayerTable(assessment))?.picture
    case .memory: MemoryPlot(assessment)?.picture
    case .energy: LayerPlot(LayerTable(assessment), .energy)?.picture
    case .time: LayerPlot(LayerTable(assessment), .time)?.picture
    case .macs: LayerPlot(LayerTable(assessment), .macs)?.picture
    case .carbon: CarbonPlot(assessment)?.picture
    }
  }
}
