import DeviceProfiles
import HardwareMapping
import Quantities
package import Assessment

/// The plots that can be drawn of an assessment.
package enum Plot: String, CaseIterable, Sendable {
  case roofline, memory, energy, time, macs, carbon, badge, measured

  /// Whether the plot needs a device.
  package var needsDevice: Bool { self != .memory && self != .macs }

  /// The plot as an SVG file; nil if it is empty.
  /// - Parameter measured: What was measured of the model.
  package func document(
    of assessment: ModelAssessment, measured: MeasuredComparison? = nil
  ) -> String? {
    if self == .badge { return CarbonBadge(assessment)?.document }
    return picture(of: assessment, measured)?.document(caption: Self.caption(assessment))
  }

  /// Measured latency of compared models over the predicted one; nil where nothing was measured.
  package static func measured(_ report: ComparisonReport) -> String? {
    ScatterPlot(report)?.picture.document(
      caption: "\(counted(report.rows.count, "row")), iotco2-graph \(Tool.version)")
  }

  /// What a figure is of: the model, the device, its runtime.
  private static func caption(_ assessment: ModelAssessment) -> String {
    let place = assessment.estimate.map { [$0.device.title, $0.runtime.titleWithRelease] } ?? []
    return ([fileName(assessment.path)] + place).joined(separator: " · ")
  }

  private func picture(
    of assessment: ModelAssessment, _ measured: MeasuredComparison?
  ) -> SVGPicture? {
    switch self {
    case .roofline: RooflinePlot(assessment, LayerTable(assessment))?.picture
    case .memory: MemoryPlot(assessment)?.picture
    case .energy: LayerPlot(LayerTable(assessment), .energy)?.picture
    case .time: LayerPlot(LayerTable(assessment), .latency)?.picture
    case .macs: LayerPlot(LayerTable(assessment), .macs)?.picture
    case .carbon: CarbonPlot(assessment)?.picture
    case .badge: nil
    case .measured:
      measured.flatMap { ScatterPlot($0, LayerTable(assessment))?.picture }
    }
  }
}
