import Quantities

/// Gives an image another size by interpolation.
package struct Resize: Operator {
  /// How an element of the result is computed, with the operations that it takes.
  package enum Interpolation: Hashable, Sendable {
    case nearest, linear, cubic

    /// Choosing an element, or the kernel elements of a two-dimensional interpolation.
    var operationsPerElement: OperationCounts {
      switch self {
      case .nearest: return .adds(1)
      case .linear: return .multiplies(4)
      case .cubic: return .multiplies(16)
      }
    }
  }

  /// How sizes that would distort the image are taken (ONNX).
  package enum AspectRatio: String, Hashable, Sendable {
    case stretch, notLarger = "not_larger", notSmaller = "not_smaller"
  }

  /// Where the elements of the result lie in the image.
  package enum Sampling: Hashable, Sendable {
    /// Corners of elements are aligned, so that the first elements coincide.
    case asymmetric
    /// Centres of elements stay where they are in the image.
    case halfPixel
    /// The first and the last elements coincide.
    case alignedCorners
  }

  /// How the size of the result is given.
  package enum Target: Hashable, Sendable {
    /// Operand 1 holds height and width (TFLite).
    case spatialSizes
    /// Operand `scales` holds a factor, or `sizes` a size, for each axis or for `axes` (ONNX).
    case operands(scales: Int, sizes: Int, axes: [Int]?)
    /// The file holds a factor for each axis.
    case factors([Double])
  }

  package var interpolation: Interpolation
  package var target: Target
  package var aspectRatio: AspectRatio
  package var sampling: Sampling
  package var name: OperatorName {
    switch interpolation {
    case .nearest: .resizeNearest
    case .linear: .resizeLinear
    case .cubic: .resizeCubic
    }
  }

  package init(
    _ interpolation: Interpolation, target: Target, aspectRatio: AspectRatio = .stretch,
    sampling: Sampling = .halfPixel
  ) {
    self.sampling = sampling
    self.interpolation = interpolation
    self.target = target
    self.aspectRatio = aspectRatio
  }

  package func kind(for operands: Operands) -> KernelKind { .resize }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(
      interpolation.operationsPerElement * (outputs.first?.elementCount ?? .unknown))
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var shape = try operands.shape(0)
    let type = try operands.type(0)
    switch target {
    case .spatialSizes:
      let sizes = try operands.integers(1)
      guard sizes.count == 2, shape.rank == 4 else {
        throw .invalid("\(counted(sizes.count, "size")) for rank \(shape.rank)")
      }
      shape[1] = sizes[0]
      shape[2] = sizes[1]
    case .factors(let factors): shape = try scaled(shape, by: factors, axes: nil)
    case .operands(let scales, let sizes, let axes):
      if operands[sizes] != nil {
        let list = try operands.integers(sizes)
        let places = try places(axes, rank: shape.rank)
        guard list.count == places.count else {
          throw .invalid("\(counted(list.count, "size")) for \(counted(places.count, "axis"))")
        }
        try resize(&shape, along: places, to: list)
      } else {
        guard let factors = try operands.required(scales).value?.floats else {
          throw .unknown("the scales are not known")
        }
        shape = try scaled(shape, by: factors, axes: axes)
      }
    }
    return [TensorType(type.elementType, shape, quantization: type.quantization)]
  }

  /// Takes sizes as they are, or the one scale that keeps within or covers all of them.
  private func resize(
    _ shape: inout Shape, along axes: [Int], to sizes: [Dimension]
  ) throws(ShapeError) {
    guard aspectRatio != .stretch else {
      for (axis, size) in zip(axes, sizes) { shape[axis] = size }
      return
    }
    let own = axes.compactMap { shape[$0].fixedValue }
    let wanted = sizes.compactMap(\.fixedValue)
    guard own.count == axes.count, wanted.count == axes.count, own.allSatisfy({ $0 > 0 }) else {
      throw .unknown("sizes that keep the aspect ratio of a dynamic shape")
    }
    let scales = zip(wanted, own).map { Double($0) / Double($1) }
    let scale = (aspectRatio == .notLarger ? scales.min() : scales.max()) ?? 1
    for (axis, size) in zip(axes, own) {
      guard let scaled = Int(exactly: (scale * Double(size)).rounded(.toNearestOrAwayFromZero))
      else { throw .invalid("a scale of \(scale)") }
      shape[axis] = .fixed(scaled)
    }
  }

  /// The axes in the order named, or all of them.
  private func places(_ axes: [Int]?, rank: Int) throws(ShapeError) -> [Int] {
    guard let axes else { return Array(0..<rank) }
    var result: [Int] = []
    for axis in axes { result.append(try resolvedAxis(axis, rank: rank)) }
    return result
  }

  private func scaled(
    _ shape: Shape, by factors: [Double], axes: [Int]?
  ) throws(ShapeError) -> Shape {
    let places = try places(axes, rank: shape.rank)
    guard factors.count == places.count else {
      throw .invalid("\(counted(factors.count, "scale")) for \(counted(places.count, "axis"))")
    }
    var result = shape
    for (axis, factor) in zip(places, factors) where factor != 1 {
      if let size = shape[axis].fixedValue {
        // Of 10 and 0.7 runtimes make 7, as PyTorch does: they round the product to 32 bits before they floor it
        // (onnxruntime 1.32). ONNX floors the exact one, 6.9999999, of which no export is meant.
        guard let scaled = Int(exactly: (Float(size) * Float(factor)).rounded(.down)) else {
          throw .invalid("a scale of \(factor)")
        }
        result[axis] = .fixed(scaled)
      } else if let whole = Int(exactly: factor) {
        result[axis] = shape[axis] * .fixed(whole)
      } else if let inverse = Int(exactly: 1 / factor) {
        result[axis] = shape[axis].floorDivided(by: .fixed(inverse))
      } else {
        throw .unknown("a symbolic size times \(factor)")
      }
    }
    return result
  }
}
