import Assessment
import HardwareMapping
import Quantities
import RuntimeProfiles

/// Predicted latency, energy and layers beside what was measured.
struct MeasuredSection {
  let measured: MeasuredComparison
  let assessment: ModelAssessment

  /// Rows that the page shows, those that took longest.
  private static let mostRows = 30

  /// Nil when nothing was measured that is predicted.
  var section: Page.Section? {
    let wholes = [
      whole(.latency, measured.latency, measured.whole?.value),
      whole(.energy, measured.energy, measured.profile.energy),
    ].compactMap(\.self)
    guard !wholes.isEmpty || !measured.rows.isEmpty else { return nil }
    let table =
      wholes.isEmpty
      ? nil
      : PageParts.table(
        "Predicted and measured",
        [
          ("", false), ("predicted", true), ("interval", false), ("measured", true),
          ("error of the prediction", true), ("in the interval", false),
        ], wholes)
    let remarks = measured.findings + measured.remarks
    let list: HTML? = remarks.isEmpty ? nil : PageParts.list(remarks)
    return Page.Section(
      id: "measured", title: "Predicted and measured",
      content: """
        \(table)
        \(layers)
        \(PageParts.charts([ScatterPlot(measured, LayerTable(assessment))?.picture]))
        \(list)
        """)
  }

  private func whole<U>(
    _ metric: Metric, _ predicted: Estimate<U>?, _ measured: Double?
  ) -> [HTML]? {
    guard let measured, let predicted else { return nil }
    let error = 100 * (predicted.value / measured - 1)
    let isInside = predicted.low <= measured && measured <= predicted.high
    return [
      "\(metric.title)", "\(engineering(predicted.value, unit: U.symbol))", "\(predicted.ends())",
      "\(engineering(measured, unit: U.symbol))",
      "\(error > 0 ? "+" : "")\(fixed(error, decimals: 1)) %",
      "<span class=\"\(isInside ? "pass" : "fail")\">\(isInside ? "yes" : "no")</span>",
    ]
  }

  /// The rows that took longest; what a runtime fused is one.
  private var layers: HTML? {
    guard !measured.rows.isEmpty else { return nil }
    let ranked = measured.rows.sorted { $0.measured.value > $1.measured.value }
    let rows = ranked.prefix(Self.mostRows).map { row -> [HTML] in
      let ends = [row.measured.low, row.measured.high].compactMap(\.self).map {
        engineering($0, unit: "s")
      }
      return [
        "\(row.lead)", "\(abridged(row.name))", "\(row.kind.title)",
        "\(engineering(row.measured.value, unit: "s"))", "\(ends.joined(separator: " to "))",
        "\(row.predicted.map { engineering($0.value, unit: "s") } ?? "unknown")",
        "\(row.ratio.map(significant) ?? "")",
      ]
    }
    return PageParts.table(
      "Layers, predicted and measured",
      [
        ("#", true), ("layers", false), ("kind", false), ("measured", true), ("5 to 95 %", false),
        ("predicted", true), ("ratio", true),
      ], rows,
      caption:
        "\(rows.count) of \(measured.rows.count) rows, those that took longest first; layers that ran "
        + "as one kernel are one row.")
  }
}
