/// A step of an optimizer, which training graphs hold.
///
/// Operands: rate, step number, then the trained tensors, their gradients and each kind of state.
public struct OptimizerStep: Operator {
  public var name: String
  /// Kinds of state that each trained tensor has, such as a momentum.
  public var states: Int
  /// Element operations for each trained element.
  public var operationsPerElement: Int

  /// Creates it.
  public init(_ name: String, states: Int, operationsPerElement: Int) {
    self.name = name
    self.states = states
    self.operationsPerElement = operationsPerElement
  }

  public func kind(for operands: Operands) -> KernelKind { .elementwise }

  /// The trained tensors, then each kind of state, all new.
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let tensors = try tensors(operands)
    var types: [TensorType] = []
    for index in Array(2..<2 + tensors) + Array((2 + 2 * tensors)..<operands.count) {
      types.append(try operands.type(index))
    }
    return types
  }

  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let tensors = try? tensors(operands) else { return Work(otherOps: .unknown) }
    return Work(
      otherOps: outputs.prefix(tensors).map(\.elementCount).sum * .fixed(operationsPerElement))
  }

  private func tensors(_ operands: Operands) throws(ShapeError) -> Int {
    let lists = states + 2
    guard operands.count >= 2, (operands.count - 2) % lists == 0 else {
      throw .invalid("\(operands.count) operands, expected 2 and a multiple of \(lists)")
    }
    return (operands.count - 2) / lists
  }
}

/// The gradient of a tensor by others (training graphs).
///
/// The work is that of another graph, which the file does not hold: it is unknown.
public struct Gradient: Operator {
  /// How many tensors it is taken by: the first operands.
  public var tensors: Int
  public var name: String { "Gradient" }

  /// Creates it.
  public init(tensors: Int) { self.tensors = tensors }

  public func kind(for operands: Operands) -> KernelKind { .elementwise }
  public func work(for operands: Operands, outputs: [TensorType]) -> Work {
    Work(macs: .unknown, otherOps: .unknown)
  }
  public func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types: [TensorType] = []
    for index in 0..<Swift.min(tensors, operands.count) { types.append(try operands.type(index)) }
    return types
  }
}
