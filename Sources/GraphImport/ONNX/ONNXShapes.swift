import Quantities
import OpGraph

/// ONNX's reductions: axes are an attribute in old operator sets and an operand in new ones.
enum ONNXReductions {
  static func reduction(
    _ function: Reduction.Function, _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    let axes: Reduction.Axes
    if let listed = try node.integers("axes") {
      axes = .fixed(listed)
    } else if try node.flag("noop_with_empty_axes", default: false) {
      axes = .operandOrNone(1)
    } else {
      axes = .operand(1)
    }
    return LoweredOperator(
      Reduction(function, axes: axes, keepsDimensions: try node.flag("keepdims", default: true)))
  }

  static func argument(
    _ function: Reduction.Function, _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Reduction(
        function, axes: .fixed([try node.integer("axis", default: 0)]),
        keepsDimensions: try node.flag("keepdims", default: true), resultType: .int64))
  }
}

/// ONNX's operators on shapes and the ones that move data.
enum ONNXShapes {
  static func constant(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    for (name, attribute) in node.node.attributes {
      switch (name, attribute) {
      case ("value", .tensor(let tensor)):
        guard !tensor.dimensions.contains(where: { $0 < 0 }) else {
          throw Problem("attribute 'value' has a negative dimension")
        }
        return LoweredOperator(Constant(type: tensor.type, value: tensor.value))
      case ("sparse_value", .sparseTensor(let tensor)):
        guard !tensor.dimensions.contains(where: { $0 < 0 }) else {
          throw Problem("attribute 'sparse_value' has a negative dimension")
        }
        return LoweredOperator(Constant(type: tensor.type, value: nil))
      case ("value_int", .integer(let value)):
        return constant(.int64, [], .integers([.fixed(value)]))
      case ("value_ints", .integers(let values)):
        return constant(
          .int64, [.fixed(values.count)], .integers(values.map(SymbolicInt.fixed)))
      case ("value_float", .real(let value)): return constant(.float32, [], .floats([value]))
      case ("value_floats", .reals(let values)):
        return constant(.float32, [.fixed(values.count)], .floats(values))
      case ("value_string", .text): return constant(.string, [], nil)
      case ("value_strings", .texts(let values)):
        return constant(.string, [.fixed(values.count)], nil)
      default: continue
      }
    }
    throw Problem("no attribute holds a value that is understood")
  }

  private static func constant(
    _ type: ElementType, _ shape: Shape, _ value: ConstantValue?
  ) -> LoweredOperator {
    let kept = value.flatMap { $0.count <= ConstantValue.maximumElements ? $0 : nil }
    return LoweredOperator(Constant(type: TensorType(type, shape), value: kept))
  }

  static func constantOfShape(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    guard case .tensor(let tensor)? = node.node.attributes["value"] else {
      return LoweredOperator(Fill(elementType: .float32, value: nil))
    }
    let value = tensor.value?.integers?.first?.fixedValue
    return LoweredOperator(Fill(elementType: tensor.elementType, value: value))
  }

  static func shape(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      ShapeOf(
        elementType: .int64, start: try node.integer("start", default: 0),
        end: try node.integer("end")))
  }

  /// Before version 5 the shape is an attribute.
  static func reshape1(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(Reshape(.fixed(try node.required("shape"), zeroIsLiteral: false)))
  }

  static func reshape(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Reshape(.operand(zeroIsLiteral: try node.flag("allowzero", default: false))))
  }

  static func split(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    let sizes: Split.Sizes
    if let listed = try node.integers("split") {
      sizes = .fixed(listed)
    } else if node.operand(1) != nil {
      sizes = .operand(1)
    } else {
      // From version 18 on a number of parts is stated, and the last part may be smaller.
      sizes = .equal(
        try node.integer("num_outputs", default: node.node.outputs.count),
        lastMayBeSmaller: node.operatorSet >= 18)
    }
    return LoweredOperator(Split(axis: try node.integer("axis", default: 0), sizes: sizes))
  }

  /// Before version 10 the bounds are attributes.
  static func slice1(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Slice(
        .fixed(
          starts: try node.required("starts"), ends: try node.required("ends"),
          axes: try node.integers("axes"))))
  }

  /// Before version 11 the widths are an attribute, which version 1 calls `paddings`.
  static func pad1(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    LoweredOperator(
      Pad(.fixed(try node.required(node.has("paddings") ? "paddings" : "pads"))))
  }

  static func blockSize(_ node: ONNXNodeReader) throws(Problem) -> Int {
    guard let size = try node.integer("blocksize"), size > 0 else {
      throw Problem("attribute 'blocksize' is missing or not positive")
    }
    return size
  }

  /// Version 7 has the scales as an attribute.
  static func upsample7(_ node: ONNXNodeReader) throws(Problem) -> LoweredOperator {
    guard let scales = try node.reals("scales") else {
      throw Problem("attribute 'scales' is missing")
    }
    return LoweredOperator(
      Resize(try interpolation(node), target: .factors(scales), sampling: .asymmetric))
  }

  static func resize(
    _ node: ONNXNodeReader, scales: Int, sizes: Int
  ) throws(Problem) -> LoweredOperator {
    let policy = try node.text("keep_aspect_ratio_policy", default: "stretch")
    guard let aspectRatio = Resize.AspectRatio(rawValue: policy) else {
      throw Problem("attribute 'keep_aspect_ratio_policy' is '\(policy)'")
    }
    return LoweredOperator(
      Resize(
        try interpolation(node),
        target: .operands(scales: scales, sizes: sizes, axes: try node.integers("axes")),
        aspectRatio: aspectRatio, sampling: try sampling(node)))
  }

  private static func sampling(_ node: ONNXNodeReader) throws(Problem) -> Resize.Sampling {
    switch try node.text("coordinate_transformation_mode", default: "half_pixel") {
    case "align_corners": return .alignedCorners
    case "asymmetric": return .asymmetric
    default: return .halfPixel
    }
  }

  private static func interpolation(
    _ node: ONNXNodeReader
  ) throws(Problem) -> Resize.Interpolation {
    switch try node.text("mode", default: "nearest") {
    case "nearest": return .nearest
    case "linear", "bilinear": return .linear
    case "cubic": return .cubic
    case let other: throw Problem("attribute 'mode' is '\(other)'")
    }
  }
}
