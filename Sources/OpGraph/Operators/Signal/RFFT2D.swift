import Quantities

/// The Fourier transform of real images along their last two axes (TFLite RFFT2D).
///
/// Operands: images, the lengths of the transform along both axes.
package struct RFFT2D: Operator {
  package var name: OperatorName { .rfft2D }

  package init() {}

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] { [.complex64] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let lengths = try operands.integers(1)
    guard shape.rank >= 2, lengths.count == 2 else {
      throw .invalid(
        "\(counted(lengths.count, "length")) for a signal of rank \(shape.rank), expected 2")
    }
    shape[shape.rank - 2] = lengths[0]
    shape[shape.rank - 1] = lengths[1].floorDivided(by: 2) + 1
    return [TensorType(.complex64, shape)]
  }

  /// 5 n log2 n operations for n points, for every row and every column that is kept.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let lengths = operands[1]?.value?.integers?.compactMap(\.fixedValue), lengths.count == 2,
      let shape = outputs.first?.shape, shape.rank >= 2,
      lengths.allSatisfy({ (1...1 << 24).contains($0) })
    else { return Work(.unknown) }
    let images = shape.dimensions.dropLast(2).product
    func stages(_ length: Int) -> SymbolicInt { length == 1 ? 0 : .fixed(binaryLogarithm(length)) }
    let (rows, points) = (SymbolicInt.fixed(lengths[0]), SymbolicInt.fixed(lengths[1]))
    let alongRows = rows * points * stages(lengths[1])
    let alongColumns = (points.floorDivided(by: 2) + 1) * rows * stages(lengths[0])
    return Work(FourierTransform.butterfly * (images * (alongRows + alongColumns)))
  }
}
