/// Feed-forward layers of which each row of the input goes through a few.
///
/// Operands: rows, what routes them, then the matrices of all experts, the first axis of each the
/// experts.
package struct MixtureOfExperts: Operator {
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
  package func constantRole(at index: Int) -> OperandRole { index < 2 ? .parameter : .weight }

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

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, shape.rank >= 2 else {
      return .unknown
    }
    let rows = shape.dimensions.dropLast().product * .fixed(active)
    return Work(macs: rows * elementsOfExpert(operands) * .fixed(packing))
  }

  /// The matrices of as many experts are read as the rows can go through.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(operands, outputs: outputs, constantRole: constantRole)
    guard let shape = operands[0]?.type.shape,
      let experts = operands[2]?.type.shape?.dimensions.first
    else { return traffic }
    let read = SymbolicInt.minimum(experts, shape.dimensions.dropLast().product * .fixed(active))
    traffic.weights = (traffic.weights * read).floorDivided(by: experts)
    return traffic
  }

  private func elementsOfExpert(_ operands: Operands) -> SymbolicInt {
    (2..<Swift.max(2, operands.count)).map { index in
      guard let operand = operands[index] else { return 0 }
      return (operand.type.shape?.dimensions.dropFirst().product) ?? .unknown
    }.sum
  }
}
