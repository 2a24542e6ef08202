/// Feed-forward layers of which each row of the input goes through a few.
///
/// Operands: rows, what routes them, up to three matrices of all experts, up to three biases of all
/// experts, and then what is stored beside the matrices (scales and zero points) or weights what
/// the experts give. What is stored of each expert has the experts as its first axis: MoE and QMoE
/// in onnxruntime, docs/ContribOperators.md.
///
/// Which experts several rows go through depends on their elements. Traffic is that of the most
/// experts there can be: no two choices are the same one until all are taken. Of a single row, as
/// in a step of a decoder, it is exact, since the experts of a row differ; of several rows, as in a
/// prompt, it is an upper bound. Multiply-accumulates and additions are exact in both.
package struct MixtureOfExperts: Operator {
  private static let matrices = 2..<5
  private static let biases = 5..<8

  /// How many experts each row goes through.
  package var active: Int
  /// Elements of a matrix that one stored element holds: 2 for 4-bit ones in bytes.
  package var packing: Int
  package var name: OperatorName { .mixtureOfExperts }

  package init(active: Int, packing: Int = 1) {
    self.active = active
    self.packing = packing
  }

  package func kind(for operands: Operands) -> KernelKind { .fullyConnected }
  package func constantRole(at index: Int) -> OperandRole {
    switch index {
    case 0, 1: .parameter
    case Self.matrices: .weight
    case Self.biases: .bias
    default: .auxiliary
    }
  }

  package var packsElements: Bool { packing > 1 }

  /// Bytes hold several elements of a matrix.
  package func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt? {
    guard Self.matrices.contains(index), let matrix = operands[index] else { return nil }
    return matrix.type.elementCount * .fixed(packing)
  }

  package func factors(for operands: Operands) -> [String] {
    let weight = operands[2]?.type
    // bounded: no division by zero
    let packed = weight?.elementType.bits.map { "uint\($0 / max(1, packing))" }
    return [operands[0]?.type.factorName, packing > 1 ? packed : weight?.factorName]
      .compactMap { $0 }
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(try operands.type(0).elementType, try operands.shape(0))]
  }

  /// The matrices of the experts that each row goes through, and an addition for each element of
  /// their biases.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, shape.rank >= 2 else {
      return .unknown
    }
    let rows = shape.dimensions.dropLast().product * .fixed(active)
    return Work(
      macs: rows * elementsOfExpert(operands, at: Self.matrices) * .fixed(packing),
      .adds(rows * elementsOfExpert(operands, at: Self.biases)))
  }

  /// All that is stored of as many experts is read as the rows can go through at most.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    guard let shape = operands[0]?.type.shape,
      let experts = operands[2]?.type.shape?.dimensions.first
    else { return .compulsory(operands, outputs: outputs, constantRole: constantRole) }
    let read = SymbolicInt.minimum(experts, shape.dimensions.dropLast().product * .fixed(active))
    var traffic = MemoryTraffic()
    for (index, operand) in operands.enumerated() {
      guard let operand else { continue }
      var bytes = operand.type.packedBytes
      // A scale of all experts has another first axis.
      if index > 1, operand.isConstant, operand.type.shape?.dimensions.first == experts {
        bytes = (bytes * read).floorDivided(by: experts)
      }
      traffic.add(bytes, as: operand.role(orConstant: constantRole(at: index)))
    }
    traffic.activationsWritten = outputs.map(\.storageBytes).sum
    return traffic
  }

  /// Stored elements of one expert in the operands at some places.
  private func elementsOfExpert(_ operands: Operands, at places: Range<Int>) -> SymbolicInt {
    places.map { place -> SymbolicInt in
      guard let operand = operands[place] else { return 0 }
      return operand.type.shape?.dimensions.dropFirst().product ?? .unknown
    }.sum
  }
}
