import Assessment
import Carbon
import DeviceProfiles
import HardwareMapping
import Quantities

/// A small picture for a model card: carbon of one inference, with what it rests on as its title.
struct CarbonBadge {
  private let name: String
  private let value: String
  /// What it rests on, a line each.
  private let description: [String]

  /// Nil when carbon is not known.
  init?(_ assessment: ModelAssessment) {
    guard let footprint = assessment.footprint, let estimate = assessment.estimate,
      let carbon = footprint.total ?? footprint.operational
    else { return nil }
    let least = assessment.isComplete ? "" : "≥ "
    value =
      least + engineering(carbon.value, unit: "gCO2e")
      + " \(RequestPart(assessment).oneUnit)"
    let part =
      if footprint.total != nil {
        "operational and embodied carbon"
      } else {
        footprint.statesUse ? "operational carbon only" : "marginal carbon, while computing"
      }
    name = footprint.total == nil && !footprint.statesUse ? "marginal carbon" : "carbon"
    description = [
      RequestPart(assessment).map { "each generation is \($0.text)" },
      "\(fileName(assessment.path)) on \(estimate.device.title), \(estimate.runtime.titleWithRelease)",
      "\(part), \(carbon.ends())", assessment.carbonAssumptions, "iotco2-graph \(Tool.version)",
    ].compactMap { $0 }
  }

  /// An SVG file that needs no style of the page that shows it.
  var document: String {
    let height = 20
    // Texts are stretched to the width that is reserved for them, so that no font overflows.
    func width(_ text: String) -> Int { 7 * text.count }
    let left = width(name) + 12
    let all = left + width(value) + 12
    func text(_ text: String, at x: Int) -> String {
      "<text x=\"\(x)\" y=\"14\" textLength=\"\(width(text))\" "
        + "lengthAdjust=\"spacingAndGlyphs\">\(Markup.escaped(text))</text>"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(all)" height="\(height)" role="img">
      <title>\(description.map(Markup.escaped).joined(separator: "\n"))</title>
      <rect width="\(all)" height="\(height)" rx="3" fill="#24292f"/>
      <path d="M\(left) 0h\(all - left - 3)a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-\(all - left - 3)z" fill="#00684c"/>
      <g fill="#ffffff" font-family="system-ui, sans-serif" font-size="12">
      \(text(name, at: 6))
      \(text(value, at: left + 6))
      </g>
      </svg>

      """
  }
}
