import HardwareMapping
import Quantities

/// Predicted latency and energy beside what a user measured.
struct MeasuredSection {
  let estimate: InferenceEstimate
  /// In the metrics' units.
  let measured: [Metric: Double]

  /// Nil when nothing was measured that is predicted.
  var section: Page.Section? {
    let rows = [row(.latency, estimate.latency), row(.energy, estimate.energy)].compactMap { $0 }
    guard !rows.isEmpty else { return nil }
    return Page.Section(
      id: "measured", title: "Predicted and measured",
      content: PageParts.table(
        "Predicted and measured",
        [
          ("", false), ("predicted", true), ("interval", false), ("measured", true),
          ("error of the prediction", true), ("in the interval", false),
        ], rows))
  }

  private func row<U>(_ metric: Metric, _ predicted: Estimate<U>?) -> [HTML]? {
    guard let measured = measured[metric], let predicted else { return nil }
    let error = 100 * (predicted.value / measured - 1)
    let isInside = predicted.low <= measured && measured <= predicted.high
    return [
      "\(metric.title)", "\(engineering(predicted.value, unit: U.symbol))", "\(predicted.ends())",
      "\(engineering(measured, unit: U.symbol))",
      "\(error > 0 ? "+" : "")\(fixed(error, decimals: 1)) %",
      "<span class=\"\(isInside ? "pass" : "fail")\">\(isInside ? "yes" : "no")</span>",
    ]
  }
}
