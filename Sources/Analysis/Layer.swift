public import OpGraph

/// The arithmetic that an operator's multiply-accumulates are carried out in.
public enum Precision: String, Hashable, Sendable, Codable, CaseIterable {
  case int8, int16, float16, float32
}

/// One operator of the file with its cost, independent of any device.
public struct Layer: Sendable {
  /// Place in execution order.
  public var index: Int
  /// The name that the file gives the first output.
  public var name: String
  /// The canonical operator's name.
  public var operatorName: String
  /// The operator's name in the file's own terms.
  public var sourceOperator: String
  /// What the file's operator applies to its result.
  public var fusedActivation: ActivationFunction?
  /// The kind of kernel that carries it out.
  public var kind: KernelKind
  /// The arithmetic of its multiply-accumulates or, without any, of its elements.
  public var precision: Precision
  /// Why it costs nothing when the model runs, if so.
  public var fold: CompleteGraph.Fold?
  /// Multiply-accumulates and other operations.
  public var work: Work
  /// Bytes that it moves at least, by role.
  public var traffic: MemoryTraffic
  /// Trained elements that this layer is the first to use.
  public var parameters: SymbolicInt
  /// Operands and results, as places in the graph.
  public var inputs: [ValueID?]
  public var outputs: [ValueID]

  /// Whether the cost is known, as numbers or as expressions in open sizes.
  public var isCounted: Bool {
    kind != .opaque && work.macs != .unknown && work.otherOps != .unknown
      && traffic.total != .unknown
  }

  /// Whether the cost is known as numbers.
  public var isCosted: Bool {
    kind != .opaque && work.macs.fixedValue != nil && work.otherOps.fixedValue != nil
      && traffic.total.fixedValue != nil
  }
}

extension Precision {
  /// The precision of an operator from what it reads and writes.
  ///
  /// Integer weights with float activations are computed in integers, as TFLite's hybrid kernels
  /// do, which quantize the activations on the way in.
  init(_ operands: Operands, outputs: [TensorType], kind: KernelKind) {
    let first = operands[0]?.type.elementType ?? outputs.first?.elementType ?? .undefined
    var types = [first]
    switch kind {
    case .convolution, .pointwiseConvolution, .depthwiseConvolution, .transposedConvolution,
      .fullyConnected, .matMul:
      if let second = operands[1]?.type.elementType { types.append(second) }
    default: break
    }
    if types.count == 2, !types[1].isFloat, types[0].isFloat {
      self = .int8
    } else if types.contains(where: { $0.isFloat && $0.bits ?? 32 > 16 }) {
      self = .float32
    } else if types.contains(where: \.isFloat) {
      self = .float16
    } else {
      self = first.bits == 16 ? .int16 : .int8
    }
  }
}
