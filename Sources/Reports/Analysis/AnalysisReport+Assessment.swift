import Assessment
import DeviceProfiles
import Analysis
import Carbon
import HardwareMapping
import OpGraph
import Quantities

extension AnalysisReport {
  init(
    _ assessment: ModelAssessment, withLayers: Bool, convention: (any Convention)? = nil,
    measured: MeasuredComparison? = nil
  ) {
    let workload = assessment.workload
    model = ModelPart(assessment)
    coverage = CoveragePart(
      operators: workload.coverage.operators, operatorsCosted: workload.coverage.operatorsCosted,
      tensors: workload.coverage.tensors, tensorsWithShape: workload.coverage.tensorsWithShape,
      unknownOperators: workload.coverage.unknownOperators.map {
        UnknownOperator(name: $0.name, count: $0.count)
      },
      dynamicDimensions: workload.coverage.dynamicDimensions.map {
        DynamicDimension(
          name: $0.name, dependsOnData: $0.dependsOnData,
          maximum: $0.maximum.map(DimensionPart.init))
      })
    totals = TotalsPart(workload)
    memory = MemoryPart(workload, assessment.estimate)
    self.convention = convention.map { ConventionPart(Reconciliation(assessment, $0)) }
    if withLayers {
      layers = Parts(rows: LayerRow.rows(of: assessment)) {
        var part = LayerPart($0, in: assessment)
        part.measured = measured?.row(ledBy: $0.layer.index).map(MeasuredLayerPart.init)
        return part
      }
    }
    if let estimate = assessment.estimate {
      device = DevicePart(
        name: estimate.device.name, title: estimate.device.title,
        class: estimate.device.class.rawValue, runtime: estimate.runtime.name,
        runtimeTitle: estimate.runtime.title, release: estimate.runtime.release,
        releaseBasis: estimate.runtime.releaseBasis,
        energyBoundary: estimate.device.energyBoundary,
        costModel: estimate.costModels.compactMap { $0 }.first,
        calibration: estimate.runtime.calibration,
        memoryFit: estimate.memoryFits.map(MemoryFitPart.init),
        roofline: estimate.rooflines.map(RooflinePart.init))
      if withLayers {
        kernels = Parts(rows: estimate.kernels) { KernelPart($0, workload) }
      }
      if estimate.runtime.units.count > 1 {
        partitions = Partition.all(estimate).map { PartitionPart($0, in: assessment) }
      }
      self.estimate = EstimatePart(
        isComplete: estimate.unknownKernels == 0 && !assessment.workload.coverage.leavesFilesOut,
        discrepancyFactor: estimate.runtime.discrepancy == nil && estimate.measuredRatio == nil
          ? nil : estimate.discrepancyFactor,
        latency: Nullable(estimate.latency),
        energy: Nullable(estimate.energy),
        carbon: Nullable(
          assessment.footprint.map {
            CarbonPart($0, withParts: withLayers, request: RequestPart(assessment))
          }))
    }
    generation = GenerationPart(assessment)
    self.measured = measured.map(MeasuredPart.init)
    diagnostics = DiagnosticPart.all(assessment.diagnostics)
    sources = assessment.citedSources
  }
}

extension AnalysisReport.ModelPart {
  fileprivate init(_ assessment: ModelAssessment) {
    let graph = assessment.workload.graph
    path = assessment.path
    format = assessment.model.format.rawValue
    producer = assessment.model.producer
    opsets = assessment.model.operatorSets
    inputs = graph.inputs.map { AnalysisReport.TensorPart(graph[$0]) }
    outputs = graph.outputs.map { AnalysisReport.TensorPart(graph[$0]) }
    bindings = assessment.bindings.symbols.mapValues { [$0] }
      .merging(assessment.bindings.shapes) { _, shape in shape }
    if let batch = assessment.bindings.batch { bindings["batch"] = [batch] }
  }
}

