package import DeviceProfiles
package import Analysis
import HardwareMapping
import OpGraph

/// A model on a device, as it is or with a change.
package struct Scenario: Sendable {
  /// Where the model runs.
  package struct Target: Sendable {
    package var device: DeviceProfile
    package var runtime: Runtime
    /// Grams of CO2e for each joule of electricity.
    package var carbonPerJoule: Double
    /// Grams of CO2e for each second that the device serves the model, of manufacturing the device.
    package var carbonPerSecond: Double
    /// Measured over predicted time of the model as it is, which a change keeps; nil where it was not measured.
    package var ratio: Double?

    package init(
      device: DeviceProfile, runtime: Runtime, carbonPerJoule: Double, carbonPerSecond: Double,
      ratio: Double? = nil
    ) {
      self.ratio = ratio
      self.device = device
      self.runtime = runtime
      self.carbonPerJoule = carbonPerJoule
      self.carbonPerSecond = carbonPerSecond
    }
  }

  package var complete: InferredGraph
  /// Nil where only the model itself is looked at.
  package var target: Target?
  /// Infers the graph for other shapes of inputs; nil when they do not fit.
  package var resized: @Sendable ([String: [Int]]) -> InferredGraph?
  /// What the weights are; nil unless they were read.
  package var weights: WeightReview?
  /// The text that is generated; nil where a model runs once.
  ///
  /// The graph is then that of its last step.
  package var text: Text?

  /// A text that the model makes, as it is or with a change.
  package struct Text: Sendable {
    /// The text as it is.
    package let base: GenerationWorkload
    package var request: GenerationRequest
    /// What is different in all its runs, besides the scenario's graph.
    package var change: RunChange

    package init(_ base: GenerationWorkload) {
      self.base = base
      request = base.request
      change = base.change
    }
  }

  package init(
    _ complete: InferredGraph, target: Target?,
    resized: @escaping @Sendable ([String: [Int]]) -> InferredGraph? = { _ in nil }
  ) {
    self.complete = complete
    self.target = target
    self.resized = resized
  }
}

extension ElementType {
  /// The next narrower type that runtimes store weights in; nil where there is none.
  var narrower: ElementType? {
    switch self {
    case .float32, .float16, .bfloat16: .int8
    case .int8, .uint8: .int4
    default: nil
    }
  }
}

/// Changes that a user could make to a model or to how it runs.
extension Scenario {
  /// Lets layers compute in 8-bit integers; conversions between them and integers go.
  mutating func quantize(_ layers: [Int]) {
    let consumers = complete.graph.consumersByValue()
    let producers = complete.graph.producersByValue()
    // Values that are one tensor in memory are of one type.
    let aliases = complete.graph.aliases(folds: complete.folds)
    let sharing = Dictionary(grouping: aliases.indices) { aliases[$0] }
    func quantize(_ id: ValueID, to type: ElementType) {
      for alias in sharing[aliases[id.index]] ?? [] { retype(ValueID(alias), to: type) }
    }
    for index in layers {
      let node = complete.graph.nodes[index]
      for (place, input) in node.inputs.enumerated() {
        guard let input else { continue }
        let isBias = node.operation.constantRole(at: place) == .bias
        quantize(input, to: isBias && complete.graph[input].isConstant ? .int32 : .int8)
        if let producer = producers[input.index],
          complete.graph.nodes[producer].operation is Dequantize
        {
          complete.folds[producer] = complete.folds[producer] ?? .quantization
        }
      }
      for output in node.outputs.compactMap({ $0 }) {
        quantize(output, to: .int8)
        for consumer in consumers[output.index]
        where complete.graph.nodes[consumer].operation is Quantize {
          complete.folds[consumer] = complete.folds[consumer] ?? .quantization
        }
      }
    }
  }

  private mutating func retype(_ id: ValueID, to type: ElementType) {
    guard complete.graph[id].type.elementType.isFloat else { return }
    complete.graph[id].type.elementType = type
    complete.graph[id].type.quantization = Quantization(
      granularity: .perTensor, scales: [], zeroPoints: [])
  }

  /// Takes layers out: their results are their first operands.
  mutating func remove(_ layers: [Int]) {
    for index in layers { complete.folds[index] = .quantization }
  }

  /// Stores weights in fewer bits.
  mutating func narrow(_ weights: [ValueID], to type: ElementType) {
    for id in weights { complete.graph[id].type.elementType = type }
  }

  /// Puts a node behind another; only for graphs without regions.
  mutating func insert(_ node: Node, after index: Int) {
    complete.graph.nodes.insert(node, at: index + 1)
    complete.folds.insert(nil, at: index + 1)
    complete.contradictions = Set(complete.contradictions.map { $0 > index ? $0 + 1 : $0 })
  }
}
