import Quantities

/// Adds elements before and after along the axes.
package struct Pad: DataMovementOperator {
  /// How the widths are given.
  package enum Widths: Hashable, Sendable {
    /// In the file: all befores, then all afters.
    case fixed([Int])
    /// In operand 1, all befores, then all afters; operand 3 may name the axes (ONNX).
    case beforesThenAfters
    /// In operand 1, before and after for each axis in turn (TFLite).
    case pairs
  }

  package var widths: Widths
  package var name: OperatorName { .pad }

  package init(_ widths: Widths) { self.widths = widths }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let type = try operands.type(0)
    let list: [SymbolicInt]
    var axes = Array(0..<shape.rank)
    switch widths {
    case .fixed(let numbers): list = numbers.map(SymbolicInt.fixed)
    case .beforesThenAfters:
      list = try operands.integers(1)
      if operands[3] != nil { axes = try operands.numbers(3) }
    case .pairs: list = try operands.integers(1)
    }
    guard list.count == 2 * axes.count else {
      throw .invalid("\(counted(list.count, "width")) for \(counted(axes.count, "axis"))")
    }
    for (index, axis) in axes.enumerated() {
      let axis = try resolvedAxis(axis, rank: shape.rank)
      shape[axis] +=
        widths == .pairs
        ? list[2 * index] + list[2 * index + 1] : list[index] + list[index + axes.count]
    }
    return [TensorType(type.elementType, shape, quantization: type.quantization)]
  }
}
