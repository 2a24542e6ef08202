import Analysis
import Assessment
import Hotspots
import OpGraph
import Quantities

/// The cost of each layer as node data of Model Explorer, which shows them on the model's graph
/// (https://github.com/google-ai-edge/model-explorer, `GraphNodeData`).
///
/// A file is of one metric. Layers are found by the names of their output tensors; one whose cost is not
/// known, or that is part of another one's kernel, has no value.
struct ModelExplorerData: Encodable {
  var results: [String: Result]
  var gradient = [
    Stop(stop: 0, bgColor: CostScale.colour(0), textColor: CostScale.text),
    Stop(stop: 1, bgColor: CostScale.colour(1), textColor: CostScale.text),
  ]

  struct Result: Encodable {
    /// In the metric's unit.
    var value: Double
  }

  /// A colour between the smallest value (0) and the largest (1).
  struct Stop: Encodable {
    var stop: Int
    var bgColor, textColor: String
  }

  init(_ assessment: ModelAssessment, by metric: Metric?) {
    let evaluation = assessment.evaluation()
    let metric = metric ?? evaluation.defaultMetric
    results = [:]
    for layer in evaluation.workload.layers {
      let cost = evaluation.cost(metric, of: layer.index)
      guard cost > 0, let output = layer.outputs.first else { continue }
      results[evaluation.workload.graph[output].name] = Result(value: cost)
    }
  }
}
