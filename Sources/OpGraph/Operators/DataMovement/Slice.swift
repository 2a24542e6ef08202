import Quantities

/// A part of a tensor with a start, an end and a step along some axes.
package struct Slice: DataMovementOperator {
  /// How the bounds are given.
  package enum Bounds: Hashable, Sendable {
    /// In the file: starts and ends along axes (all leading axes when none are named).
    case fixed(starts: [Int], ends: [Int], axes: [Int]?)
    /// In operands: starts, ends, axes, steps.
    case operands
    /// In operands: starts, sizes; a size of -1 takes the rest (TFLite SLICE).
    case startsAndSizes
    /// In operands: starts, ends, steps, with a bit mask for each liberty (TFLite STRIDED_SLICE).
    case strided(StridedMasks)
  }

  /// Bit masks over axes of a strided slice.
  package struct StridedMasks: Hashable, Sendable {
    package var begin: Int
    package var end: Int
    package var ellipsis: Int
    package var newAxis: Int
    package var shrinkAxis: Int
    /// Whether ends count from the starts.
    package var endIsOffset: Bool

    package init(
      begin: Int, end: Int, ellipsis: Int, newAxis: Int, shrinkAxis: Int, endIsOffset: Bool
    ) {
      self.begin = begin
      self.end = end
      self.ellipsis = ellipsis
      self.newAxis = newAxis
      self.shrinkAxis = shrinkAxis
      self.endIsOffset = endIsOffset
    }
  }

  package var bounds: Bounds
  package var name: OperatorName { if case .strided = bounds { .stridedSlice } else { .slice } }

  package init(_ bounds: Bounds) { self.bounds = bounds }

  /// Only the part that is taken is read.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic()
    let bytes = outputs.map(\.storageBytes).sum
    traffic.add(bytes, as: operands[0]?.role(orConstant: .parameter) ?? .activation)
    traffic.activationsWritten = bytes
    return traffic
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let type = try operands.type(0)
    let plan = try ranges(operands)
    let sizes = plan.filter { !$0.isShrunk }.map(\.count)
    return [TensorType(type.elementType, Shape(sizes), quantization: type.quantization)]
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard let value = operands[0]?.value, let shape = operands[0]?.type.shape,
      let steps = shape.rowMajorSteps, let result = outputs.first?.shape,
      let ranges = try? ranges(operands), ranges.count == shape.rank
    else { return [] }
    let starts = ranges.compactMap(\.start.fixedValue)
    guard starts.count == ranges.count, !ranges.contains(where: \.isShrunk) else {
      return [foldElement(value, ranges, steps)]
    }
    guard zip(starts, shape.dimensions).allSatisfy({ $0 >= 0 && $0 <= $1.fixedValue ?? 0 }) else {
      return []
    }
    return [
      value.picking(result) { index in
        ranges.indices.reduce(0) { place, axis in
          // bounded: a place of one of the elements in memory
          place + (starts[axis] + index[axis] * ranges[axis].step) * steps[axis]
        }
      }
    ]
  }

  /// One element of a vector, as computations of shapes take it with a shrinking slice.
  private func foldElement(
    _ value: ConstantValue, _ ranges: [AxisRange], _ steps: [Int]
  ) -> ConstantValue? {
    guard ranges.count == 1, ranges[0].isShrunk, let place = ranges[0].start.fixedValue,
      (0..<value.count).contains(place)
    else { return nil }
    return value.selecting([place])
  }

  /// The step along each axis.
  package func steps(for operands: Operands) throws(ShapeError) -> [Int] {
    try ranges(operands).map(\.step)
  }

  private struct AxisRange {
    var start: SymbolicInt
    var count: SymbolicInt
    var step = 1
    var isShrunk = false
  }

  private func ranges(_ operands: Operands) throws(ShapeError) -> [AxisRange] {
    let shape = try operands.shape(0)
    switch bounds {
    case .fixed(let starts, let ends, let axes):
      return try along(
        shape, starts: starts.map(SymbolicInt.fixed), ends: ends.map(SymbolicInt.fixed),
        axes: axes, steps: nil)
    case .operands:
      return try along(
        shape, starts: operands.integers(1), ends: operands.integers(2),
        axes: operands[3] == nil ? nil : operands.numbers(3),
        steps: operands[4] == nil ? nil : operands.numbers(4))
    case .startsAndSizes:
      let starts = try operands.integers(1)
      let sizes = try operands.integers(2)
      guard starts.count == shape.rank, sizes.count == shape.rank else {
        throw .invalid(
          "\(counted(starts.count, "start")) and \(counted(sizes.count, "size")) for rank \(shape.rank)"
        )
      }
      var result: [AxisRange] = []
      for axis in shape.dimensions.indices {
        let count = sizes[axis] == -1 ? shape[axis] - starts[axis] : sizes[axis]
        if let start = starts[axis].fixedValue, let end = (starts[axis] + count).fixedValue,
          let size = shape[axis].fixedValue, start < 0 || count.fixedValue ?? 0 < 0 || end > size
        {
          throw .invalid("\(counted(count, "element")) from \(start) of an axis of \(size)")
        }
        result.append(AxisRange(start: starts[axis], count: count))
      }
      return result
    case .strided(let masks): return try strided(shape, operands, masks)
    }
  }

  private func along(
    _ shape: Shape, starts: [SymbolicInt], ends: [SymbolicInt], axes: [Int]?, steps: [Int]?
  ) throws(ShapeError) -> [AxisRange] {
    var result = shape.dimensions.map { AxisRange(start: 0, count: $0) }
    let axes = axes ?? Array(starts.indices)
    let steps = steps ?? [Int](repeating: 1, count: axes.count)
    guard starts.count == axes.count, ends.count == axes.count, steps.count == axes.count else {
      throw .invalid(
        "\(counted(starts.count, "start")), \(counted(ends.count, "end")) and \(counted(axes.count, "axis"))"
      )
    }
    for (index, axis) in axes.enumerated() {
      let axis = try resolvedAxis(axis, rank: shape.rank)
      result[axis] = try Self.range(
        size: shape[axis], start: starts[index], end: ends[index], step: steps[index])
    }
    return result
  }

  /// The elements from `start` to before `end` by `step`, both clamped to the axis.
  private static func range(
    size: Dimension, start: SymbolicInt, end: SymbolicInt, step: Int
  ) throws(ShapeError) -> AxisRange {
    guard step != 0, step > Int.min else { throw .invalid("a step of \(step)") }
    guard let startNumber = start.fixedValue, let endNumber = end.fixedValue,
      let sizeNumber = size.fixedValue
    else { return try symbolicRange(size: size, start: start, end: end, step: step) }
    // Going backwards, the first element taken is at most the last of the axis, and the end may
    // lie before the first.
    func clamped(_ position: Int, _ allowed: ClosedRange<Int>) -> Int {
      let fromStart = position < 0 ? position &+ sizeNumber : position
      return Swift.min(Swift.max(fromStart, allowed.lowerBound), allowed.upperBound)
    }
    guard sizeNumber > 0 else { return AxisRange(start: 0, count: 0, step: step) }
    let beforeEnd = sizeNumber - 1  // bounded: the size is positive
    let first = clamped(startNumber, step > 0 ? 0...sizeNumber : 0...beforeEnd)
    let last = clamped(endNumber, step > 0 ? 0...sizeNumber : -1...beforeEnd)
    let distance = step > 0 ? last - first : first - last  // bounded: both are clamped to the size
    let magnitude = abs(step)  // bounded: the least integer is refused above
    // bounded: at most the distance
    let count = distance <= 0 ? 0 : (distance - 1) / magnitude + 1
    return AxisRange(start: .fixed(first), count: .fixed(count), step: step)
  }

  /// Symbolic bounds are taken at their word: they are assumed to lie inside the axis.
  private static func symbolicRange(
    size: Dimension, start: SymbolicInt, end: SymbolicInt, step: Int
  ) throws(ShapeError) -> AxisRange {
    // Exporters write "to the end" as the largest integer of some width, or as a power of ten.
    let far = 1_000_000
    let from = start.fixedValue.map { $0 < 0 ? size + .fixed($0) : .fixed($0) } ?? start
    let to: SymbolicInt
    if let number = end.fixedValue {
      to = number >= far ? size : number < 0 ? size + .fixed(number) : .fixed(number)
    } else {
      to = end
    }
    guard step > 0 else {
      if step == -1, let first = start.fixedValue, first == -1 || first >= far,
        let last = end.fixedValue, last <= -far  // bounded: a constant
      {
        return AxisRange(start: size - 1, count: size, step: -1)
      }
      throw .unknown("a backward slice with symbolic bounds")
    }
    return AxisRange(start: from, count: (to - from).ceilDivided(by: .fixed(step)), step: step)
  }

  private func strided(
    _ shape: Shape, _ operands: Operands, _ masks: StridedMasks
  ) throws(ShapeError) -> [AxisRange] {
    let starts = try operands.integers(1)
    let ends = try operands.integers(2)
    let steps = try operands.numbers(3)
    guard ends.count == starts.count, steps.count == starts.count, starts.count <= 32 else {
      throw .invalid(
        "\(counted(starts.count, "start")), \(counted(ends.count, "end")) and \(counted(steps.count, "step"))"
      )
    }
    func has(_ mask: Int, _ index: Int) -> Bool { mask >> index & 1 == 1 }
    let newAxes = starts.indices.filter { has(masks.newAxis, $0) }.count
    var result: [AxisRange] = []
    var axis = 0
    for index in starts.indices {
      if has(masks.ellipsis, index) {
        let explicit = starts.count - 1 - newAxes  // bounded: some of the starts
        let skipped = Swift.max(0, shape.rank - explicit)  // bounded: axes
        for _ in 0..<skipped where axis < shape.rank {
          result.append(AxisRange(start: 0, count: shape[axis]))
          axis += 1
        }
        continue
      }
      if has(masks.newAxis, index) {
        result.append(AxisRange(start: 0, count: 1))
        continue
      }
      guard axis < shape.rank else { throw .invalid("more bounds than axes") }
      let step = steps[index]
      if has(masks.shrinkAxis, index) {
        let start = starts[index].fixedValue.map { $0 < 0 ? shape[axis] + .fixed($0) : .fixed($0) }
        result.append(AxisRange(start: start ?? starts[index], count: 1, isShrunk: true))
      } else {
        let start: SymbolicInt = has(masks.begin, index) ? (step > 0 ? 0 : -1) : starts[index]
        var end = masks.endIsOffset ? starts[index] + ends[index] : ends[index]
        if has(masks.end, index) { end = step > 0 ? .fixed(.max) : -1 * .fixed(.max) }
        result.append(try Self.range(size: shape[axis], start: start, end: end, step: step))
      }
      axis += 1
    }
    result += shape.dimensions[axis...].map { AxisRange(start: 0, count: $0) }
    return result
  }
}
