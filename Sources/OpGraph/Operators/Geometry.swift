/// Cuts or pads axes about their middle to given sizes.
package struct CenterCropPad: DataMovementOperator {
  /// The axes that operand 1 gives sizes for; nil for all.
  package var axes: [Int]?
  package var name: String { "CenterCropPad" }

  /// Creates it.
  package init(axes: [Int]?) { self.axes = axes }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let sizes = try operands.integers(1)
    let places = axes ?? Array(0..<shape.rank)
    guard sizes.count == places.count else {
      throw .invalid("\(sizes.count) sizes for \(places.count) axes")
    }
    for (axis, size) in zip(places, sizes) {
      shape[try resolvedAxis(axis, rank: shape.rank)] = size
    }
    return [TensorType(try operands.type(0).elementType, shape)]
  }

  /// What is cut off is not read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    guard var kept = operands[0], let whole = kept.type.shape, let result = outputs.first?.shape,
      whole.rank == result.rank
    else { return .compulsory(operands, outputs: outputs, constantRole: constantRole) }
    kept.type.shape = Shape(zip(whole.dimensions, result.dimensions).map(SymbolicInt.minimum))
    let rest = operands.dropFirst().map { $0 }
    return .compulsory(Operands([kept] + rest), outputs: outputs, constantRole: constantRole)
  }
}

/// The places in an image that an affine map of a regular grid gives.
package struct AffineGrid: Operator {
  package var name: String { "AffineGrid" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .matMul }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let size = try operands.integers(1)
    guard size.count == 4 || size.count == 5 else {
      throw .invalid("a size of \(size.count) numbers, expected 4 or 5")
    }
    let axes = size.count - 2
    return [
      TensorType(
        try operands.type(0).elementType,
        Shape([size[0]] + Array(size.dropFirst(2)) + [.fixed(axes)]))
    ]
  }

  /// Each coordinate is a product of a row with a place in homogeneous coordinates.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let output = outputs.first, let axes = output.shape?.dimensions.last else {
      return Work(macs: .unknown)
    }
    return Work(macs: output.elementCount * (axes + 1))
  }
}

/// The determinant of square matrices in the last two axes.
package struct Determinant: Operator {
  package var name: String { "Det" }

  /// Creates it.
  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .reduction }

  /// n^2 operations for each of n columns, about three times what elimination takes at least.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let shape = operands[0]?.type.shape, let side = shape.dimensions.last else {
      return Work(.unknown)
    }
    return Work(.multiplies(shape.elementCount * side))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    guard shape.rank >= 2 else { throw .invalid("a matrix of rank \(shape.rank)") }
    return [
      TensorType(try operands.type(0).elementType, Shape(Array(shape.dimensions.dropLast(2))))
    ]
  }
}

/// Puts elements back where a max pooling took them from.
///
/// Operands: elements, their places, optionally the size of the result.
package struct MaxUnpooling: DataMovementOperator {
  package var kernel: [Int]
  package var window: Window
  package var name: String { "MaxUnpool" }

  /// Creates it.
  package init(kernel: [Int], window: Window) {
    self.kernel = kernel
    self.window = window
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    if operands[2] != nil { return [TensorType(type, Shape(try operands.integers(2)))] }
    var shape = try operands.shape(0, rank: kernel.count + 2)
    for axis in kernel.indices {
      var size = (shape[axis + 2] - 1) * .fixed(window.strides[axis]) + .fixed(kernel[axis])
      if case .explicit(let before, let after) = window.padding {
        size = size - .fixed(before[axis]) - .fixed(after[axis])
      }
      shape[axis + 2] = size
    }
    return [TensorType(type, shape)]
  }
}

/// How far predictions are from labels: a value for each label, or one for all.
package struct ClassificationLoss: Operator {
  package var name: String
  /// Whether there is one value for all labels.
  package var isReduced: Bool
  /// Whether the operator takes the softmax itself; the logarithm is then its second result.
  package var takesSoftmax: Bool

  /// Creates it.
  package init(_ name: String, isReduced: Bool, takesSoftmax: Bool) {
    self.name = name
    self.isReduced = isReduced
    self.takesSoftmax = takesSoftmax
  }

  package func kind(for operands: Operands) -> KernelKind { .softmax }

  /// Without a softmax only the score of each label is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var read: [Operand?] = operands.map { $0 }
    if !takesSoftmax, let labels = operands[1]?.type.shape { read[0]?.type.shape = labels }
    return .compulsory(Operands(read), outputs: outputs, constantRole: constantRole)
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let scores = operands[0]?.type.elementCount ?? .unknown
    let labels = operands[1]?.type.elementCount ?? .unknown
    let softmax = takesSoftmax ? Softmax.operationsPerElement * scores : .none
    return Work(.adds(labels) + softmax)
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    return [
      TensorType(type, isReduced ? [] : try operands.shape(1)),
      TensorType(type, try operands.shape(0)),
    ]
  }
}