extension AnalysisReport.TotalsPart {
  init(_ workload: Workload) {
    let totals = workload.totals
    isComplete = workload.coverage.isComplete
    func known(_ total: SymbolicInt) -> Nullable<Int> { Nullable(workload.known(total)) }
    macs = known(totals.macs)
    if case .symbolic = totals.macs { macsExpression = totals.macs.description }
    macsByPrecision = totals.macsByFactors.mapValues { Nullable($0.fixedValue) }
    otherOps = known(totals.otherOps)
    operations = AnalysisReport.OperationsPart(totals.operations, part: known)
    parameters = known(totals.parameters)
    weightBytes = known(totals.weightBytes)
    constantBytes = known(totals.constantBytes)
    activationBytes = known(workload.memory.activationBytes)
    peakActivationBytes = Nullable(workload.memory.peak?.bytes)
    arenaBytes = Nullable(workload.memory.arenaBytes)
    trafficBytes = AnalysisReport.TrafficPart(totals.traffic, part: known)
  }
}

extension AnalysisReport.LayerPart {
  fileprivate init(_ row: LayerRow, in assessment: ModelAssessment) {
    let graph = assessment.workload.graph
    let layer = row.layer
    index = layer.index
    name = layer.name
    `operator` = layer.operatorTitle
    sourceOperator = layer.sourceOperator
    subgraph =
      layer.region.map { graph.regions[$0].name } ?? (graph.name.isEmpty ? "main" : graph.name)
    if layer.region != nil { repetitions = Nullable(layer.repetitions.fixedValue) }
    inputs = layer.inputs.map { $0.map { graph[$0].name } ?? "" }
    outputs = layer.outputs.map { AnalysisReport.TensorPart(graph[$0]) }
    kernelKind = layer.kind.rawValue
    precision = layer.precision.rawValue
    macPrecision = layer.factors
    fusedActivation = layer.fusedActivation?.name.rawValue
    pattern = layer.pattern?.name
    fusedInto = row.fusedInto
    foldedAs = layer.fold?.rawValue
    parameters = Nullable(layer.parameters.fixedValue)
    macs = Nullable(layer.work.macs.fixedValue)
    if case .symbolic = layer.work.macs { macsExpression = layer.work.macs.description }
    otherOps = Nullable(layer.work.otherOps.fixedValue)
    operations = AnalysisReport.OperationsPart(layer.work.operations) {
      Nullable(layer.hasRule ? $0.fixedValue : nil)
    }
    operationsPerByte = layer.operationsPerByte
    sparsity = AnalysisReport.SparsityPart(
      layer.inputs.compactMap { $0.map { graph[$0].type } })
    trafficBytes = AnalysisReport.TrafficPart(layer.traffic) {
      Nullable(layer.hasRule ? $0.fixedValue : nil)
    }
    if let estimate = assessment.estimate, layer.fold == nil {
      let placed = estimate.placements[layer.index]
      placement = estimate.runtime.units[placed.unit].name
      placementReason = placed.refusal
    }
    bound = row.estimate?.bound?.rawValue
    time = row.estimate?.time
    energy = row.estimate?.energy
    carbon = row.carbon
  }
}

extension AnalysisReport.CarbonPart {
  fileprivate init(_ footprint: Footprint, withParts: Bool, request: RequestPart?) {
    operational = Nullable(footprint.operational)
    embodied = Nullable(footprint.embodied)
    total = Nullable(footprint.total)
    sci = SCIPart(footprint, request)
    embodiedDevice = Nullable(footprint.inputs.embodied?.total)
    embodiedParts = withParts ? EmbodiedPart.all(footprint.inputs.embodied) : nil
    product = footprint.inputs.product?.name
    allocation = footprint.rule.rawValue
    lifetimeYears = footprint.inputs.deployment.years
    inferencesPerDay = footprint.inputs.deployment.inferencesEachDay
    region = footprint.place
    intensity = footprint.use.meanIntensity
    supplyEfficiency = footprint.inputs.efficiency
  }
}
