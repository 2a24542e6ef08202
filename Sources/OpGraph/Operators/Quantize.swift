/// Turns real numbers into integers with a scale, or integers of one scale into another.
public struct Quantize: Operator {
  /// The element type of the result; nil when the zero point (operand 2) has it.
  public var resultType: ElementType?
  public var name: String { "Quantize" }

  /// Creates a quantization step.
  public init(resultType: ElementType?) { self.resultType = resultType }

  public func kind(for operands: Operands) -> KernelKind { .quantization }
  public func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  public func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[2]?.type.elementType ?? .uint8]
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], try operands.shape(0))]
  }
}

/// Turns integers with a scale into real numbers.
public struct Dequantize: Operator {
  /// The element type of the result; nil when the scale (operand 1) has it.
  public var resultType: ElementType?
  public var name: String { "Dequantize" }

  /// Creates a dequantization step.
  public init(resultType: ElementType?) { self.resultType = resultType }

  public func kind(for operands: Operands) -> KernelKind { .quantization }
  public func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  public func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[1]?.type.elementType ?? .float32]
  }

  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    [TensorType(elementTypes(for: operands)[0], try operands.shape(0))]
  }
}

/// Unpacks a sparsely stored tensor.
public struct Densify: DataMovementOperator {
  public var name: String { "Densify" }

  /// Creates an unpacking.
  public init() {}

  /// The packed form is read.
  public func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(operands, outputs: outputs, constantRole: constantRole)
    if let stored = operands[0]?.type.sparsity?.storedBytes { traffic.parameters = .fixed(stored) }
    return traffic
  }

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
    Work(otherOps: (operands[0]?.type.elementCount ?? .unknown) * 3)
  }
}
