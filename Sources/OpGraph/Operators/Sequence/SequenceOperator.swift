/// Sequences of tensors: construction, changes and access.
package struct SequenceOperator: DataMovementOperator {
  /// The action.
  ///
  /// A sequence that is operated on is operand 0.
  package enum Function: Hashable, Sendable {
    /// The operands become a sequence.
    case construct
    /// A sequence of no tensors yet.
    case empty(ElementType)
    /// Operand 1 is put in at the place in operand 2, or at the end.
    case insert
    /// The tensor at the place in operand 1, or the last, is taken out.
    case erase
    /// The tensor at the place in operand 1.
    case element
    /// How many tensors there are.
    case length
    /// The tensors one after another along an axis, which may be a new one.
    case concatenate(axis: Int, isNewAxis: Bool)
    /// A tensor is cut along an axis, by the sizes in operand 1 or into parts of size 1, whose
    /// axis is kept or not.
    case split(axis: Int, keepsDimension: Bool)
  }

  package var function: Function

  package init(_ function: Function) { self.function = function }

  package var name: OperatorName {
    switch function {
    case .construct: .sequenceConstruct
    case .empty: .sequenceEmpty
    case .insert: .sequenceInsert
    case .erase: .sequenceErase
    case .element: .sequenceAt
    case .length: .sequenceLength
    case .concatenate: .concatFromSequence
    case .split: .splitToSequence
    }
  }

  /// Operands of positions and sizes of parts.
  package func constantRole(at index: Int) -> OperandRole {
    switch function {
    case .insert: return index == 2 ? .attribute : .parameter
    case .erase, .element, .split: return index == 1 ? .attribute : .parameter
    default: return .parameter
    }
  }

  package func elementTypes(for operands: Operands) -> [ElementType] {
    switch function {
    case .empty(let type): return [type]
    case .length: return [.int64]
    default: return [operands[0]?.type.elementType ?? .undefined]
    }
  }

  /// Only tensors that stay in the result are read, and none to count them.
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(operands, outputs: outputs, constantRole: constantRole)
    guard let sequence = operands[0], !sequence.isConstant else { return traffic }
    switch function {
    case .erase, .element:
      traffic.activationsRead =
        traffic.activationsRead - sequence.type.storageBytes + traffic.activationsWritten
    case .length: traffic.activationsRead = 0
    default: break
    }
    return traffic
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    switch function {
    case .construct:
      return [
        .sequence(
          try operands.type(0).elementType, of: operands.map { $0.flatMap(\.type.shape) })
      ]
    case .empty(let type): return [.sequence(type, of: [])]
    case .insert: return [try inserted(operands)]
    case .erase: return [try erased(operands)]
    case .element: return [try element(operands)]
    case .length: return [TensorType(.int64, [])]
    case .concatenate(let axis, let isNewAxis):
      return [try concatenated(operands, axis: axis, isNewAxis: isNewAxis)]
    case .split(let axis, let keeps): return [try parts(operands, axis: axis, keeps: keeps)]
    }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    guard function == .length, let length = operands[0]?.type.sequence?.length else { return [] }
    return [.integers([length])]
  }

  private func sequence(
    _ operands: Operands
  ) throws(ShapeError) -> (type: TensorType, sequence: TensorSequence) {
    let type = try operands.type(0)
    return (type, type.sequence ?? TensorSequence(length: .unknown))
  }

  /// A place in a sequence of known length; nil when it depends on data.
  private func place(
    _ operands: Operands, at index: Int, count: Int, default place: Int
  ) -> Int? {
    guard operands[index] != nil else { return place }
    guard let value = operands[index]?.value?.integers?.first?.fixedValue else { return nil }
    let resolved = value < 0 ? value + count : value  // bounded: the value is negative
    return (0...count).contains(resolved) ? resolved : nil
  }

  private func inserted(_ operands: Operands) throws(ShapeError) -> TensorType {
    let (type, sequence) = try sequence(operands)
    let tensor = try operands.type(1)
    if var shapes = sequence.shapes, let shape = tensor.shape,
      let place = place(operands, at: 2, count: shapes.count, default: shapes.count)
    {
      shapes.insert(shape, at: place)
      return .sequence(tensor.elementType, of: shapes)
    }
    var single = TensorType.sequence(tensor.elementType, of: [tensor.shape])
    single.sequence?.length = sequence.length
    var result = type.common(with: single)
    if sequence.length == 0 { result.shape = tensor.shape }
    result.elementType = tensor.elementType
    result.sequence = TensorSequence(length: sequence.length + 1)
    return result
  }

  private func erased(_ operands: Operands) throws(ShapeError) -> TensorType {
    var (type, sequence) = try sequence(operands)
    guard sequence.length != 0 else { throw .invalid("an empty sequence holds nothing to erase") }
    if var shapes = sequence.shapes,
      let place = place(operands, at: 1, count: shapes.count, default: shapes.count - 1),
      shapes.indices.contains(place)
    {
      shapes.remove(at: place)
      return .sequence(type.elementType, of: shapes)
    }
    type.sequence = TensorSequence(length: sequence.length - 1)
    return type
  }

  private func element(_ operands: Operands) throws(ShapeError) -> TensorType {
    let (type, sequence) = try sequence(operands)
    guard let shapes = sequence.shapes,
      let place = place(operands, at: 1, count: shapes.count, default: 0),
      shapes.indices.contains(place)
    else { return TensorType(type.elementType, type.shape) }
    return TensorType(type.elementType, shapes[place])
  }

  private func concatenated(
    _ operands: Operands, axis: Int, isNewAxis: Bool
  ) throws(ShapeError) -> TensorType {
    let (type, sequence) = try sequence(operands)
    guard var shape = type.shape else { return TensorType(type.elementType, nil) }
    let place = try resolvedAxis(axis, rank: isNewAxis ? shape.rank + 1 : shape.rank)
    if isNewAxis {
      shape.dimensions.insert(sequence.length, at: place)
    } else if let shapes = sequence.shapes {
      shape[place] = shapes.map { $0[place] }.sum
    } else {
      shape[place] *= sequence.length
    }
    return TensorType(type.elementType, shape)
  }

  private func parts(
    _ operands: Operands, axis: Int, keeps: Bool
  ) throws(ShapeError) -> TensorType {
    let type = try operands.type(0)
    var shape = try operands.shape(0)
    let axis = try resolvedAxis(axis, rank: shape.rank)
    let whole = shape[axis]
    var sizes: [Dimension]?
    var length = whole
    shape[axis] = operands[1] == nil ? 1 : .unknown
    if let split = operands[1] {
      guard let stated = split.value?.integers else {
        let count = split.type.shape?.rank == 0 ? .unknown : split.type.elementCount
        var result = TensorType(type.elementType, shape)
        result.sequence = TensorSequence(length: count)
        return result
      }
      sizes = stated
      if split.type.shape?.rank == 0, let size = stated.first {
        guard size.fixedValue ?? 1 > 0 else { throw .invalid("parts of \(size) elements") }
        length = whole.ceilDivided(by: size)
        sizes = length.fixedValue.flatMap { count in
          guard count <= TensorSequence.maximumShapes, count > 0 else { return nil }
          return [Dimension](repeating: size, count: count - 1) + [whole - size * .fixed(count - 1)]
        }
        if whole.remainder(by: size) == 0 { shape[axis] = size }
      } else {
        length = .fixed(stated.count)
      }
    } else if let count = whole.fixedValue, count <= TensorSequence.maximumShapes {
      sizes = [Dimension](repeating: 1, count: count)
      if !keeps { shape.dimensions.remove(at: axis) }
    } else if !keeps {
      shape.dimensions.remove(at: axis)
    }
    if let sizes, sizes.count <= TensorSequence.maximumShapes {
      let isRemoved = operands[1] == nil && !keeps
      return .sequence(
        type.elementType,
        of: sizes.map { size in
          var part = shape
          if !isRemoved { part[axis] = size }
          return part
        })
    }
    var result = TensorType(type.elementType, shape)
    result.sequence = TensorSequence(length: length)
    return result
  }
}
