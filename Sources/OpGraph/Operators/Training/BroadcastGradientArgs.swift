/// For two shapes that were broadcast, the axes to sum the gradient of each over.
package struct BroadcastGradientArgs: ViewOperator {
  package var name: OperatorName { .broadcastGradientArgs }

  package init() {}

  package func elementTypes(for operands: Operands) -> [ElementType] { [.int64, .int64] }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    guard let axes = axes(operands) else {
      return [TensorType(.int64, [.unknown]), TensorType(.int64, [.unknown])]
    }
    return axes.map { TensorType(.int64, [.fixed($0.count)]) }
  }

  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] {
    axes(operands)?.map { .integers($0.map(SymbolicInt.fixed)) } ?? []
  }

  private func axes(_ operands: Operands) -> [[Int]]? {
    guard let left = operands[0]?.value?.integers, let right = operands[1]?.value?.integers else {
      return nil
    }
    let rank = max(left.count, right.count)
    func size(_ shape: [SymbolicInt], _ axis: Int) -> SymbolicInt {
      let own = axis - (rank - shape.count)  // bounded: axes
      return own < 0 ? 1 : shape[own]
    }
    return [(left, right), (right, left)].map { own, other in
      (0..<rank).filter { size(own, $0) == 1 && size(other, $0) != 1 || $0 < rank - own.count }
    }
  }
}
