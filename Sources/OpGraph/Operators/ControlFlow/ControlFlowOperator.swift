/// An operator whose operands include what regions before it make.
///
/// It moves nothing itself: results are passed on.
package protocol ControlFlowOperator: Operator {}

extension ControlFlowOperator {
  package func kind(for operands: Operands) -> KernelKind { .view }
  package func elementTypes(for operands: Operands) -> [ElementType] {
    (try? outputTypes(for: operands))?.map(\.elementType) ?? []
  }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work { .none }
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic { .none }
}
