/// Rows of a padded batch without those that are padding.
///
/// Operands: input (batch, steps, width), lengths. Results: rows (as many as the symbol says),
/// their places, running lengths, the greatest length.
package struct RemovePadding: DataMovementOperator {
  /// What the number of rows that stay is called.
  package var symbol: String
  package var name: String { "RemovePadding" }

  /// Creates it.
  package init(symbol: String) { self.symbol = symbol }

  package func maxima(for operands: Operands) -> [String: SymbolicInt] {
    operands[0]?.type.shape.map { [symbol: $0.dimensions.prefix(2).product] } ?? [:]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let input = try operands.shape(0, rank: 3)
    return [
      TensorType(try operands.type(0).elementType, [.symbol(symbol), input[2]]),
      TensorType(.int32, [input[0], input[1]]), TensorType(.int32, [input[0] + 1]),
      TensorType(.int32, [1]),
    ]
  }
}

/// Puts rows back to their places in a padded batch; operand 1 has the batch's shape.
package struct RestorePadding: DataMovementOperator {
  package var name: String { "RestorePadding" }

  /// Creates it.
  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let rows = try operands.shape(0, rank: 2)
    let places = try operands.shape(1, rank: 2)
    return [TensorType(try operands.type(0).elementType, [places[0], places[1], rows[1]])]
  }
}

/// Overlapping slices of a tensor along an axis, on a new last axis.
package struct UnfoldTensor: DataMovementOperator {
  package var axis: Int
  package var size: Int
  package var step: Int
  package var name: String { "UnfoldTensor" }

  /// Creates it.
  package init(axis: Int, size: Int, step: Int) {
    self.axis = axis
    self.size = size
    self.step = step
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let axis = try resolvedAxis(axis, rank: shape.rank)
    shape[axis] = (shape[axis] - .fixed(size)).floorDivided(by: .fixed(step)) + 1
    return [TensorType(try operands.type(0).elementType, Shape(shape.dimensions + [.fixed(size)]))]
  }
}

/// The distances between the rows of two matrices.
package struct RowDistances: Operator {
  package var name: String { "CDist" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .matMul }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let left = try operands.shape(0, rank: 2)
    let right = try operands.shape(1, rank: 2)
    return [TensorType(try operands.type(0).elementType, [left[0], right[0]])]
  }

  /// A difference that is multiplied with itself and added up, for each column.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let columns = try? operands.shape(0, rank: 2)[1], let pairs = outputs.first?.elementCount
    else { return .unknown }
    return Work(macs: pairs * columns, .adds(pairs * columns))
  }
}

/// Takes rows of a table that is quantized in blocks; the result is real.
///
/// Operands: table, indices, scales, zero points.
package struct GatherBlockQuantized: Operator {
  package var axis: Int
  /// Elements that one stored element holds, along the axis that is quantized.
  package var packing: Int
  package var quantizedAxis: Int
  package var name: String { "GatherBlockQuantized" }

  /// Creates it.
  package init(axis: Int, quantizedAxis: Int, packing: Int) {
    self.axis = axis
    self.quantizedAxis = quantizedAxis
    self.packing = packing
  }

  package func kind(for operands: Operands) -> KernelKind { .embedding }
  package func constantRole(at index: Int) -> OperandRole { index == 1 ? .attribute : .parameter }

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
    table[packed] *= .fixed(packing)
    let axis = try resolvedAxis(axis, rank: table.rank)
    let result =
      table.dimensions[..<axis] + (try operands.shape(1)).dimensions
      + table.dimensions[(axis + 1)...]
    return [TensorType(try operands.type(2).elementType, Shape(Array(result)))]
  }

  /// Only the rows that are taken are read, as they are stored, with their scales and zero points.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    if let table = operands[0]?.type, let bits = table.elementType.bits, let result = outputs.first
    {
      traffic.parameters = (result.elementCount * .fixed(bits)).ceilDivided(by: .fixed(8 * packing))
      for index in 2...3 {
        guard let bytes = operands[index]?.type.storageBytes else { continue }
        traffic.parameters += (bytes * result.elementCount).ceilDivided(
          by: table.elementCount * .fixed(packing))
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

/// Values of a table by the distance of two positions (T5), for every head.
///
/// Operands: table (buckets x heads), numbers of queries and keys.
package struct RelativePositionBias: DataMovementOperator {
  package var name: String { "RelativePositionBias" }

  /// Creates it.
  package init() {}

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let table = try operands.shape(0, rank: 2)
    let queries = try operands.integers(1).first ?? .unknown
    let keys = try operands.integers(2).first ?? .unknown
    return [TensorType(try operands.type(0).elementType, [1, table[1], queries, keys])]
  }
}
