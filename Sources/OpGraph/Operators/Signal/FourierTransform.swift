/// A discrete Fourier transform along an axis, of a whole tensor or of frames of a signal.
///
/// The last axis holds real parts alone or real and imaginary parts.
package struct FourierTransform: Operator {
  /// What is transformed.
  package enum Extent: Hashable, Sendable {
    /// The elements along an axis; nil when operand 2 names it. Operand 1 may give the length.
    case axis(Int?)
    /// Frames of a signal. Operands: signal, step, window, length.
    case frames
  }

  package var extent: Extent
  /// Whether only the half of the spectrum is kept that determines the other.
  package var isOneSided: Bool
  package var isInverse: Bool
  package var name: OperatorName { extent == .frames ? .stft : .dft }

  package init(_ extent: Extent, isOneSided: Bool, isInverse: Bool = false) {
    self.extent = extent
    self.isOneSided = isOneSided
    self.isInverse = isInverse
  }

  package func kind(for operands: Operands) -> KernelKind { .reduction }
  package func constantRole(at index: Int) -> OperandRole {
    index == 0 || (extent == .frames && index == 2) ? .parameter : .attribute
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0).elementType
    var shape = try operands.shape(0)
    guard shape.rank >= 2 else { throw .invalid("a signal of rank \(shape.rank)") }
    switch extent {
    case .axis(let stated):
      let axis = try resolvedAxis(try axis(stated, operands), rank: shape.rank)
      var length = shape[axis]
      if operands[1] != nil { length = try scalar(operands, 1) }
      shape[axis] = isOneSided && !isInverse ? length.floorDivided(by: 2) + 1 : length
      // The inverse of half a spectrum is real.
      shape[shape.rank - 1] = isOneSided && isInverse ? 1 : 2
      return [TensorType(type, shape)]
    case .frames:
      let length: Dimension
      if operands[3] != nil {
        length = try scalar(operands, 3)
      } else {
        length = try operands.shape(2, rank: 1)[0]
      }
      let step = try scalar(operands, 1)
      guard step.fixedValue ?? 1 > 0 else { throw .invalid("a step of \(step)") }
      let frames = (shape[1] - length).floorDivided(by: step) + 1
      return [
        TensorType(
          type, [shape[0], frames, isOneSided ? length.floorDivided(by: 2) + 1 : length, 2])
      ]
    }
  }

  /// Operations of a point in one stage of the radix-2 algorithm (Cooley & Tukey 1965): a complex
  /// product and two complex sums serve two points.
  package static let butterfly = OperationCounts(adds: 3, multiplies: 2)

  /// 5 n log2 n operations for n points.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let output = outputs.first?.shape, let points = points(operands, output),
      points > 0
    else { return Work(.unknown) }
    // bounded: there is at least one point
    let stages = Int.bitWidth - (points - 1).leadingZeroBitCount
    // The length is a number of the file, which nothing bounds: plain arithmetic on it could trap.
    let length = SymbolicInt.fixed(points)
    // Numbers that the result has of each transform, real and imaginary parts apart.
    let kept = isOneSided && !isInverse ? length.floorDivided(by: 2) + 1 : length
    let numbers = kept * (output.dimensions.last ?? 1)
    let transforms = output.elementCount.floorDivided(by: numbers)
    return Work(Self.butterfly * (transforms * length * .fixed(max(1, stages))))
  }

  private func points(_ operands: Operands, _ output: Shape) -> Int? {
    switch extent {
    case .frames:
      return operands[3]?.value?.integers?.first?.fixedValue
        ?? operands[2]?.type.shape?.dimensions.first?.fixedValue
    case .axis(let axis):
      if let length = operands[1]?.value?.integers?.first?.fixedValue { return length }
      let stated = axis ?? operands[2]?.value?.integers?.first?.fixedValue ?? -2
      guard let shape = operands[0]?.type.shape,
        let place = try? resolvedAxis(stated, rank: shape.rank)
      else { return nil }
      return shape[place].fixedValue
    }
  }

  private func axis(_ stated: Int?, _ operands: Operands) throws(ShapeError) -> Int {
    if let stated { return stated }
    guard operands[2] != nil else { return -2 }
    guard let axis = try scalar(operands, 2).fixedValue else {
      throw .unknown("the axis is not known")
    }
    return axis
  }

  private func scalar(_ operands: Operands, _ index: Int) throws(ShapeError) -> SymbolicInt {
    guard let value = try operands.integers(index).first else {
      throw .invalid("operand \(index) is empty")
    }
    return value
  }
}
