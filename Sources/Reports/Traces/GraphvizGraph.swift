import Assessment
import DeviceProfiles
import Analysis
import HardwareMapping
import Hotspots
import OpGraph
import Quantities

/// The graph in Graphviz's language: a box for each layer, coloured by what it costs, with a frame
/// around those that run as one kernel.
package struct GraphvizGraph {
  private let assessment: ModelAssessment
  private let evaluation: Evaluation
  private let metric: Metric

  init(_ assessment: ModelAssessment, by metric: Metric?) {
    self.assessment = assessment
    evaluation = assessment.evaluation()
    self.metric = metric ?? evaluation.defaultMetric
  }

  var text: String {
    let layers = evaluation.workload.layers
    let costs = layers.map { evaluation.cost(metric, of: $0.index) }
    let most = costs.max() ?? 0
    let place =
      assessment.estimate.map { " on \($0.device.name), \($0.runtime.nameWithRelease)" } ?? ""
    let least = evaluation.isComplete ? "" : "at least "
    let total = evaluation.total(metric).map {
      least + engineering($0.value, unit: metric.unit)
    }
    let unit = RequestPart(assessment).unitWithRequest
    let title =
      "\(fileName(assessment.path))\(place): \(metric.rawValue) per \(unit) \(total ?? "unknown")"
    var lines = [
      "digraph {",
      "  label=\(Self.quoted(title)); labelloc=t; fontname=\"sans-serif\";",
      "  node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=10];",
      "  edge [fontname=\"sans-serif\", fontsize=8, color=\"#57606a\"];",
    ]
    for layer in layers {
      lines.append("  " + node(layer, cost: costs[layer.index], most: most))
    }
    for (index, kernel) in (evaluation.estimate?.kernels ?? []).enumerated()
    where kernel.kernel.layers.count > 1 {
      let members = kernel.kernel.layers.map { "n\($0);" }.joined(separator: " ")
      lines.append(
        "  subgraph cluster_\(index) { label=\(Self.quoted("one kernel, \(kernel.unit)")); "
          + "fontsize=8; color=\"#8c959f\"; \(members) }")
    }
    for connection in LayerConnection.all(evaluation.workload) {
      let type = evaluation.workload.graph[connection.value].type
      lines.append(
        "  n\(connection.from) -> n\(connection.to) "
          + "[label=\(Self.quoted("\(type.shapeTitle) \(type.elementType.rawValue)"))];")
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private func node(_ layer: Layer, cost: Double, most: Double) -> String {
    var label = [layer.shortName, layer.operatorTitle]
    if cost > 0 {
      let share = evaluation.share(metric, of: [layer.index])
      label.append(
        "\(engineering(cost, unit: metric.unit)), \(fixed(100 * share, decimals: 1)) %")
    }
    let unit = layer.fold == nil ? evaluation.kernel(of: layer.index)?.unit : nil
    let tip = ["layer \(layer.index)", layer.fold.map { "folded as \($0.rawValue)" }, unit]
      .compactMap { $0 }.joined(separator: ", ")
    let fill = cost > 0 ? CostScale.colour(cost / most) : "#ffffff"
    return "n\(layer.index) [label=\(Self.quoted(label.joined(separator: "\n"))), "
      + "fillcolor=\"\(fill)\", tooltip=\(Self.quoted(tip))];"
  }

  /// A text in the quotation marks of the language, in which only these two characters are special.
  private static func quoted(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      printable(String($0)).escaped(["\\": "\\\\", "\"": "\\\""])
    }
    return "\"\(lines.joined(separator: "\\n"))\""
  }
}
