import Quantities
import Analysis
import OpGraph

/// A convolution of several kernel elements and many channels that takes a large part of the cost.
struct DenseConvolution: HotspotRule {
  let name = "dense-convolution"

  /// Part of the model's cost from which a layer is worth another architecture.
  private static let leastShare = 0.1

  func proposals(_ evaluation: Evaluation) -> [Proposal] {
    guard evaluation.workload.graph.regions.isEmpty else { return [] }
    let metric = evaluation.defaultMetric
    let costly = evaluation.workload.layers.filter { layer in
      layer.fold == nil && layer.kind == .convolution
        && evaluation.share(metric, of: [layer.index]) >= Self.leastShare
    }.map(\.index)
    // From the back, so that places before stay what they are.
    var changed = evaluation.scenario
    var separable: [Int] = []
    for index in costly.reversed() {
      guard let next = separated(evaluation.workload.layers[index], changed) else { continue }
      changed = next
      separable.insert(index, at: 0)
    }
    guard let first = separable.first else { return [] }
    let share = Int((100 * evaluation.share(metric, of: separable)).rounded())
    return [
      Proposal(
        layers: separable,
        reason:
          "\(counted(separable.count, "dense convolution")) with \(share)% of "
          + "\(metric.title), the first '\(evaluation.workload.layers[first].shortName)'",
        advice: "replace them by depthwise and pointwise convolutions, and train the model again",
        changed: changed)
    ]
  }

  /// The scenario with a convolution in two: over space for each channel, then over channels.
  private func separated(_ layer: Layer, _ scenario: Scenario) -> Scenario? {
    var changed = scenario
    let graph = scenario.complete.graph
    let node = graph.nodes[layer.index]
    guard var depthwise = node.operation as? Convolution, node.inputs.count >= 2,
      let input = node.inputs[0], let weights = node.inputs[1], let output = node.outputs.first,
      let output, var kernel = graph[weights].type.shape, kernel.rank >= 3,
      var image = graph[output].type.shape, image.rank == kernel.rank
    else { return nil }
    var pointwise = depthwise
    // The axes of output and input channels in the weights.
    let axes: (output: Int, input: Int)
    switch depthwise.weightLayout {
    case .outputInputSpace: axes = (0, 1)
    case .outputSpaceInput: axes = (0, kernel.rank - 1)
    case .depthwise, .spaceInputOutput: return nil
    }
    guard depthwise.groups == 1 || depthwise.groups == nil,
      let channels = kernel[axes.input].fixedValue, channels > 1
    else { return nil }
    var pointwiseKernel = Shape([Dimension](repeating: 1, count: kernel.rank))
    pointwiseKernel[axes.output] = kernel[axes.output]
    pointwiseKernel[axes.input] = kernel[axes.input]
    kernel[axes.output] = .fixed(channels)
    kernel[axes.input] = 1
    depthwise.groups = channels
    let rank = depthwise.window.strides.count
    pointwise.window = SlidingWindow(
      strides: [Int](repeating: 1, count: rank), dilations: [Int](repeating: 1, count: rank),
      padding: .valid)
    pointwise.statedKernel = nil
    image[depthwise.layout == .channelsFirst ? 1 : image.rank - 1] = .fixed(channels)
    var between = graph[output].type
    between.shape = image
    func add(_ name: String, _ type: TensorType, _ origin: Value.Origin) -> ValueID {
      changed.complete.graph.values.append(Value(name: name, type: type, origin: origin))
      return ValueID(changed.complete.graph.values.count - 1)
    }
    var weightType = graph[weights].type
    weightType.shape = kernel
    let own = add("\(layer.name)/depthwise weights", weightType, .stored)
    weightType.shape = pointwiseKernel
    let mixing = add("\(layer.name)/pointwise weights", weightType, .stored)
    let middle = add("\(layer.name)/depthwise", between, .computed)
    changed.complete.graph.nodes[layer.index].operation = depthwise
    changed.complete.graph.nodes[layer.index].inputs = [input, own]
    changed.complete.graph.nodes[layer.index].outputs = [middle]
    var second = node
    second.operation = pointwise
    second.inputs = [middle, mixing] + node.inputs.dropFirst(2)
    changed.insert(second, after: layer.index)
    return changed
  }
}
