import Quantities
import Analysis
import OpGraph

/// A large image at the model's input: the first layers cost most, or take the memory's peak.
struct LargeInput: HotspotRule {
  let name = "large-input"

  /// Smaller images are as small as they can be.
  private static let leastSide = 64

  /// Part of a cost that the first layers must have.
  private static let leastShare = 0.15

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    let workload = evaluation.workload
    let graph = workload.graph
    guard graph.inputs.count == 1, let input = graph.inputs.first,
      let shape = graph[input].type.shape, shape.rank == 4,
      let first = workload.layers.first(where: { $0.fold == nil && $0.kind.isWindowed }),
      let window = graph.nodes[first.index].operation as? Convolution
    else { return [] }
    let layers = firstLayers(from: first, workload)
    let isPeak = workload.memory.peak?.layer.map(layers.contains) ?? false
    let share = evaluation.share(evaluation.defaultMetric, of: layers)
    guard isPeak || share >= Self.leastShare else { return [] }
    var sizes = shape.dimensions.compactMap(\.fixedValue)
    let spatial = window.layout == .channelsFirst ? [2, 3] : [1, 2]
    guard sizes.count == 4, spatial.allSatisfy({ sizes[$0] >= Self.leastSide }) else { return [] }
    for axis in spatial { sizes[axis] /= 2 }
    guard let smaller = evaluation.scenario.resized([graph[input].name: sizes]) else { return [] }
    var changed = evaluation.scenario
    changed.complete = smaller
    guard let result = try? Workload(smaller),
      result.coverage.operatorsCosted == workload.coverage.operatorsCosted
    else { return [] }
    let height = shape[spatial[0]]
    let width = shape[spatial[1]]
    let peak =
      isPeak ? "peak memory occurs" : "\(Int((100 * share).rounded()))% of the cost is"
    return [
      Proposal(
        layers: layers,
        reason:
          "\(peak) in the first \(layers.count == 1 ? "layer" : counted(layers.count, "layer")), on "
          + "images of \(height) x \(width)",
        advice: "train the model for images of \(sizes[spatial[0]]) x \(sizes[spatial[1]])",
        changed: changed)
    ]
  }

  /// The layers up to the second that makes an image smaller.
  private func firstLayers(from first: Layer, _ workload: Workload) -> [Int] {
    var layers: [Int] = []
    var shrinks = 0
    for layer in workload.layers[first.index...] where layer.fold == nil {
      let before = layer.inputs.first.flatMap { $0 }.flatMap { workload.graph[$0].type.shape }
      let after = layer.outputs.first.flatMap { workload.graph[$0].type.shape }
      if layer.kind.isWindowed, let before, let after, before.rank == 4, after.rank == 4,
        before[2] != after[2]
      {
        shrinks += 1
        if shrinks == 2 { break }
      }
      layers.append(layer.index)
    }
    return layers
  }
}

extension KernelKind {
  /// Whether a window slides over an image.
  fileprivate var isWindowed: Bool {
    switch self {
    case .convolution, .pointwiseConvolution, .depthwiseConvolution, .pooling: return true
    default: return false
    }
  }
}
