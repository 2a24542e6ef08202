import OpGraph
import Quantities

/// Finds types for the values that loops carry that hold in every iteration.
///
/// A value starts with the type of its operand. Where the body makes another size of it, that size
/// becomes a symbol and the body is looked at again; the second time, all sizes of all carried
/// values do. So a region is looked at three times at most in itself, and nested ones a number of
/// times that grows with their depth only.
struct LoopTypes {
  private static let maximumPasses = 2

  /// By carried value, the type that it was widened to.
  private var widened: [ValueID: TensorType] = [:]
  private var passes: [Int: Int] = [:]
  /// What the file states of the values, to which they return before a body is looked at again.
  private var stated: [Value] = []

  init() {}

  init(_ graph: Graph) {
    if graph.regions.contains(where: { $0.rule == .loop }) { stated = graph.values }
  }

  /// Gives a value the type that it has at the start of an iteration.
  /// - Parameter keepsShape: Whether a shape that the file states stays.
  func setType(of parameter: Region.Parameter, in graph: inout Graph, keepsShape: Bool) {
    guard let type = type(of: parameter, in: graph) else { return }
    let own = graph[parameter.value].type
    if keepsShape, let shape = own.shape {
      let axes = graph[parameter.value].dynamicAxes
      graph[parameter.value].type.shape = shape.open(along: axes, from: type.shape)
      return
    }
    graph[parameter.value].type.sequence = type.sequence
    graph[parameter.value].type.shape = type.shape ?? stated[parameter.value.index].type.shape
    if type.elementType != .undefined {
      graph[parameter.value].type.elementType = type.elementType
    }
  }

  private func type(of parameter: Region.Parameter, in graph: Graph) -> TensorType? {
    switch parameter.source {
    case .stated: return nil
    case .carried(let source, _):
      return widened[parameter.value] ?? source.map { graph[$0].type }
    case .slice(let source, let axes):
      let type = graph[source].type
      guard let shape = type.shape, let removed = try? resolvedAxes(axes, rank: shape.rank) else {
        return TensorType(type.elementType, nil)
      }
      return TensorType(
        type.elementType,
        Shape(
          shape.dimensions.indices.filter { !removed.contains($0) }.map { shape[$0] }))
    case .element(let source):
      return TensorType(graph[source].type.elementType, graph[source].type.shape)
    }
  }

  /// Widens the types of carried values to the body's results.
  /// - Returns: Whether a type changed that the body has to be looked at with.
  mutating func widen(_ id: Int, in graph: inout Graph) -> Bool {
    let region = graph.regions[id]
    let changed = region.parameters.filter { differs($0, in: graph) }
    let done = passes[id, default: 0]
    guard !changed.isEmpty, done < Self.maximumPasses else { return false }
    passes[id] = done + 1
    let isLast = done + 1 == Self.maximumPasses
    for parameter in isLast ? region.parameters : changed {
      guard case .carried(_, let result?) = parameter.source else { continue }
      widened[parameter.value] = widened(parameter.value, result, keepsSizes: !isLast, in: graph)
    }
    for node in graph.nodes[region.nodes.lowerBound...region.owner] {
      for output in node.outputs.compactMap({ $0 }) { graph[output] = stated[output.index] }
    }
    for inner in graph.regions[(id + 1)...] where region.nodes.contains(inner.nodes.lowerBound) {
      for parameter in inner.parameters {
        graph[parameter.value] = stated[parameter.value.index]
      }
    }
    return true
  }

  private func differs(_ parameter: Region.Parameter, in graph: Graph) -> Bool {
    guard case .carried(_, let result?) = parameter.source else { return false }
    let own = graph[parameter.value].type
    let made = graph[result].type
    guard let shape = own.shape else { return made.shape != nil && own.sequence?.length == 0 }
    // A size that is its own symbol matches any.
    let isSame =
      made.shape.map { other in
        shape.rank == other.rank
          && zip(shape.dimensions, other.dimensions).enumerated().allSatisfy { axis, sizes in
            sizes.0 == sizes.1 || sizes.0 == symbol(of: parameter.value, axis, in: graph)
          }
      } ?? true
    return !isSame || own.sequence.map { isWidened($0, made.sequence, parameter, graph) } ?? false
  }

  private func isWidened(
    _ own: TensorSequence, _ made: TensorSequence?, _ parameter: Region.Parameter, _ graph: Graph
  ) -> Bool {
    own != made && own.length != length(of: parameter.value, in: graph)
  }

  /// The shapes of carried values after the last iteration, for those whose sizes change.
  ///
  /// A size that grows by as much in each iteration is what it was at the start and so much for each
  /// of them; one that is the same whatever it was before is that.
  func finalShapes(
    of id: Int, _ loop: any LoopOperator, count: SymbolicInt, in graph: Graph
  ) -> [(output: ValueID, shape: Shape)] {
    let region = graph.regions[id]
    let owner = graph.nodes[region.owner]
    let changing = Set(
      region.parameters.flatMap { parameter in
        graph[parameter.value].type.shape?.dimensions.flatMap(\.symbols) ?? []
      })
    return region.parameters.compactMap { parameter in
      guard case .carried(let source?, let result?) = parameter.source,
        widened[parameter.value] != nil, count != 0,
        let place = owner.inputs.lastIndex(of: result),
        let index = loop.result(ofOperand: place), owner.outputs.indices.contains(index),
        let output = owner.outputs[index], let first = graph[source].type.shape,
        let inside = graph[parameter.value].type.shape, let last = graph[result].type.shape,
        first.rank == last.rank, inside.rank == last.rank
      else { return nil }
      let sizes = first.dimensions.indices.map { axis -> Dimension in
        let step = last[axis] - inside[axis]
        if step == 0 { return first[axis] }
        if step.symbols.isDisjoint(with: changing) { return first[axis] + step * count }
        let isSettled = last[axis].symbols.isDisjoint(with: changing) && count.fixedValue != nil
        return isSettled ? last[axis] : .unknown
      }
      return (output, Shape(sizes))
    }
  }

  private func symbol(of id: ValueID, _ axis: Int, in graph: Graph) -> SymbolicInt {
    .symbol("\(ending(of: graph[id].name, 100)).\(axis)")
  }

  private func length(of id: ValueID, in graph: Graph) -> SymbolicInt {
    .symbol("\(ending(of: graph[id].name, 100)).length")
  }

  private func widened(
    _ id: ValueID, _ result: ValueID, keepsSizes: Bool, in graph: Graph
  ) -> TensorType {
    let own = graph[id].type
    var type = own.common(with: graph[result].type)
    if let shape = type.shape {
      for axis in shape.dimensions.indices where !keepsSizes || shape[axis] == .unknown {
        type.shape?[axis] = symbol(of: id, axis, in: graph)
      }
    }
    if let sequence = own.sequence, !keepsSizes || sequence != graph[result].type.sequence {
      type.sequence = TensorSequence(length: length(of: id, in: graph))
    }
    return type
  }
}
