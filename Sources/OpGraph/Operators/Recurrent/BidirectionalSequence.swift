/// Two recurrent layers that read a sequence in both directions (TFLite BIDIRECTIONAL_SEQUENCE_*).
package struct BidirectionalSequence: Operator {
  package var forward: UnidirectionalSequence
  package var backward: UnidirectionalSequence
  /// Whether both results stand side by side in one tensor.
  package var mergesResults: Bool
  package var name: OperatorName

  package init(
    _ name: OperatorName, forward: UnidirectionalSequence, backward: UnidirectionalSequence,
    mergesResults: Bool
  ) {
    self.name = name
    self.forward = forward
    self.backward = backward
    self.mergesResults = mergesResults
  }

  package func kind(for operands: Operands) -> KernelKind { .recurrent }
  package func constantRole(at index: Int) -> OperandRole {
    let role = forward.constantRole(at: index)
    return role == .parameter ? backward.constantRole(at: index) : role
  }

  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic {
    var traffic = MemoryTraffic.compulsory(operands, outputs: outputs, constantRole: constantRole)
    traffic.stateWritten = traffic.stateRead
    return traffic
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    var types = try forward.outputTypes(for: operands)
    let width = try backward.outputWidth(operands)
    if mergesResults {
      if let rank = types[0].shape?.rank, rank > 0, let own = types[0].shape?[rank - 1] {
        types[0].shape?[rank - 1] = own + width
      }
    } else {
      types += try backward.outputTypes(for: operands)
    }
    return types
  }

  package func work(for operands: Operands, outputs: [TensorType]) -> Work {
    var total = Work.none
    for cells in [forward, backward] {
      let types = (try? cells.outputTypes(for: operands)) ?? []
      let work = cells.work(for: operands, outputs: types)
      total = Work(macs: total.macs + work.macs, total.operations + work.operations)
    }
    return total
  }
}
