/// Takes slices of a table at given indices along an axis.
package struct Gather: Operator {
  package var axis: Int
  /// Leading axes that table and indices share.
  package var batchDimensions: Int
  /// The operand that is the table: TFLite's EMBEDDING_LOOKUP has the indices first.
  package var table: Int
  package var name: OperatorName { .gather }

  package init(axis: Int, batchDimensions: Int = 0, table: Int = 0) {
    self.axis = axis
    self.batchDimensions = batchDimensions
    self.table = table
  }

  private var indices: Int { table == 0 ? 1 : 0 }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [operands[table]?.type.elementType ?? .undefined]
  }

  package func kind(for operands: Operands) -> KernelKind {
    operands[table]?.isConstant == true ? .embedding : .dataMovement
  }
  package func constantRole(at index: Int) -> OperandRole {
    index == table ? .parameter : .attribute
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.moves(outputs.map(\.elementCount).sum))
  }

  /// Only the rows that are taken are read, not the table.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    let rows = outputs.map(\.storageBytes).sum
    traffic.add(rows, as: operands[table]?.role(orConstant: .parameter) ?? .activation)
    if let indices = operands[indices], !indices.isConstant {
      traffic.activationsRead += indices.type.storageBytes
    }
    traffic.activationsWritten = rows
    return traffic
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(table)
    let shape = try operands.shape(table)
    let places = try operands.shape(indices)
    let axis = try resolvedAxis(self.axis, rank: shape.rank)
    let shared = batchDimensions < 0 ? batchDimensions &+ places.rank : batchDimensions
    guard shared >= 0, shared <= places.rank, shared <= axis else {
      throw .invalid("\(batchDimensions) batch dimensions")
    }
    let result =
      shape.dimensions[..<axis] + places.dimensions[shared...]
      + shape.dimensions[(axis + 1)...]
    return [TensorType(type.elementType, Shape(Array(result)), quantization: type.quantization)]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let value = operands[table]?.value, operands[table]?.type.shape?.rank == 1,
      let places = operands[indices]?.value?.integers
    else { return [] }
    // bounded: the number is negative
    let numbers = places.compactMap(\.fixedValue).map { $0 < 0 ? $0 + value.count : $0 }
    guard numbers.count == places.count,
      numbers.allSatisfy({ (0..<value.count).contains($0) })
    else { return [] }
    return [value.selecting(numbers)]
  }
}
