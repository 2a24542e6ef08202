public import Analysis
public import HardwareMapping
import OpGraph

/// A model on a device, as it is or with a change.
public struct Scenario: Sendable {
  /// Where the model runs.
  public struct Target: Sendable {
    public var device: DeviceProfile
    public var stack: ExecutionStack
    /// Grams of CO2e for each joule of electricity.
    public var carbonPerJoule: Double
    /// Grams of CO2e for each second that the device serves the model, of making the device.
    public var carbonPerSecond: Double

    /// Creates a target.
    public init(
      device: DeviceProfile, stack: ExecutionStack, carbonPerJoule: Double, carbonPerSecond: Double
    ) {
      self.device = device
      self.stack = stack
      self.carbonPerJoule = carbonPerJoule
      self.carbonPerSecond = carbonPerSecond
    }
  }

  public var complete: CompleteGraph
  /// Nil where only the model itself is looked at.
  public var target: Target?
  /// Gives the graph for other shapes of inputs; nil when they do not fit.
  public var resized: @Sendable ([String: [Int]]) -> CompleteGraph?

  /// Creates a scenario.
  public init(
    _ complete: CompleteGraph, target: Target?,
    resized: @escaping @Sendable ([String: [Int]]) -> CompleteGraph? = { _ in nil }
  ) {
    self.complete = complete
    self.target = target
    self.resized = resized
  }
}

/// Changes that a user could make to a model or to how it runs.
extension Scenario {
  /// Lets layers compute in 8-bit integers; conversions between them and integers go.
  mutating func quantize(_ layers: [Int]) {
    let users = complete.graph.usersByValue()
    let makers = complete.graph.makersByValue()
    // Values that are one tensor in memory are of one type.
    let holders = complete.graph.holders(folds: complete.folds)
    let aliases = Dictionary(grouping: holders.indices) { holders[$0] }
    func quantize(_ id: ValueID, to type: ElementType) {
      for alias in aliases[holders[id.index]] ?? [] { retype(ValueID(alias), to: type) }
    }
    for index in layers {
      let node = complete.graph.nodes[index]
      for (place, input) in node.inputs.enumerated() {
        guard let input else { continue }
        let isBias = node.operation.constantRole(at: place) == .bias
        quantize(input, to: isBias && complete.graph[input].isConstant ? .int32 : .int8)
        if let maker = makers[input.index], complete.graph.nodes[maker].operation is Dequantize {
          complete.folds[maker] = complete.folds[maker] ?? .quantization
        }
      }
      for output in node.outputs.compactMap({ $0 }) {
        quantize(output, to: .int8)
        for user in users[output.index] where complete.graph.nodes[user].operation is Quantize {
          complete.folds[user] = complete.folds[user] ?? .quantization
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
    complete.folds = Dictionary(
      uniqueKeysWithValues: complete.folds.map { ($0.key > index ? $0.key + 1 : $0.key, $0.value) })
    complete.contradictions = Set(complete.contradictions.map { $0 > index ? $0 + 1 : $0 })
  }
}
