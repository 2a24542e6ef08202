/// Elements of a small tensor that are known before any inference: operands that shape others.
///
/// Integers may hold symbols, since shapes that are computed from a symbolic shape do.
package enum ConstantValue: Hashable, Sendable {
  case integers([SymbolicInt])
  case floats([Double])

  /// Larger tensors are not followed element by element.
  package static let maximumElements = 1024

  /// The elements as integers, when they are.
  package var integers: [SymbolicInt]? {
    if case .integers(let values) = self { return values }
    return nil
  }

  /// The elements as floating-point numbers; integers are converted when they are known.
  package var floats: [Double]? {
    switch self {
    case .floats(let values): return values
    case .integers(let values):
      let numbers = values.compactMap { $0.fixedValue.map(Double.init) }
      return numbers.count == values.count ? numbers : nil
    }
  }

  /// The number of elements.
  package var count: Int {
    switch self {
    case .integers(let values): return values.count
    case .floats(let values): return values.count
    }
  }

  /// The elements of a tensor that picks its elements from this one.
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - source: The place in this value that the result's element at an index comes from.
  /// - Returns: Nil when the result's shape is not known or it is too large to be followed.
  package func picking(_ shape: Shape, from source: ([Int]) -> Int) -> ConstantValue? {
    guard let sizes = shape.dimensions.numbers, let total = shape.elementCount.fixedValue,
      (0...Self.maximumElements).contains(total)
    else { return nil }
    var index = [Int](repeating: 0, count: sizes.count)
    var places: [Int] = []
    places.reserveCapacity(total)
    for _ in 0..<total {
      let place = source(index)
      guard (0..<count).contains(place) else { return nil }
      places.append(place)
      // Count up, the last axis fastest.
      for axis in sizes.indices.reversed() {
        index[axis] += 1
        if index[axis] < sizes[axis] { break }
        index[axis] = 0
      }
    }
    return selecting(places)
  }

  /// The elements repeated along axes of size 1, and along new leading axes, to fill a shape.
  package func broadcast(from own: Shape, to shape: Shape) -> ConstantValue? {
    if own == shape { return self }
    guard let steps = own.rowMajorSteps, own.rank <= shape.rank else { return nil }
    let offset = shape.rank - own.rank
    return picking(shape) { index in
      own.dimensions.indices.reduce(0) { place, axis in
        own[axis] == 1 ? place : place + index[axis + offset] * steps[axis]
      }
    }
  }

  /// The elements as a type of floating-point numbers can hold them.
  func rounded(to type: ElementType) -> ConstantValue {
    if case .floats(let numbers) = self { return .floats(numbers.map(type.rounded)) }
    return self
  }

  /// The elements at the given places, in that order.
  package func selecting(_ indices: [Int]) -> ConstantValue {
    switch self {
    case .integers(let values): return .integers(indices.map { values[$0] })
    case .floats(let values): return .floats(indices.map { values[$0] })
    }
  }
}
