import OpGraph

extension TFLiteModel {
  /// Lowers every subgraph to canonical operators; the first is the one that runs.
  func lowered() throws(ImportError) -> Model {
    guard !subgraphs.isEmpty else { throw ImportError("holds no subgraph, expected a model") }
    var graphs: [Graph] = []
    var diagnostics: [Diagnostic] = []
    for subgraph in subgraphs {
      var builder = GraphBuilder(name: subgraph.name)
      try subgraph.lower(into: &builder)
      graphs.append(try builder.checkedGraph())
      diagnostics += builder.diagnostics
    }
    return Model(
      format: .tflite, producer: description, description: description,
      operatorSets: ["tflite": schemaVersion], metadata: metadata, graphs: graphs,
      diagnostics: diagnostics, shapesAreBinding: true)
  }
}

extension TFLiteSubgraph {
  func lower(into builder: inout GraphBuilder) throws(ImportError) {
    let made = Set(operators.flatMap(\.outputs))
    let given = Set(inputs)
    var ids: [ValueID] = []
    ids.reserveCapacity(tensors.count)
    for (index, tensor) in tensors.enumerated() {
      let origin: Value.Origin =
        given.contains(index)
        ? .input
        : tensor.isVariable
          ? .state
          : tensor.constantBytes != nil && !made.contains(index) ? .stored : .computed
      var value = Value(
        name: tensor.name.isEmpty ? "tensor \(index)" : tensor.name,
        type: tensor.type(origin: origin), origin: origin)
      if origin == .stored, let elements = tensor.value {
        if value.type.elementCount == .fixed(elements.count) {
          value.constant = elements
        } else if value.type.sparsity == nil {
          builder.report(
            .error, "tensor-size",
            "'\(value.name)' has \(elements.count) elements in the file, its shape is "
              + "\(value.type.shape ?? [])")
        }
      }
      value.dynamicAxes = tensor.shapeSignature.indices.filter { tensor.shapeSignature[$0] < 0 }
      ids.append(try builder.add(value))
    }
    builder.setInputs(inputs.map { ids[$0] })
    builder.setOutputs(outputs.map { ids[$0] })
    for op in operators {
      let operands = op.inputs.map { $0 < 0 ? nil : ids[$0] }
      let name = op.outputs.first { $0 >= 0 }.map { builder[ids[$0]].name }
      let reader = TFLiteOperatorReader(op: op, operands: operands.map { $0.map { builder[$0] } })
      let lowered =
        op.isCustom
        ? nil
        : TFLiteLowerings.row(for: op.name).map { row in
          Result { () throws(LoweringError) in try row.lower(reader) }
        }
      builder.add(
        lowered, name: name ?? "operator \(op.index)", sourceOperator: op.name, inputs: operands,
        outputs: op.outputs.map { $0 < 0 ? nil : ids[$0] })
    }
  }
}

extension TFLiteTensor {
  /// Without a rank, an empty shape is a scalar's only where a scalar can be told: in a constant
  /// or an input.
  fileprivate func type(origin: Value.Origin) -> TensorType {
    let isUnknown = shape.isEmpty && !hasRank && origin == .computed
    return TensorType(
      elementType, isUnknown ? nil : Shape(shape.map(Dimension.fixed)),
      quantization: quantization, sparsity: sparsity)
  }
}
