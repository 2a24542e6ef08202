import OpGraph

/// fvcore's FlopCountAnalysis: it counts PyTorch's operators as a trace of the network has them, a
/// multiply-accumulate as one "flop".
///
/// Source: the handles of fvcore 0.1.5.post20221221. Fused attention and recurrent layers have no
/// handle there.
struct FvcoreConvention: Convention {
  let name = "fvcore"
  let tool = "fvcore 0.1.5"
  var format: Model.Format? { nil }
  var remark: String? { Self.remarkOfNetworks }

  func count(_ layer: CountedLayer) -> ToolCount? {
    if layer.layer.doesNotRun { return ToolCount(value: 0, reason: nil) }
    switch layer.operation {
    case is Convolution, is TransposedConvolution, is FullyConnected, is MatMul, is Einsum:
      return layer.contraction
    case is Recurrent:
      return ToolCount(value: 0, reason: "recurrent layers have no handle: not seen")
    case let normalization as Normalization: return count(normalization, layer)
    case let reduction as Reduction where reduction.function == .globalAverage:
      return layer.perInput(1, "1 for each element that is averaged")
    case let resize as Resize:
      switch resize.interpolation {
      case .nearest: return layer.perOutput(1, "1 for each element of the result")
      case .linear: return layer.perOutput(4, "4 for each element of the result")
      case .cubic: return ToolCount(value: 0, reason: nil)
      }
    case is GridSample, is RoiPooling: return layer.perOutput(4, "4 for each element of the result")
    default: return ToolCount(value: 0, reason: nil)
    }
  }

  private func count(_ normalization: Normalization, _ layer: CountedLayer) -> ToolCount? {
    switch normalization.function {
    case .batch: return layer.perInput(2, "2 for each element of a normalization")
    case .layer, .group, .instance:
      return layer.perInput(5, "5 for each element of a normalization")
    default: return ToolCount(value: 0, reason: nil)
    }
  }
}
