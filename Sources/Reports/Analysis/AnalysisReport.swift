import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

/// What `analyze --format json` writes, whose keys are a contract.
///
/// See `docs/report.md`.
package struct AnalysisReport: Encodable {
  var schemaVersion = Tool.reportSchemaVersion
  var tool = Tool()
  var model: ModelPart
  var coverage: CoveragePart
  var totals: TotalsPart
  var memory: MemoryPart
  var layers: Parts<LayerRows, LayerPart>?
  var kernels: Parts<[InferenceEstimate.KernelEstimate], KernelPart>?
  /// Runs of kernels on one compute unit; only where a runtime has several.
  var partitions: [PartitionPart]?
  var convention: ConventionPart?
  var device: DevicePart?
  var estimate: EstimatePart?
  /// What the phases of a text take, where one is generated; all else is then of the whole text.
  var generation: GenerationPart?
  /// What was measured, beside the prediction.
  var measured: MeasuredPart?
  var diagnostics: [DiagnosticPart]
  var sources: [String: Source]

  /// Parts that are made one after the other while they are encoded.
  struct Parts<Rows: Collection, Part: Encodable>: Encodable {
    var rows: Rows
    var part: (Rows.Element) -> Part

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      for row in rows { try list.encode(part(row)) }
    }
  }

  private enum CodingKeys: CodingKey {
    case convention, coverage, device, diagnostics, estimate, generation, kernels, layers, measured,
      memory
    case model, partitions, schemaVersion, sources, tool, totals
  }

  package func encode(to encoder: any Encoder) throws {
    encoder.promiseSortedKeys()
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encodeIfPresent(convention, forKey: .convention)
    try members.encode(coverage, forKey: .coverage)
    try members.encodeIfPresent(device, forKey: .device)
    try members.encode(diagnostics, forKey: .diagnostics)
    try members.encodeIfPresent(estimate, forKey: .estimate)
    try members.encodeIfPresent(generation, forKey: .generation)
    try members.encodeIfPresent(kernels, forKey: .kernels)
    try members.encodeIfPresent(layers, forKey: .layers)
    try members.encodeIfPresent(measured, forKey: .measured)
    try members.encode(memory, forKey: .memory)
    try members.encode(model, forKey: .model)
    try members.encodeIfPresent(partitions, forKey: .partitions)
    try members.encode(schemaVersion, forKey: .schemaVersion)
    try members.encode(sources, forKey: .sources)
    try members.encode(tool, forKey: .tool)
    try members.encode(totals, forKey: .totals)
  }

  struct ModelPart: Encodable {
    var path: String
    var format: String
    var producer: String
    var opsets: [String: Int]
    var inputs: [TensorPart]
    var outputs: [TensorPart]
    var bindings: [String: [Int]]
  }

  struct CoveragePart: Encodable {
    var operators: Int
    var operatorsCosted: Int
    var tensors: Int
    var tensorsWithShape: Int
    var unknownOperators: [UnknownOperator]
    var dynamicDimensions: [DynamicDimension]
  }

  /// A size that `--bind` can give.
  struct DynamicDimension: Encodable {
    var name: String
    var dependsOnData: Bool
    /// A number, or the text of an expression; absent where no maximum is known.
    var maximum: DimensionPart?
  }

  struct UnknownOperator: Encodable {
    var name: String
    var count: Int
  }

  /// Sums over the layers whose cost is known; `isComplete` says whether that is all of them.
  struct TotalsPart: Encodable {
    var isComplete: Bool
    var macs: Nullable<Int>
    /// The count as an expression in open symbols, when it is one.
    var macsExpression: String?
    /// The same by what is multiplied, such as `int8 x int8`.
    var macsByPrecision: [String: Nullable<Int>]
    var otherOps: Nullable<Int>
    var operations: OperationsPart
    var parameters: Nullable<Int>
    var weightBytes: Nullable<Int>
    /// Weights and all other constants that operators read.
    var constantBytes: Nullable<Int>
    var activationBytes: Nullable<Int>
    var peakActivationBytes: Nullable<Int>
    var arenaBytes: Nullable<Int>
    var trafficBytes: TrafficPart
  }

  /// Element operations by kind; `moves` are elements that are copied, in no total.
  struct OperationsPart: JSONPart {
    var adds: Nullable<Int>
    var multiplies: Nullable<Int>
    var divides: Nullable<Int>
    var transcendentals: Nullable<Int>
    var lookUps: Nullable<Int>
    var moves: Nullable<Int>

    init(_ counts: OperationCounts, part: (SymbolicInt) -> Nullable<Int>) {
      adds = part(counts.adds)
      multiplies = part(counts.multiplies)
      divides = part(counts.divides)
      transcendentals = part(counts.transcendentals)
      lookUps = part(counts.lookUps)
      moves = part(counts.moves)
    }

    func write(_ members: JSONMemberWriter) throws {
      try members.add("adds", adds)
      try members.add("divides", divides)
      try members.add("lookUps", lookUps)
      try members.add("moves", moves)
      try members.add("multiplies", multiplies)
      try members.add("transcendentals", transcendentals)
    }
  }

  struct TrafficPart: JSONPart {
    var weights: Nullable<Int>
    var bias: Nullable<Int>
    var parameters: Nullable<Int>
    var activationsRead: Nullable<Int>
    var activationsWritten: Nullable<Int>
    var stateRead: Nullable<Int>
    var stateWritten: Nullable<Int>

    init(_ traffic: MemoryTraffic, part: (SymbolicInt) -> Nullable<Int>) {
      weights = part(traffic.weights)
      bias = part(traffic.bias)
      parameters = part(traffic.parameters)
      activationsRead = part(traffic.activationsRead)
      activationsWritten = part(traffic.activationsWritten)
      stateRead = part(traffic.stateRead)
      stateWritten = part(traffic.stateWritten)
    }

    func write(_ members: JSONMemberWriter) throws {
      try members.add("activationsRead", activationsRead)
      try members.add("activationsWritten", activationsWritten)
      try members.add("bias", bias)
      try members.add("parameters", parameters)
      try members.add("stateRead", stateRead)
      try members.add("stateWritten", stateWritten)
      try members.add("weights", weights)
    }
  }

  package struct LayerPart: JSONPart {
    var index: Int
    var name: String
    var `operator`: String
    var sourceOperator: String
    /// The graph that it lies in: the main one, or that of a control-flow operator or function.
    var subgraph: String
    /// How often it runs in one inference, where that may not be once; counts are for all runs.
    var repetitions: Nullable<Int>?
    var inputs: [String]
    var outputs: [TensorPart]
    var kernelKind: String
    var precision: String
    /// What the multiply-accumulates multiply, operand by operand, such as `int8 x int4`.
    var macPrecision: String?
    var fusedActivation: String?
    /// The function whose operators include it, such as `Gelu`.
    var pattern: String?
    /// Name of the layer whose kernel this one is part of.
    var fusedInto: String?
    /// Why the layer costs nothing: `constant`, `quantization` or `untaken`.
    var foldedAs: String?
    var parameters: Nullable<Int>
    var macs: Nullable<Int>
    /// The count as an expression in open symbols, when it is one.
    var macsExpression: String?
    var otherOps: Nullable<Int>
    var operations: OperationsPart
    var trafficBytes: TrafficPart
    /// Operations (two for a multiply-accumulate) for each byte that the layer moves.
    var operationsPerByte: Double?
    /// Of the operands that are sparse.
    var sparsity: SparsityPart?
    var placement: String?
    /// Why an accelerator did not take the layer.
    var placementReason: String?
    var bound: String?
    var time: Time?
    var energy: Energy?
    var carbon: CarbonMass?
    /// The measured time of the row that the layer stands for.
    var measured: MeasuredLayerPart?

    func write(_ members: JSONMemberWriter) throws {
      try members.add("bound", bound)
      try members.add("carbon", encoding: carbon)
      try members.add("energy", encoding: energy)
      try members.add("foldedAs", foldedAs)
      try members.add("fusedActivation", fusedActivation)
      try members.add("fusedInto", fusedInto)
      try members.add("index", index)
      try members.add("inputs", inputs)
      try members.add("kernelKind", kernelKind)
      try members.add("macPrecision", macPrecision)
      try members.add("macs", macs)
      try members.add("macsExpression", macsExpression)
      try members.add("measured", measured)
      try members.add("name", name)
      try members.add("operations", operations)
      try members.add("operationsPerByte", operationsPerByte)
      try members.add("operator", `operator`)
      try members.add("otherOps", otherOps)
      try members.add("outputs", outputs)
      try members.add("parameters", parameters)
      try members.add("pattern", pattern)
      try members.add("placement", placement)
      try members.add("placementReason", placementReason)
      try members.add("precision", precision)
      try members.add("repetitions", repetitions)
      try members.add("sourceOperator", sourceOperator)
      try members.add("sparsity", sparsity)
      try members.add("subgraph", subgraph)
      try members.add("time", encoding: time)
      try members.add("trafficBytes", trafficBytes)
    }
  }

  struct TensorPart: JSONPart {
    var name: String
    var shape: Nullable<[DimensionPart]>
    var elementType: String
    /// Axes that the file leaves open although it states a size to run with.
    var dynamicAxes: [Int]?
    var quantization: QuantizationPart?
    var sparsity: SparsityPart?

    init(_ value: Value) {
      dynamicAxes = value.dynamicAxes.isEmpty ? nil : value.dynamicAxes
      name = value.name
      shape = Nullable(value.type.shape?.dimensions.map(DimensionPart.init))
      elementType = value.type.elementType.rawValue
      quantization = value.type.quantization.map { QuantizationPart($0, value.type.elementType) }
      sparsity = SparsityPart([value.type])
    }

    func write(_ members: JSONMemberWriter) throws {
      try members.add("dynamicAxes", encoding: dynamicAxes)
      try members.add("elementType", elementType)
      try members.add("name", name)
      try members.add("quantization", quantization)
      try members.add("shape", shape) { try $1.write(to: $0) }
      try members.add("sparsity", sparsity)
    }
  }

  /// Sparse tensors, as they are stored and as they would be.
  struct SparsityPart: JSONPart {
    var storedBytes: Int
    var denseBytes: Nullable<Int>

    init?(_ types: [TensorType]) {
      let sparse = types.filter { $0.sparsity != nil }
      guard !sparse.isEmpty else { return nil }
      storedBytes = sparse.compactMap { $0.sparsity?.storedBytes }.reduce(0, +)
      denseBytes = Nullable(sparse.map(\.storageBytes).sum.fixedValue)
    }

    func write(_ members: JSONMemberWriter) throws {
      try members.add("denseBytes", denseBytes)
      try members.add("storedBytes", storedBytes)
    }
  }

  /// A number, or the text of an expression.
  struct DimensionPart: Encodable {
    var dimension: Dimension

    init(_ dimension: Dimension) { self.dimension = dimension }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if let size = dimension.fixedValue {
        try container.encode(size)
      } else {
        try container.encode(dimension.description)
      }
    }

    fileprivate func write(to writer: JSONWriter) throws {
      if let size = dimension.fixedValue {
        try writer.write(integer: size)
      } else {
        try writer.write(text: dimension.description)
      }
    }
  }

  struct QuantizationPart: JSONPart {
    var scheme: String
    var axis: Int?
    var blockSize: Int?
    var bits: Int?
    var isSymmetric: Bool

    init(_ quantization: Quantization, _ type: ElementType) {
      bits = quantization.bits ?? type.bits
      isSymmetric = quantization.isSymmetric
      switch quantization.granularity {
      case .perTensor: scheme = "perTensor"
      case .perAxis(let axis):
        scheme = "perAxis"
        self.axis = axis
      case .perBlock(let axis, let size):
        scheme = "perBlock"
        self.axis = axis
        blockSize = size
      }
    }

    func write(_ members: JSONMemberWriter) throws {
      try members.add("axis", axis)
      try members.add("bits", bits)
      try members.add("blockSize", blockSize)
      try members.add("isSymmetric", isSymmetric)
      try members.add("scheme", scheme)
    }
  }

  struct DevicePart: Encodable {
    var name: String
    var title: String
    var `class`: String
    var runtime: String
    var runtimeTitle: String
    /// The release of the runtime that the rates are of, and how they are known.
    var release: String?
    var releaseBasis: ReleaseBasis?
    var energyBoundary: String
    /// Version of the formulas of an accelerator whose cycles come from shapes.
    var costModel: String?
    /// The data that the rates were fitted to, and the errors of such fits.
    var calibration: CalibrationRecord?
    var memoryFit: [MemoryFitPart]
    var roofline: [RooflinePart]
  }

  struct EstimatePart: Encodable {
    /// Whether every kernel's time is known; if not, latency and energy are lower bounds.
    var isComplete: Bool
    /// Ratio of measured to predicted time of models similar to this one; times and
    /// energies have it.
    var discrepancyFactor: Double?
    var latency: Nullable<Time>
    var energy: Nullable<Energy>
    var carbon: Nullable<CarbonPart>
  }

  struct CarbonPart: Encodable {
    var operational: Nullable<CarbonMass>
    var embodied: Nullable<CarbonMass>
    var total: Nullable<CarbonMass>
    var sci: SCIPart
    var embodiedDevice: Nullable<CarbonMass>
    /// Nil where only totals are asked for.
    var embodiedParts: [EmbodiedPart]?
    /// Identifier of the product.
    var product: String?
    var allocation: String
    var lifetimeYears: Double
    var inferencesPerDay: Double?
    var region: String
    /// The mean over the years of use.
    var intensity: CarbonIntensity
    var supplyEfficiency: Estimate<Ratio>
  }

  struct DiagnosticPart: Encodable {
    var severity: String
    var code: String
    var message: String
    var layer: String?
    /// How often it occurs, where that is more than once.
    var count: Int?

    /// Each diagnostic once.
    static func all(_ diagnostics: [Diagnostic]) -> [DiagnosticPart] {
      diagnostics.counted.map { diagnostic, count in
        DiagnosticPart(
          severity: diagnostic.severity.rawValue, code: diagnostic.code,
          message: diagnostic.message, layer: diagnostic.layer, count: count > 1 ? count : nil)
      }
    }
  }
}
