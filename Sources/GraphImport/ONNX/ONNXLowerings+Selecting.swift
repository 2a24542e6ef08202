import Quantities
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
    ONNXLowering("TopK", since: 1) { node throws(Problem) in
      LoweredOperator(
        TopK(axis: try node.integer("axis", default: -1), count: try node.integer("k")))
    },
    ONNXLowering("TopK", since: 10) { node throws(Problem) in
      LoweredOperator(TopK(axis: try node.integer("axis", default: -1), count: nil))
    },
    ONNXLowering("OneHot") { node throws(Problem) in
      LoweredOperator(OneHot(axis: try node.integer("axis", default: -1)))
    },
    ONNXLowering("NonZero") { node in
      LoweredOperator(NonZero(rows: .axes, symbol: node.dataDependentSymbol))
    },
    ONNXLowering("Compress") { node throws(Problem) in
      LoweredOperator(
        Compress(axis: try node.integer("axis"), symbol: node.dataDependentSymbol))
    },
    ONNXLowering("Unique") { node throws(Problem) in
      LoweredOperator(
        Unique(
          axis: try node.integer("axis"), results: .placesIndicesAndCounts,
          symbol: node.dataDependentSymbol))
    },
    ONNXLowering("NonMaxSuppression") { node in
      LoweredOperator(NonMaxSuppression(symbol: node.dataDependentSymbol))
    },
    ONNXLowering("ReverseSequence", Reverse()),
    ONNXLowering(
      "Trilu",
      SameShape(.trilu, operationsPerElement: .moves(1), kind: .dataMovement, attributes: [1])),
    ONNXLowering("CumSum", SameShape(.cumSum, operationsPerElement: .adds(1), attributes: [1])),
    ONNXLowering(
      "CumProd", SameShape(.cumProd, operationsPerElement: .multiplies(1), attributes: [1])),
    ONNXLowering("Hardmax", SameShape(.hardmax, operationsPerElement: .adds(2), kind: .softmax)),
    ONNXLowering("CastLike", CastLike()),
    ONNXLowering("BitCast") { node throws(Problem) in
      LoweredOperator(
        SameShape(
          .bitCast, operationsPerElement: .moves(1), kind: .dataMovement,
          resultTypes: [try node.elementType("to")]))
    },
    ONNXLowering("EyeLike") { node throws(Problem) in
      LoweredOperator(
        SameShape(
          .eyeLike, operationsPerElement: .moves(1), kind: .dataMovement,
          resultTypes: [try node.elementType("dtype")], readsElements: false))
    },
    // A generator takes about as many operations a number as its rounds; one is counted.
    .random(.randomNormal),
    .random(.randomUniform),
    .randomLike(.randomNormalLike),
    .randomLike(.randomUniformLike),
    // The elements are probabilities.
    .randomLike(.bernoulli, readsElements: true),
    ONNXLowering("Multinomial") { node throws(Problem) in
      LoweredOperator(
        Multinomial(
          count: max(0, try node.integer("sample_size", default: 1)),
          resultType: try node.elementType("dtype") ?? .int32))
    },
    // Operands: input, cosines, sines, places.
    ONNXLowering("RotaryEmbedding", RotaryEmbedding(caches: [1, 2], places: 3)),
    ONNXLowering("StringConcat", Elementwise(.add, resultType: .string)),
    ONNXLowering(
      "RegexFullMatch",
      SameShape(.regexFullMatch, operationsPerElement: .adds(1), resultTypes: [.bool])),
  ]
}

extension ONNXLowering {
  fileprivate static func scatter(_ type: String) -> ONNXLowering {
    ONNXLowering(type) { node throws(Problem) in
      let reduction = try node.text("reduction", default: "none")
      return LoweredOperator(Scatter(reduces: reduction != "none"))
    }
  }

  fileprivate static func random(_ name: OperatorName) -> ONNXLowering {
    ONNXLowering(name.rawValue) { node throws(Problem) in
      let shape = try node.required("shape")
      guard shape.allSatisfy({ $0 >= 0 }) else {
        throw Problem("attribute 'shape' is \(shape)")
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

  fileprivate static func randomLike(
    _ name: OperatorName, readsElements: Bool = false
  ) -> ONNXLowering {
    ONNXLowering(name.rawValue) { node throws(Problem) in
      LoweredOperator(
        SameShape(
          name, operationsPerElement: .adds(1), resultTypes: [try node.elementType("dtype")],
          isRepeatable: false, readsElements: readsElements))
    }
  }
}
