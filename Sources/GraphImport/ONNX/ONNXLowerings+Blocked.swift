import Quantities
import OpGraph

/// Operators on channels in blocks (domain `com.microsoft.nchwc`), which onnxruntime writes when it
/// saves an optimized graph.
///
/// Tensors have the axes of ONNX, their channels filled up to whole blocks. How many are used is
/// stated where the blocks end, in ReorderOutput, and seen from the zeros that fill a bias;
/// `ONNXGraph.withUsedChannels` passes it on.
extension ONNXLowerings {
  static let blocked: [ONNXLowering] = [
    .blocked("Conv") { node throws(Problem) in
      var lowered = try ONNXContractions.convolution(node)
      lowered.fusedActivation = try activation(node)
      if var convolution = lowered.operation as? Convolution {
        convolution.usedChannels = Convolution.UsedChannels(
          outputs: try node.integer(ONNXGraph.usedOutputs),
          inputs: try node.integer(ONNXGraph.usedInputs))
        lowered.operation = convolution
      }
      return lowered
    },
    .blocked("MaxPool") { node throws(Problem) in try ONNXWindows.pooling(.max, node) },
    .blocked("AveragePool") { node throws(Problem) in try ONNXWindows.pooling(.average, node) },
    .blocked("GlobalMaxPool") { _ in
      LoweredOperator(Reduction(.globalMax, axes: .spatial, keepsDimensions: true))
    },
    .blocked("GlobalAveragePool") { _ in
      LoweredOperator(Reduction(.globalAverage, axes: .spatial, keepsDimensions: true))
    },
    .blocked("Upsample") { node throws(Problem) in
      let scales = (try node.integers("scales") ?? []).map(Double.init)
      return LoweredOperator(Resize(.nearest, target: .factors(scales), sampling: .asymmetric))
    },
    .blocked("ReorderInput") { node throws(Problem) in
      LoweredOperator(
        ReorderChannels(
          channels: nil,
          from: try node.flag("channels_last", default: false) ? .channelsLast : .channelsFirst,
          to: .channelsFirst))
    },
    .blocked("ReorderOutput") { node throws(Problem) in
      guard let channels = try node.integer("channels"), channels > 0 else {
        throw Problem("attribute 'channels' is missing or not positive")
      }
      return LoweredOperator(
        ReorderChannels(
          channels: channels, from: .channelsFirst,
          to: try node.flag("channels_last", default: false) ? .channelsLast : .channelsFirst))
    },
  ]
}

extension ONNXLowering {
  fileprivate static func blocked(
    _ type: String,
    lower: @escaping @Sendable (ONNXNodeReader) throws(Problem) -> LoweredOperator
  ) -> ONNXLowering {
    ONNXLowering(type, domain: ONNXGraph.blockedDomain, lower: lower)
  }
}

extension ONNXNode {
  fileprivate func isBlocked(_ type: String) -> Bool {
    operatorType == type && domain == ONNXGraph.blockedDomain
  }

  /// Whether it is a convolution in blocks whose groups are single channels.
  fileprivate var isDepthwise: Bool {
    if isBlocked("Conv"), case .integer(let groups)? = attributes["group"] { return groups > 1 }
    return false
  }

  /// Whether its result has the channels of its first operand: pooling, and what works element by element.
  fileprivate var keepsChannels: Bool {
    switch domain {
    case ONNXGraph.blockedDomain: !["Conv", "ReorderInput", "ReorderOutput"].contains(operatorType)
    case "ai.onnx": Self.keepingChannels.contains(operatorType)
    default: false
    }
  }

  private static let keepingChannels: Set<String> = [
    "Add", "AveragePool", "BatchNormalization", "Clip", "Div", "Elu", "Gelu", "GlobalAveragePool",
    "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "MaxPool", "Mul", "PRelu",
    "Relu", "Resize", "Sigmoid", "Sub", "Sum", "Tanh", "Upsample",
  ]
}

extension ONNXGraph {
  /// The channels of a tensor whose shape is stated, before it is put into blocks.
  private func channels(of name: String, _ node: ONNXNode) -> Int? {
    guard
      let sizes = (inputs + valueInfo).first(where: { $0.name == name })?.dimensions,
      sizes.count > 2
    else { return nil }
    var isLast = false
    if case .integer(1)? = node.attributes["channels_last"] { isLast = true }
    if case .size(let count) = isLast ? sizes[sizes.count - 1] : sizes[1] { return count }
    return nil
  }

  /// The channels of a bias without the zeros that fill its last block; nil where more zeros follow than blocks of
  /// any processor have.
  private static func filledChannels(_ bias: ConstantValue) -> Int? {
    guard let numbers = bias.floats else { return nil }
    let zeros = numbers.reversed().prefix { $0 == 0 }.count
    // bounded: some of the numbers
    return zeros < largestBlock ? numbers.count - zeros : nil
  }

  private static let largestBlock = 16

  static let blockedDomain = "com.microsoft.nchwc"
  /// Attributes that only this reader writes.
  static let usedOutputs = " used output channels"
  static let usedInputs = " used input channels"

  /// The graph with the channels that are used stated at blocked convolutions, as far as that follows
  /// from where the blocks end.
  var withUsedChannels: ONNXGraph {
    guard nodes.contains(where: { $0.domain == Self.blockedDomain }) else { return self }
    var result = self
    var used: [String: Int] = [:]
    for node in nodes.reversed() {
      if node.isBlocked("ReorderOutput") {
        if case .integer(let channels)? = node.attributes["channels"], let input = node.inputs.first
        {
          used[input] = channels
        }
      } else if node.keepsChannels, let channels = node.outputs.first.flatMap({ used[$0] }) {
        for input in node.inputs where used[input] == nil { used[input] = channels }
      }
    }
    let biases = Dictionary(initializers.map { ($0.name, $0.value) }) { _, last in last }
    for node in nodes where node.isBlocked("Conv") && node.inputs.count > 2 {
      guard let output = node.outputs.first, used[output] == nil, let bias = biases[node.inputs[2]]
      else { continue }
      used[output] = bias.flatMap(Self.filledChannels)
    }
    for node in nodes {
      guard let input = node.inputs.first, let output = node.outputs.first, used[output] == nil
      else { continue }
      if node.isBlocked("ReorderInput") {
        used[output] = channels(of: input, node) ?? used[input]
      } else if node.keepsChannels || node.isBlocked("ReorderOutput") || node.isDepthwise {
        used[output] = used[input]
      }
    }
    for index in nodes.indices where nodes[index].isBlocked("Conv") {
      if let channels = nodes[index].outputs.first.flatMap({ used[$0] }) {
        result.nodes[index].attributes[Self.usedOutputs] = .integer(channels)
      }
      if let channels = nodes[index].inputs.first.flatMap({ used[$0] }) {
        result.nodes[index].attributes[Self.usedInputs] = .integer(channels)
      }
    }
    return result
  }
}
