import Analysis
import Carbon
import HardwareMapping
import OpGraph
public import Quantities

/// What a client reads of an assessment. What is not known is nil, never zero.
extension ModelAssessment {
  /// Reads an ONNX or TFLite file, analyses it and, with a target, predicts time, energy and carbon.
  ///
  /// Weights are not read.
  ///
  /// - Parameters:
  ///   - path: A file, or `bundle.task#member` for a model in a ZIP archive.
  ///   - target: The device and its use; without one there is no time, energy or carbon.
  ///   - dimensions: Sizes of dynamic dimensions by their names.
  ///   - batch: The first dimension of every input, where the file leaves it open.
  /// - Throws: `Problem` that names the file, the place in it and what was expected.
  public init(
    modelAt path: String, on target: AssessmentTarget? = nil,
    binding dimensions: [String: Int] = [:],
    batch: Int? = nil
  ) throws(Problem) {
    var bindings = Bindings()
    bindings.symbols = dimensions
    bindings.batch = batch
    try self.init(path, bindings: bindings, target: target)
  }

  /// Whether the cost of every operator is known; if not, counts and estimates are lower bounds.
  public var isComplete: Bool {
    workload.coverage.isComplete && (estimate?.unknownKernels ?? 0) == 0
  }

  /// Multiply-accumulates of one inference; nil when a size is open or an operator unknown.
  public var macs: Int? { workload.known(workload.totals.macs) }

  /// Element operations of one inference besides multiply-accumulates; nil when not known.
  public var otherOperations: Int? { workload.known(workload.totals.otherOps) }

  /// Learned numbers of the model; nil when not known.
  public var parameters: Int? { workload.known(workload.totals.parameters) }

  /// Bytes of the weights as they are stored; nil when not known.
  public var weightBytes: Int? { workload.known(workload.totals.weightBytes) }

  /// Bytes of a planned arena for activations; nil when a size is open.
  public var arenaBytes: Int? { workload.memory.arenaBytes }

  /// Time of one inference, in seconds; nil without a target or a rate.
  ///
  /// Like every sum here, it is a lower bound while the assessment is not complete.
  public var latency: Time? { estimate?.latency }

  /// Energy of one inference within the device's energy boundary, in joules; nil without a target or a
  /// rate.
  public var energy: Energy? { estimate?.energy }

  /// Carbon of the electricity of one inference, in grams of CO2 equivalent; nil without a target.
  public var operationalCarbon: CarbonMass? { footprint?.operational }

  /// The share of one inference in the device's manufacturing, transport and end of life, in grams of
  /// CO2 equivalent; nil when the product or the allocation is not known.
  public var embodiedCarbon: CarbonMass? { footprint?.embodied }

  /// Operational and embodied carbon of one inference, in grams of CO2 equivalent; nil unless both
  /// are known.
  public var carbon: CarbonMass? { footprint?.total }

  /// Carbon of the device's life, in grams of CO2 equivalent; nil when its use is not known.
  public var lifeCycleCarbon: CarbonMass? { footprint?.lifeCycle.total }

  /// The operators of the file in execution order.
  public var layers: [LayerAssessment] { LayerRow.rows(of: self).map(LayerAssessment.init) }

  /// Diagnostics for readers of the numbers: unknown operators, what does not fit, assumptions.
  public var notes: [AssessmentNote] {
    diagnostics.map {
      AssessmentNote(
        isWarning: $0.isWarning, code: $0.code, message: $0.message, layer: $0.layer)
    }
  }
}

/// An operator of a model with its costs in one inference.
///
/// A kernel runs one operator or several fused ones. Its time and energy stand at the layer that leads it.
public struct LayerAssessment: Sendable {
  /// The name that the file gives its output.
  public let name: String
  /// The canonical operator, such as `Conv2D`.
  public let `operator`: String
  /// Multiply-accumulates; nil when they are not known.
  public let macs: Int?
  /// Bytes that it moves at least; nil when they are not known.
  public let trafficBytes: Int?
  /// Time of the kernel that it leads, in seconds; nil for a layer that leads none.
  public let time: Time?
  /// Energy of the kernel that it leads, in joules; nil for a layer that leads none.
  public let energy: Energy?

  init(_ row: LayerRow) {
    name = row.layer.name
    `operator` = row.layer.operatorTitle
    macs = row.layer.work.macs.fixedValue
    trafficBytes = row.layer.hasRule ? row.layer.traffic.total.fixedValue : nil
    time = row.estimate?.time
    energy = row.estimate?.energy
  }
}

/// A remark on an assessment.
public struct AssessmentNote: Hashable, Sendable {
  /// Whether a number may be wrong or missing, and not only explained.
  public let isWarning: Bool
  /// A stable identifier, such as `unknown-operator`.
  public let code: String
  /// One sentence.
  public let message: String
  /// The layer that it is about, if any.
  public let layer: String?
}
