import OpGraph

/// The stored tensor that an operand of constant weights is made of, element by element.
struct WeightSource {
  /// The stored tensor.
  var value: ValueID
  /// For each axis of the operand, that of the stored tensor.
  var axes: [Int]
  /// The operand, what lies between, and the stored tensor, with their axes for each axis of the operand.
  var chain: [(value: ValueID, axes: [Int])]
  /// What stands for zero: one number, or one for each index of an axis of the stored tensor; nil where that
  /// is not known.
  var zeroPoints: (numbers: [Int], axis: Int?)?

  /// Exporters put one to three operators between stored weights and a layer.
  private static let mostLength = 16

  /// Nil when the operand is not stored, or elements of it are computed.
  init?(_ operand: ValueID, of node: Node, in graph: Graph, producers: [Int?]) {
    guard let rank = graph[operand].type.shape?.rank else { return nil }
    value = operand
    axes = Array(0..<rank)
    chain = [(operand, axes)]
    var quantization = graph[operand].type.quantization
    while let place = producers[value.index], graph[value].origin != .stored {
      guard chain.count < Self.mostLength else { return nil }
      let before = graph.nodes[place]
      let operands = graph.operands(of: before)
      switch before.operation {
      case is Identity, is FakeQuantize: break
      case let dequantize as Dequantize:
        let isKnown = operands[2] == nil || operands[2]?.value != nil
        quantization = Quantization(
          scale: operands[1], zeroPoint: operands[2], axis: dequantize.axis,
          blockSize: dequantize.blockSize, rank: rank)
        if !isKnown { quantization?.granularity = .perBlock(axis: 0, size: 0) }
      case let transpose as Transpose:
        guard let order = try? transpose.axisOrder(operands, rank: rank) else { return nil }
        axes = axes.map { order[$0] }
        if case .perAxis(let axis)? = quantization?.granularity, order.indices.contains(axis) {
          quantization?.granularity = .perAxis(order[axis])
        }
      default: return nil
      }
      guard let source = before.inputs.first ?? nil else { return nil }
      value = source
      chain.append((source, axes))
    }
    guard graph[value].origin == .stored, graph[value].type.shape?.rank == rank else { return nil }
    zeroPoints = Self.zeroPoints(quantization, of: node, in: graph)
  }

  /// The operand of ONNX's integer operators that holds the zero point of weights, among those that the
  /// canonical operator does not have.
  private static let zeroPointPlaces = ["QLinearConv": 3, "QLinearMatMul": 3]

  private static func zeroPoints(
    _ quantization: Quantization?, of node: Node, in graph: Graph
  ) -> (numbers: [Int], axis: Int?)? {
    if let quantization {
      let numbers = quantization.zeroPoints
      switch quantization.granularity {
      case .perTensor: return (numbers.isEmpty ? [0] : [numbers[0]], nil)
      case .perAxis(let axis):
        return Set(numbers).count <= 1
          ? (numbers.isEmpty ? [0] : [numbers[0]], nil) : (numbers, axis)
      case .perBlock: return nil
      }
    }
    guard let place = zeroPointPlaces[node.sourceOperator] else { return ([0], nil) }
    guard node.sideInputs.indices.contains(place),
      let numbers = graph[node.sideInputs[place]].constant?.integers?.numbers,
      let first = numbers.first, numbers.allSatisfy({ $0 == first })
    else { return nil }
    return ([first], nil)
  }
}
