import Quantities

/// A sum of products over named indices, written as an equation such as `bij,bjk->bik`.
package struct Einsum: Operator {
  /// One term of the equation: the indices of one operand, `nil` standing for the ellipsis.
  package typealias Term = [Character?]

  package var inputs: [Term]
  package var output: Term
  package var name: OperatorName { .einsum }

  /// Reads an equation; blanks mean nothing, and a missing result holds every index that occurs
  /// once, in alphabetical order, after the ellipsis.
  ///
  /// Returns nil when the text is no equation.
  package init?(_ equation: String) {
    // No tensor has more axes than this allows to name; longer texts are not equations.
    guard equation.utf8.count <= 1024 else { return nil }
    let text = equation.filter { $0 != " " }
    let sides = text.split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count <= 2 else { return nil }
    var inputs: [Term] = []
    for part in sides[0].split(separator: ",", omittingEmptySubsequences: false) {
      guard let term = Self.term(part) else { return nil }
      inputs.append(term)
    }
    self.inputs = inputs
    if sides.count == 2 {
      guard sides[1].hasPrefix(">"), let term = Self.term(sides[1].dropFirst()) else { return nil }
      output = term
      let known = Set(inputs.flatMap { $0.compactMap { $0 } })
      guard term.allSatisfy({ $0.map(known.contains) ?? true }) else { return nil }
    } else {
      var count: [Character: Int] = [:]
      // bounded: letters in memory
      for index in inputs.flatMap({ $0.compactMap { $0 } }) { count[index, default: 0] += 1 }
      let once = count.filter { $0.value == 1 }.keys.sorted()
      output = (inputs.contains { $0.contains(nil) } ? [nil] : []) + once.map { $0 }
    }
  }

  private static func term(_ text: Substring) -> Term? {
    var term: Term = []
    var rest = text
    while let first = rest.first {
      if rest.hasPrefix("...") {
        guard !term.contains(nil) else { return nil }
        term.append(nil)
        rest = rest.dropFirst(3)
      } else {
        guard first.isASCII, first.isLetter else { return nil }
        term.append(first)
        rest = rest.dropFirst()
      }
    }
    return term
  }

  package func constantRole(at index: Int) -> OperandRole { .weight }
  package func kind(for operands: Operands) -> KernelKind { .matMul }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let sizes = try sizes(operands)
    let result = output.flatMap { index -> [Dimension] in
      guard let index else { return sizes.ellipsis }
      return [sizes.named[index] ?? 1]
    }
    return [TensorType(try operands.type(0).elementType, Shape(result))]
  }

  /// Operands are contracted two at a time from the left; each contraction takes the product of
  /// the sizes of all indices that occur in it.
  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    guard let sizes = try? sizes(operands) else { return Work(macs: .unknown) }
    guard inputs.count > 1 else {
      // Alone, an operand is summed over indices that the result lacks, or only moved.
      let isSummed = !Set(inputs[0]).isSubset(of: output)
      return Work(
        isSummed
          ? .adds(operands[0]?.type.elementCount ?? .unknown)
          : .moves(outputs.first?.elementCount ?? .unknown))
    }
    var macs: SymbolicInt = 0
    var held = Set(inputs[0].compactMap { $0 })
    var holdsEllipsis = inputs[0].contains(nil)
    for place in 1..<inputs.count {
      held.formUnion(inputs[place].compactMap { $0 })
      holdsEllipsis = holdsEllipsis || inputs[place].contains(nil)
      let extents = held.map { sizes.named[$0] ?? 1 }
      macs += extents.product * (holdsEllipsis ? sizes.ellipsis.product : 1)
      // What no later operand and not the result needs is summed away.
      let needed = Set((inputs[(place + 1)...].flatMap { $0 } + output).compactMap { $0 })
      held.formIntersection(needed)
    }
    return Work(macs: macs)
  }

  private func sizes(
    _ operands: Operands
  ) throws(ShapeError) -> (named: [Character: Dimension], ellipsis: [Dimension]) {
    guard operands.count == inputs.count else {
      throw .invalid("\(counted(operands.count, "operand")) for \(counted(inputs.count, "term"))")
    }
    var named: [Character: Dimension] = [:]
    var ellipsis: Shape = []
    for (place, term) in inputs.enumerated() {
      let shape = try operands.shape(place)
      let hidden = shape.rank - term.filter { $0 != nil }.count  // bounded: axes and letters
      guard hidden >= 0, hidden == 0 || term.contains(nil) else {
        throw .invalid(
          "operand \(place) has rank \(shape.rank), its term names \(counted(term.count, "axis"))")
      }
      var axis = 0
      for index in term {
        guard let index else {
          let end = axis + hidden  // bounded: axes
          ellipsis = try broadcast([ellipsis, Shape(Array(shape.dimensions[axis..<end]))])
          axis = end
          continue
        }
        named[index] = try broadcast([[named[index] ?? 1], [shape[axis]]])[0]
        axis += 1
      }
    }
    return (named, ellipsis.dimensions)
  }
}
