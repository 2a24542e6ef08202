import Quantities
package import Assessment

/// The plots that can be drawn of an assessment.
package enum Plot: String, CaseIterable, Sendable {
  case roofline, memory, energy, time, macs, carbon

  /// Whether the plot needs a device.
  package var needsDevice: Bool { self != .memory && self != .macs }

  /// The plot as an SVG file; nil if it is empty.
  package func document(of assessment: ModelAssessment) -> String? {
    picture(of: assessment)?.document
  }

  private func picture(of assessment: ModelAssessment) -> SVGPicture? {
    switch self {
    case .roofline: RooflinePlot(assessment, LayerTable(assessment))?.picture
    case .memory: MemoryPlot(assessment)?.picture
    case .energy: LayerPlot(LayerTable(assessment), .energy)?.picture
    case .time: LayerPlot(LayerTable(assessment), .latency)?.picture
    case .macs: LayerPlot(LayerTable(assessment), .macs)?.picture
    case .carbon: CarbonPlot(assessment)?.picture
    }
  }
}
