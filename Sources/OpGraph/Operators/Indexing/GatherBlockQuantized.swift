/// Takes rows of a table that is quantized in blocks; the result is real.
///
/// Operands: table, indices, scales, zero points.
package struct GatherBlockQuantized: Operator {
  package var axis: Int
  /// Elements that one stored element holds, along the axis that is quantized.
  package var packing: Int
  package var quantizedAxis: Int
  package var name: OperatorName { .gatherBlockQuantized }

  package init(axis: Int, quantizedAxis: Int, packing: Int) {
    self.axis = axis
    self.quantizedAxis = quantizedAxis
    self.packing = packing
  }

  package func kind(for operands: Operands) -> KernelKind { .embedding }
  package func constantRole(at index: Int) -> OperandRole { index == 1 ? .attribute : .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var table = try operands.shape(0)
    let packed = try resolvedAxis(quantizedAxis, rank: table.rank)
    table[packed] *= .fixed(packing)
    let axis = try resolvedAxis(axis, rank: table.rank)
    let result =
      table.dimensions[..<axis] + (try operands.shape(1)).dimensions
      + table.dimensions[(axis + 1)...]
    return [TensorType(try operands.type(2).elementType, Shape(Array(result)))]
  }

  /// Only the rows that are taken are read, as they are stored.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    if let table = operands[0]?.type, let bits = table.elementType.bits, let result = outputs.first
    {
      traffic.parameters = (result.elementCount * .fixed(bits)).ceilDivided(by: .fixed(8 * packing))
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
