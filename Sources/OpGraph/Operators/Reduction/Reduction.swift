/// One value for all elements along some axes.
package struct Reduction: Operator {
  /// What is computed of the elements.
  package enum Function: Hashable, Sendable {
    case mean, sum, product
    case maximum, minimum, any, all
    case l1, l2, logSum
    case logSumExp, sumSquare
    case argMax, argMin
    case globalAverage, globalMax
  }

  /// Which axes are reduced.
  package enum Axes: Hashable, Sendable {
    case fixed([Int])
    /// All of them.
    case all
    /// All but the first two: the spatial axes of a channels-first image.
    case spatial
    /// The elements of the operand at a place; all axes when it is left out or empty.
    case operand(Int)
    /// The same, but no axis at all when the operand is left out or empty.
    case operandOrNone(Int)
  }

  package var function: Function
  package var axes: Axes
  package var keepsDimensions: Bool
  /// The element type of the result where it is not the input's.
  package var resultType: ElementType?

  package init(
    _ function: Function, axes: Axes, keepsDimensions: Bool, resultType: ElementType? = nil
  ) {
    self.function = function
    self.axes = axes
    self.keepsDimensions = keepsDimensions
    self.resultType = resultType
  }

  package var name: OperatorName { function.name }
  package func kind(for operands: Operands) -> KernelKind {
    axes == .spatial ? .pooling : .reduction
  }
  package func constantRole(at index: Int) -> OperandRole { index == 0 ? .parameter : .attribute }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    [resultType ?? operands[0]?.type.elementType ?? .undefined]
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let shape = try operands.shape(0)
    let reduced = Set(try reducedAxes(operands, rank: shape.rank))
    var result: [Dimension] = []
    for (axis, size) in shape.dimensions.enumerated() {
      if !reduced.contains(axis) {
        result.append(size)
      } else if keepsDimensions {
        result.append(1)
      }
    }
    return [TensorType(try operands.elementType(resultType, orOf: 0), Shape(result))]
  }

  /// One operation for each element that is read.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    let count = operands[0]?.type.elementCount ?? .unknown
    switch function {
    case .product, .l2, .sumSquare: return Work(.multiplies(count))
    case .logSumExp: return Work(.transcendentals(count))
    default: return Work(.adds(count))
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let value = operands[0]?.value, let shape = operands[0]?.type.shape,
      let groups = groups(of: value.count, shape, operands)
    else { return [] }
    switch value {
    case .integers(let values):
      let results = groups.map { group in combined(group.map { values[$0] }) }
      let known = results.compactMap { $0 }
      return known.count == results.count ? [.integers(known)] : []
    case .floats(let values):
      let results = groups.map { group in combined(group.map { values[$0] }) }
      let known = results.compactMap { $0 }
      return known.count == results.count ? [.floats(known)] : []
    }
  }

  /// The places of the elements that make up each element of the result.
  private func groups(of count: Int, _ shape: Shape, _ operands: Operands) -> [[Int]]? {
    guard let steps = shape.rowMajorSteps, shape.elementCount == .fixed(count), count > 0,
      let reduced = try? reducedAxes(operands, rank: shape.rank)
    else { return nil }
    let kept = shape.dimensions.indices.filter { !reduced.contains($0) }
    var groups: [Int: [Int]] = [:]
    for place in 0..<count {
      let key = kept.reduce(0) { key, axis in
        let size = shape[axis].fixedValue ?? 1
        // bounded: places of elements in memory; there are some, so no size and no step is zero
        return key * size + place / steps[axis] % size
      }
      groups[key, default: []].append(place)
    }
    return groups.sorted { $0.key < $1.key }.map(\.value)
  }

  private func combined(_ values: [SymbolicInt]) -> SymbolicInt? {
    guard let first = values.first else { return nil }
    switch function {
    case .product: return values.product
    case .sum: return values.sum
    case .maximum: return values.dropFirst().reduce(first, SymbolicInt.maximum)
    case .minimum: return values.dropFirst().reduce(first, SymbolicInt.minimum)
    default: return nil
    }
  }

  private func combined(_ values: [Double]) -> Double? {
    switch function {
    case .product: return values.reduce(1, *)
    case .sum: return values.reduce(0, +)
    case .maximum: return values.max()
    case .minimum: return values.min()
    case .mean: return values.reduce(0, +) / Double(values.count)
    default: return nil
    }
  }

  /// The axes that are reduced, counted from the front.
  package func reducedAxes(_ operands: Operands, rank: Int) throws(ShapeError) -> [Int] {
    switch axes {
    case .fixed(let axes): return try resolvedAxes(axes, rank: rank)
    case .all: return Array(0..<rank)
    case .spatial: return Array(Swift.min(2, rank)..<rank)
    case .operand(let index), .operandOrNone(let index):
      let none: [Int] = axes == .operand(index) ? Array(0..<rank) : []
      guard operands[index] != nil else { return none }
      let axes = try operands.numbers(index)
      return axes.isEmpty ? none : try resolvedAxes(axes, rank: rank)
    }
  }
}

extension Reduction.Function {
  /// The canonical operator that computes the function.
  package var name: OperatorName {
    switch self {
    case .mean: .reduceMean
    case .sum: .reduceSum
    case .product: .reduceProd
    case .maximum: .reduceMax
    case .minimum: .reduceMin
    case .any: .reduceAny
    case .all: .reduceAll
    case .l1: .reduceL1
    case .l2: .reduceL2
    case .logSum: .reduceLogSum
    case .logSumExp: .reduceLogSumExp
    case .sumSquare: .reduceSumSquare
    case .argMax: .argMax
    case .argMin: .argMin
    case .globalAverage: .globalAveragePool
    case .globalMax: .globalMaxPool
    }
  }
}
