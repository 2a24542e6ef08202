/// Turns real numbers into integers with a scale, or integers of one scale into another.
public struct Quantize: Operator {
  /// The element type of the result; nil when the zero point (operand 2) has it.
  public var resultType: ElementType?
  /// The axis along which scales differ, when there are several.
  public var axis: Int
  /// How many elements along the axis share a scale; 0 when each index has its own.
  public var blockSize: Int
  public var name: String { "Quantize" }

  /// Creates a quantization step.
  public init(resultType: ElementType?, axis: Int = 1, blockSize: Int = 0) {
    self.resultType = resultType
    self.axis = axis
    self.blockSize = blockSize
  }

  public func kind(for operands: Operands) -> KernelKind { .quantization }
  public func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  public func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[2]?.type.elementType ?? .uint8]
  }

  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies(outputs.first?.elementCount ?? .unknown))
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], try operands.shape(0))]
  }
}

/// Turns integers with a scale into real numbers.
public struct Dequantize: Operator {
  /// The element type of the result; nil when the scale (operand 1) has it.
  public var resultType: ElementType?
  /// The axis along which scales differ, when there are several.
  public var axis: Int
  /// How many elements along the axis share a scale; 0 when each index has its own.
  public var blockSize: Int
  public var name: String { "Dequantize" }

  /// Creates a dequantization step.
  public init(resultType: ElementType?, axis: Int = 1, blockSize: Int = 0) {
    self.resultType = resultType
    self.axis = axis
    self.blockSize = blockSize
  }

  public func kind(for operands: Operands) -> KernelKind { .quantization }
  public func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  public func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[1]?.type.elementType ?? .float32]
  }

  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(.multiplies(outputs.first?.elementCount ?? .unknown))
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], try operands.shape(0))]
  }
}

extension Quantization {
  /// How integers stand for reals by a scale and a zero point of some shape.
  public init(scale: Operand?, zeroPoint: Operand?, axis: Int, blockSize: Int, rank: Int) {
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
public struct Densify: DataMovementOperator {
  public var name: String { "Densify" }

  /// Creates an unpacking.
  public init() {}

  public func constantRole(at index: Int) -> OperandRole { .parameter }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var type = try operands.type(0)
    type.sparsity = nil
    return [type]
  }
}

/// Finds the range of a tensor and quantizes it to it; results: integers, scale, zero point.
public struct DynamicQuantize: Operator {
  public var name: String { "DynamicQuantize" }

  /// Creates it.
  public init() {}

  public func kind(for operands: Operands) -> KernelKind { .quantization }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [
      TensorType(.uint8, try operands.shape(0)),
      TensorType(try operands.type(0).elementType, []), TensorType(.uint8, []),
    ]
  }

  /// Minimum, maximum and the quantization itself.
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(OperationCounts(adds: 2, multiplies: 1) * (operands[0]?.type.elementCount ?? .unknown))
  }
}
