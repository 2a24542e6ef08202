import OpGraph

/// ONNX operators that select, place and make up elements.
extension ONNXLowerings {
  static let selecting: [ONNXLowering] = [
    ONNXLowering("GatherElements", GatherElements()),
    ONNXLowering("Scatter", Scatter(reduces: false)),
    .scatter("ScatterElements"),
    .scatter("ScatterND"),
    // Operands in the file: past, update, write positions.
    ONNXLowering("TensorScatter") { _ in
      LoweredOperator(Scatter(reduces: false), operands: [0, 2, 1])
    },
    ONNXLowering("TopK", since: 1) { node throws(LoweringError) in
      LoweredOperator(
        TopK(axis: try node.integer("axis", default: -1), count: try node.integer("k")))
    },
    ONNXLowering("TopK", since: 10) { node throws(LoweringError) in
      LoweredOperator(TopK(axis: try node.integer("axis", default: -1), count: nil))
    },
    ONNXLowering("OneHot") { node throws(LoweringError) in
      LoweredOperator(OneHot(axis: try node.integer("axis", default: -1)))
    },
    ONNXLowering("NonZero") { node in
      LoweredOperator(NonZero(rows: .axes, symbol: node.dataDependentSymbol))
    },
    ONNXLowering("Compress") { node throws(LoweringError) in
      LoweredOperator(
        Compress(axis: try node.integer("axis"), symbol: node.dataDependentSymbol))
    },
    ONNXLowering("Unique") { node throws(LoweringError) in
      LoweredOperator(
        Unique(
          axis: try node.integer("axis"), results: .placesIndicesAndCounts,
          symbol: node.dataDependentSymbol))
    },
    ONNXLowering("NonMaxSuppression") { node in
      LoweredOperator(NonMaxSuppression(symbol: node.dataDependentSymbol))
    },
    ONNXLowering("ReverseSequence", Reverse()),
    ONNXLowering("Trilu", SameShape(.trilu, operationsPerElement: .moves(1), kind: .dataMovement)),
    ONNXLowering("CumSum", SameShape(.cumSum, operationsPerElement: .adds(1))),
    ONNXLowering("CumProd", SameShape(.cumProd, operationsPerElement: .multiplies(1))),
    ONNXLowering("Hardmax", SameShape(.hardmax, operationsPerElement: .adds(2), kind: .softmax)),
    ONNXLowering("CastLike", CastLike()),
    ONNXLowering("BitCast") { node throws(LoweringError) in
      LoweredOperator(
        SameShape(
          .bitCast, operationsPerElement: .moves(1), kind: .dataMovement,
          resultTypes: [try node.elementType("to")]))
    },
    ONNXLowering("EyeLike") { node throws(LoweringError) in
      LoweredOperator(
        SameShape(
          .eyeLike, operationsPerElement: .moves(1), kind: .dataMovement,
          resultTypes: [try node.elementType("dtype")]))
    },
    // A generator takes about as many operations a number as its rounds; one is counted.
    .random(.randomNormal),
    .random(.randomUniform),
    .randomLike(.randomNormalLike),
    .randomLike(.randomUniformLike),
    .randomLike(.bernoulli),
    ONNXLowering("Multinomial") { node throws(LoweringError) in
      LoweredOperator(
        Multinomial(
          count: max(0, try node.integer("sample_size", default: 1)),
          resultType: try node.elementType("dtype") ?? .int32))
    },
    ONNXLowering(
      "RotaryEmbedding",
      SameShape(.rotaryEmbedding, operationsPerElement: OperationCounts(adds: 1, multiplies: 2))),
    ONNXLowering("StringConcat", Elementwise(.add, resultType: .string)),
    ONNXLowering(
      "RegexFullMatch",
      SameShape(.regexFullMatch, operationsPerElement: .adds(1), resultTypes: [.bool])),
  ]
}

extension ONNXLowering {
  fileprivate static func scatter(_ type: String) -> ONNXLowering {
    ONNXLowering(type) { node throws(LoweringError) in
      let reduction = try node.text("reduction", default: "none")
      return LoweredOperator(Scatter(reduces: reduction != "none"))
    }
  }

  fileprivate static func random(_ name: OperatorName) -> ONNXLowering {
    ONNXLowering(name.rawValue) { node throws(LoweringError) in
      let shape = try node.required("shape")
      guard shape.allSatisfy({ $0 >= 0 }) else {
        throw LoweringError("attribute 'shape' is \(shape)")
      }
      return LoweredOperator(
        StatedShape(
          name,
          types: [
            TensorType(
              try node.elementType("dtype") ?? .float32, Shape(shape.map(Dimension.fixed)))
          ], operations: .perResult(.adds(1)), isRepeatable: false))
    }
  }

  fileprivate static func randomLike(_ name: OperatorName) -> ONNXLowering {
    ONNXLowering(name.rawValue) { node throws(LoweringError) in
      LoweredOperator(
        SameShape(
          name, operationsPerElement: .adds(1), resultTypes: [try node.elementType("dtype")],
          isRepeatable: false))
    }
  }
}
