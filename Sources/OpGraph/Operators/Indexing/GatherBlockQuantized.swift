/// Takes rows of a table that is quantized in blocks; the result is real.
///
/// Operands: table, indices, scales, zero points.
package struct GatherBlockQuantized: Operator {
  package var axis: Int
  package var quantizedAxis: Int
  /// Bits of an element of the table.
  package var bits: Int
  package var name: OperatorName { .gatherBlockQuantized }

  package init(axis: Int, quantizedAxis: Int, bits: Int) {
    self.axis = axis
    self.quantizedAxis = quantizedAxis
    self.bits = bits
  }

  /// Elements that one stored element holds, along the axis that is quantized: bytes hold several.
  private func packing(_ operands: Operands) -> Int {
    // bounded: no division by zero
    operands[0]?.type.elementType == .uint8 ? 8 / max(1, bits) : 1
  }

  package func kind(for operands: Operands) -> KernelKind { .embedding }
  package func constantRole(at index: Int) -> OperandRole {
    index == 0 ? .parameter : index == 1 ? .attribute : .auxiliary
  }

  package var packsElements: Bool { true }

  package func trainedElements(at index: Int, of operands: Operands) -> SymbolicInt? {
    index == 0 ? operands[0].map { $0.type.elementCount * .fixed(packing(operands)) } : nil
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[2]?.type.elementType ?? .undefined]
  }

  /// A product with the scale for each element.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies(outputs.first?.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var table = try operands.shape(0)
    let packed = try resolvedAxis(quantizedAxis, rank: table.rank)
    table[packed] *= .fixed(packing(operands))
    let axis = try resolvedAxis(axis, rank: table.rank)
    let result =
      table.dimensions[..<axis] + (try operands.shape(1)).dimensions
      + table.dimensions[(axis + 1)...]
    return [TensorType(try operands.type(2).elementType, Shape(Array(result)))]
  }

  /// Only the rows that are taken are read, as they are stored, with their scales and zero points.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    if let table = operands[0]?.type, let result = outputs.first {
      traffic.parameters = (result.elementCount * .fixed(bits)).ceilDivided(by: 8)
      for index in 2...3 {
        guard let bytes = operands[index]?.type.storageBytes else { continue }
        traffic.parameters += (bytes * result.elementCount).ceilDivided(
          by: table.elementCount * .fixed(packing(operands)))
      }
    } else {
      traffic.parameters = .unknown
    }
    if let indices = operands[1], !indices.isConstant {
      traffic.activationsRead += indices.type.storageBytes
    }
    traffic.activationsWritten = outputs.map(\.storageBytes).sum
    return traffic
  }
}
