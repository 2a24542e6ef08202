/// Turns real numbers into integers with a scale, or integers of one scale into another.
package struct Quantize: Operator {
  /// The element type of the result; nil when the zero point (operand 2) has it.
  package var resultType: ElementType?
  /// The axis along which scales differ, when there are several.
  package var axis: Int
  /// How many elements along the axis share a scale; 0 when each index has its own.
  package var blockSize: Int
  package var name: String { "Quantize" }

  /// Creates a quantization step.
  package init(resultType: ElementType?, axis: Int = 1, blockSize: Int = 0) {
    self.resultType = resultType
    self.axis = axis
    self.blockSize = blockSize
  }

  package func kind(for operands: Operands) -> KernelKind { .quantization }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[2]?.type.elementType ?? .uint8]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies(outputs.first?.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], try operands.shape(0))]
  }
}

/// Turns integers with a scale into real numbers.
package struct Dequantize: Operator {
  /// The element type of the result; nil when the scale (operand 1) has it.
  package var resultType: ElementType?
  /// The axis along which scales differ, when there are several.
  package var axis: Int
  /// How many elements along the axis share a scale; 0 when each index has its own.
  package var blockSize: Int
  package var name: String { "Dequantize" }

  /// Creates a dequantization step.
  package init(resultType: ElementType?, axis: Int = 1, blockSize: Int = 0) {
    self.resultType = resultType
    self.axis = axis
    self.blockSize = blockSize
  }

  package func kind(for operands: Operands) -> KernelKind { .quantization }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[1]?.type.elementType ?? .float32]
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies(outputs.first?.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], try operands.shape(0))]
  }
}

extension Quantization {
  /// How integers stand for reals by a scale and a zero point of some shape.
  package init(scale: Operand?, zeroPoint: Operand?, axis: Int, blockSize: Int, rank: Int) {
    let count = scale?.type.elementCount.fixedValue ?? 1
    let place = (try? resolvedAxis(axis, rank: rank)) ?? 0
    let granularity: Granularity =
      blockSize > 0 && scale?.type.shape?.rank ?? 0 > 1
      ? .perBlock(axis: place, size: blockSize) : count > 1 ? .perAxis(place) : .perTensor
    self.init(
      granularity: granularity, scales: scale?.value?.floats?.map(Float.init) ?? [],
      zeroPoints: zeroPoint?.value?.integers?.compactMap(\.fixedValue) ?? [])
  }
}

/// Unpacks a sparsely stored tensor.
package struct Densify: DataMovementOperator {
  package var name: String { "Densify" }

  /// Creates an unpacking.
  package init() {}

  package func constantRole(at index: Int) -> OperandRole { .parameter }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var type = try operands.type(0)
    type.sparsity = nil
    return [type]
  }
}

/// Finds the range of a tensor and quantizes it to it; results: integers, scale, zero point.
package struct DynamicQuantize: Operator {
  package var name: String { "DynamicQuantize" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .quantization }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(.uint8, try operands.shape(0)),
      TensorType(try operands.type(0).elementType, []), TensorType(.uint8, []),
    ]
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    [.uint8, operands[0]?.type.elementType ?? .undefined, .uint8]
  }

  /// Minimum, maximum and the quantization itself.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(OperationCounts(adds: 2, multiplies: 1) * (operands[0]?.type.elementCount ?? .unknown))
  }
}
