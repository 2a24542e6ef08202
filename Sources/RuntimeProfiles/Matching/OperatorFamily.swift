import Analysis
import OpGraph

/// What runtimes and files call the same operator: `CONV_2D`, `QLinearConv`, `Convolution (NHWC, QC8) IGEMM` are one family.
struct OperatorFamily: Hashable {
  /// In lower case, without spaces.
  let name: String

  /// - Parameter word: The operator in the words of a runtime or of a file.
  init(word: String) {
    // What XNNPACK's delegate writes before its own names, and layouts behind them.
    let own = word.replacing("Delegate/", with: "").split(separator: "(")
    let letters = own.joined(separator: " ").lowercased().filter { $0.isLetter || $0.isNumber }
    if let known = Self.marks.first(where: { letters.contains($0.mark) }) {
      name = known.family
      return
    }
    let bare = own.first.map { $0.lowercased().filter { $0.isLetter || $0.isNumber } } ?? ""
    let stem =
      Self.prefixes.first { bare.hasPrefix($0) && bare != $0 }.map {
        String(bare.dropFirst($0.count))
      }
      ?? bare
    name = Self.synonyms[stem] ?? stem
  }

  init(_ layer: Layer) {
    switch layer.kind {
    case .depthwiseConvolution: self.init(name: "depthwise")
    case .convolution, .pointwiseConvolution: self.init(name: "convolution")
    case .transposedConvolution: self.init(name: "transposed convolution")
    case .fullyConnected, .matMul: self.init(name: "matmul")
    default: self.init(word: layer.sourceOperator)
    }
  }

  /// The family without what runtimes do not agree on: a pointwise convolution may run as a matmul, a mean as a pool.
  var coarse: OperatorFamily {
    switch name {
    case "depthwise", "convolution", "transposed convolution", "matmul": Self(name: "contraction")
    case "mean", "reducemean": Self(name: "pool")
    default: self
    }
  }

  /// Whether it only moves data: runtimes put such operators where a file has none.
  var movesData: Bool { Self.moves.contains(name) }

  /// Whether it is an activation, which a file may state as part of another operator.
  var isActivation: Bool { ["clamp", "relu", "relu6", "nl", "hardswish", "tanh"].contains(name) }

  private init(name: String) { self.name = name }

  /// Parts of words that say what an operator is, the surest first.
  private static let marks: [(mark: String, family: String)] = [
    ("depthwise", "depthwise"), ("dwconv", "depthwise"),
    ("transposeconv", "transposed convolution"), ("convtranspose", "transposed convolution"),
    ("deconv", "transposed convolution"), ("conv", "convolution"), ("matmul", "matmul"),
    ("gemm", "matmul"), ("fullyconnected", "matmul"), ("dense", "matmul"), ("pool", "pool"),
    ("softmax", "softmax"),
  ]

  /// What runtimes put before the name of an operator.
  private static let prefixes = ["qlinear", "fused", "static", "quantized"]

  private static let synonyms = [
    "sm": "softmax", "subtract": "sub", "multiply": "mul", "divide": "div", "eltwise": "add",
    "constantpad": "pad", "padv2": "pad", "bn": "batchnormalization",
  ]

  private static let moves: Set = [
    "reorderinput", "reorderoutput", "reformat", "transpose", "reshape", "cast", "copy", "identity",
    "quantize", "dequantize", "quantizelinear", "dequantizelinear", "convert", "memcpyfromhost",
    "memcpytohost", "squeeze", "unsqueeze", "flatten", "pad",
  ]
}
