/// A tensor that the file holds as an operator (ONNX Constant).
package struct Constant: Operator {
  package var type: TensorType
  package var value: ConstantValue?
  package var name: OperatorName { .constant }

  package init(type: TensorType, value: ConstantValue?) {
    self.type = type
    self.value = value
  }

  package func kind(for operands: Operands) -> KernelKind { .view }
  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] { [type] }
  package func fold(_ operands: Operands, outputs: [TensorType]) -> [ConstantValue?] { [value] }
  package func work(for operands: Operands, outputs: [TensorType]) -> Work { .none }
  package func traffic(for operands: Operands, outputs: [TensorType]) -> MemoryTraffic { .none }
}
