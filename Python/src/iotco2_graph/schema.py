"""The JSON of a report: what ``Report.raw`` holds.

Scripts/python_types.py writes this file from Sources/Reports/Schemas/report.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from typing_extensions import NotRequired


class ReportConventionDifference(TypedDict):
    layers: int
    macs: int | None
    reason: str
    sourceOperator: str
    theirs: int | None


class ReportConvention(TypedDict):
    """The total of another tool; with --convention."""

    counts: list[int | None]
    differences: list[ReportConventionDifference]
    macs: int | None
    name: str
    remark: NotRequired[str]
    stopsAt: list[str]
    tool: str
    total: int | None


class ReportCoverageDynamicDimension(TypedDict):
    dependsOnData: bool
    maximum: NotRequired[int | str]
    name: str


class ReportCoverageUnknownOperator(TypedDict):
    count: int
    name: str


class ReportCoverage(TypedDict):
    """How much of the model is known."""

    dynamicDimensions: list[ReportCoverageDynamicDimension]
    operators: int
    operatorsCosted: int
    tensors: int
    tensorsWithShape: int
    unknownOperators: list[ReportCoverageUnknownOperator]


class ReportDeviceCalibration(TypedDict):
    architectureFactor: float
    architectures: int
    devices: int
    errors: int
    errorsBy: str
    intervalFactor: float
    measurements: list[str]
    median: NotRequired[float]
    networks: int
    ninetiethPercentile: NotRequired[float]
    rows: int
    rowsFittedTogether: int


_ReportDevice = TypedDict(
    "_ReportDevice", {"class": Literal["microcontroller", "applicationProcessor", "gpu", "npu"]}
)


class ReportDeviceMemoryFit(TypedDict):
    bytes: int | None
    capacityBytes: int
    fits: bool | None
    need: Literal["weights", "activations", "total"]


class ReportDeviceRoofline(TypedDict):
    bytesPerSecond: dict[str, float]
    peakMACsPerSecond: dict[str, float]
    ridgeOperationsPerByte: dict[str, dict[str, float]]
    unit: str


class ReportDevice(_ReportDevice):
    """The profile and runtime."""

    calibration: NotRequired[ReportDeviceCalibration]
    costModel: NotRequired[str]
    energyBoundary: str
    memoryFit: list[ReportDeviceMemoryFit]
    name: str
    release: NotRequired[str]
    releaseBasis: NotRequired[
        Literal["extrapolated", "interpolated", "measured", "measuredElsewhere"]
    ]
    roofline: list[ReportDeviceRoofline]
    runtime: str
    runtimeTitle: str
    title: str


class ReportDiagnostic(TypedDict):
    code: str
    count: NotRequired[int]
    layer: NotRequired[str]
    message: str
    severity: Literal["note", "warning", "error"]


class Estimate(TypedDict):
    """A number with a nominal 90 % interval."""

    high: float | None
    low: float
    note: NotRequired[str]
    provenance: Literal["measured", "datasheet", "literature", "derived", "recalled", "assumed"]
    sources: NotRequired[list[str]]
    unit: str
    value: float


class ReportEstimateCarbonEmbodiedPart(TypedDict):
    block: str
    carbon: Estimate | None
    method: str
    name: str
    part: NotRequired[str]
    stage: str


class ReportEstimateCarbonSci(TypedDict):
    embodied: float | None
    energy: Estimate
    energyKilowattHours: float
    functionalUnit: str
    intensity: float
    score: Estimate | None
    unitsPerInference: float


class ReportEstimateCarbon(TypedDict):
    allocation: str
    embodied: Estimate | None
    embodiedDevice: Estimate | None
    embodiedParts: NotRequired[list[ReportEstimateCarbonEmbodiedPart]]
    inferencesPerDay: NotRequired[float]
    intensity: Estimate
    lifetimeYears: float
    operational: Estimate | None
    product: NotRequired[str]
    region: str
    sci: ReportEstimateCarbonSci
    supplyEfficiency: Estimate
    total: Estimate | None


class ReportEstimate(TypedDict):
    """Time, energy and carbon of one inference; lower bounds while isComplete is false."""

    carbon: ReportEstimateCarbon | None
    discrepancyFactor: NotRequired[float]
    energy: Estimate | None
    isComplete: bool
    latency: Estimate | None


class ReportGenerationByLength(TypedDict):
    latency: Estimate
    past: int


class ReportGenerationCache(TypedDict):
    """Keys and values that are kept from step to step."""

    allocatedBytes: int | None
    bytes: int | None
    bytesPerPosition: int | None
    crossBytes: NotRequired[int]
    isFixed: bool
    isShared: bool
    positions: int | None
    recurrentBytes: NotRequired[int | None]
    sharingSource: NotRequired[str]


class ReportGenerationDecode(TypedDict):
    """The steps after it; absent where one token is made."""

    activationTrafficBytes: int | None
    bounds: NotRequired[dict[str, float]]
    cacheTrafficBytes: int | None
    energy: NotRequired[Estimate]
    latency: NotRequired[Estimate]
    macs: int | None
    operationalCarbon: NotRequired[Estimate]
    otherOps: int | None
    steps: int
    weightTrafficBytes: int | None


class ReportGenerationPerTokenTokensPerSecond(TypedDict):
    """Of all texts of the batch together."""

    high: float | None
    low: float
    value: float


class ReportGenerationPerToken(TypedDict):
    """The mean of tokens after the first."""

    energy: NotRequired[Estimate]
    latency: NotRequired[Estimate]
    operationalCarbon: NotRequired[Estimate]
    tokensPerSecond: NotRequired[ReportGenerationPerTokenTokensPerSecond]


class ReportGenerationPrefill(TypedDict):
    """The prompt, whose result is the first token."""

    activationTrafficBytes: int | None
    bounds: NotRequired[dict[str, float]]
    cacheTrafficBytes: int | None
    energy: NotRequired[Estimate]
    latency: NotRequired[Estimate]
    macs: int | None
    operationalCarbon: NotRequired[Estimate]
    otherOps: int | None
    steps: int
    weightTrafficBytes: int | None


class ReportGeneration(TypedDict):
    """What the phases of a text take, where --generate asks for one; all else is then of the whole
    text.
    """

    batch: int
    byLength: NotRequired[list[ReportGenerationByLength]]
    cache: ReportGenerationCache
    decode: NotRequired[ReportGenerationDecode]
    maxLength: NotRequired[int]
    perToken: NotRequired[ReportGenerationPerToken]
    prefill: ReportGenerationPrefill
    prompt: int
    tokens: int


class TrafficBytes(TypedDict):
    """Bytes that move at least, by role."""

    activationsRead: int | None
    activationsWritten: int | None
    bias: int | None
    parameters: int | None
    stateRead: int | None
    stateWritten: int | None
    weights: int | None


class ReportKernel(TypedDict):
    bound: NotRequired[Literal["compute", "memory", "overhead"]]
    boundMemory: NotRequired[str]
    crossing: NotRequired[Estimate]
    energy: Estimate | None
    fusions: list[str]
    layers: list[str]
    macs: int | None
    operationsPerByte: NotRequired[float]
    otherOps: int | None
    scratchBytes: int | None
    time: Estimate | None
    trafficBytes: TrafficBytes
    unit: str
    utilisation: NotRequired[float]


class Timing(TypedDict):
    """A measured time in seconds; low and high are the 5th and 95th percentile over runs, absent
    where single runs are not known.
    """

    high: NotRequired[float]
    low: NotRequired[float]
    value: float


class ReportLayerMeasured(TypedDict):
    """Measured time of the layers that this one stands for; only with --measured."""

    layers: NotRequired[list[int]]
    overPredicted: NotRequired[float]
    seconds: Timing


class Operations(TypedDict):
    """Element operations by kind; moves are in no total."""

    adds: int | None
    divides: int | None
    lookUps: int | None
    moves: int | None
    multiplies: int | None
    transcendentals: int | None


class TensorQuantization(TypedDict):
    axis: NotRequired[int]
    bits: NotRequired[int]
    blockSize: NotRequired[int]
    isSymmetric: bool
    scheme: Literal["perTensor", "perAxis", "perBlock"]


class TensorSparsity(TypedDict):
    denseBytes: int
    storedBytes: int


class Tensor(TypedDict):
    dynamicAxes: NotRequired[list[int]]
    elementType: str
    name: str
    quantization: NotRequired[TensorQuantization]
    shape: list[int | str] | None
    sparsity: NotRequired[TensorSparsity]


class ReportLayerSparsity(TypedDict):
    denseBytes: int
    storedBytes: int


class ReportLayer(TypedDict):
    bound: NotRequired[Literal["compute", "memory", "overhead"]]
    carbon: NotRequired[Estimate]
    energy: NotRequired[Estimate]
    foldedAs: NotRequired[
        Literal["constant", "quantization", "normalization", "identity", "untaken", "unused"]
    ]
    fusedActivation: NotRequired[str]
    fusedInto: NotRequired[str]
    index: int
    inputs: list[str]
    kernelKind: str
    macPrecision: NotRequired[str]
    macs: int | None
    macsExpression: NotRequired[str]
    measured: NotRequired[ReportLayerMeasured]
    name: str
    operations: Operations
    operationsPerByte: NotRequired[float]
    operator: str
    otherOps: int | None
    outputs: list[Tensor]
    parameters: int | None
    pattern: NotRequired[str]
    placement: NotRequired[str]
    placementReason: NotRequired[str]
    precision: str
    repetitions: NotRequired[int | None]
    sourceOperator: str
    sparsity: NotRequired[ReportLayerSparsity]
    subgraph: str
    time: NotRequired[Estimate]
    trafficBytes: TrafficBytes


class ReportMeasuredKind(TypedDict):
    high: float
    kind: str
    low: float
    overPredicted: float
    rows: int


class ReportMeasuredUnmatched(TypedDict):
    name: str
    operator: str
    seconds: Timing


class ReportMeasured(TypedDict):
    """What was measured, beside the prediction; only with --measured."""

    energy: NotRequired[float]
    findings: list[str]
    format: str
    kinds: list[ReportMeasuredKind]
    latency: NotRequired[Timing]
    matchedShare: NotRequired[float]
    notes: list[str]
    overPredicted: NotRequired[float]
    source: str
    unmatched: list[ReportMeasuredUnmatched]
    unmeasuredLayers: list[int]


class ReportMemoryInPlace(TypedDict):
    greedyPlanBytes: int | None
    layers: list[str]
    liveLowerBoundBytes: int
    savedBytes: int


class ReportMemoryPeakTensor(TypedDict):
    bytes: int
    firstLayer: int
    lastLayer: int
    name: str
    offset: int


class ReportMemoryPeak(TypedDict):
    layer: str
    layerIndex: int
    tensors: list[ReportMemoryPeakTensor]


class ReportMemoryReordered(TypedDict):
    greedyPlanBytes: int | None
    layers: list[str]
    liveLowerBoundBytes: int
    savedBytes: int


class ReportMemoryTensorArenaLibraryBytes(TypedDict):
    high: int
    low: int
    value: int


class ArenaParts(TypedDict):
    """What an arena is made of."""

    activationBytes: int
    kernelDataBytes: int
    kernelScratchBytes: int
    planningBytes: int
    stateBytes: int
    structureBytes: int


class ReportMemoryTensorArenaLibrary(TypedDict):
    bytes: ReportMemoryTensorArenaLibraryBytes
    library: Literal["cmsis-nn", "esp-nn", "reference"]
    parts: ArenaParts


class ReportMemoryTensorArenaRecording(TypedDict):
    """As the recording allocator of the tflite-micro package says on x86-64."""

    headBytes: int
    parts: ArenaParts
    usedBytes: int


class ReportMemoryTensorArena(TypedDict):
    """What firmware reserves for TFLite Micro's arena; absent for models and runtimes other than
    its own.
    """

    libraries: list[ReportMemoryTensorArenaLibrary]
    recording: ReportMemoryTensorArenaRecording
    unknownOperators: list[str]


class ReportMemory(TypedDict):
    """Memory of activations, as three separate numbers."""

    constantBytes: int | None
    greedyPlanBytes: int | None
    inPlace: NotRequired[ReportMemoryInPlace]
    liveLowerBoundBytes: int | None
    peak: NotRequired[ReportMemoryPeak]
    preparedBytes: int | None
    reordered: NotRequired[ReportMemoryReordered]
    runtimeOverhead: str
    runtimeOverheadBytes: int | None
    stateBytes: int | None
    tensorArena: NotRequired[ReportMemoryTensorArena]
    velaDRAM: NotRequired[Estimate]
    velaSRAM: NotRequired[Estimate]


class ReportModel(TypedDict):
    bindings: dict[str, list[int]]
    format: Literal["onnx", "tflite"]
    inputs: list[Tensor]
    opsets: dict[str, int]
    outputs: list[Tensor]
    path: str
    producer: str


class ReportPartitionReason(TypedDict):
    layers: int
    reason: str


class ReportPartition(TypedDict):
    crossing: NotRequired[Estimate]
    layers: list[int]
    macs: int | None
    reasons: list[ReportPartitionReason]
    time: Estimate | None
    unit: str


class ReportSource(TypedDict):
    licence: NotRequired[str]
    locator: NotRequired[str]
    opened: NotRequired[bool]
    title: str
    url: NotRequired[str]


class ReportTool(TypedDict):
    name: str
    version: str


class ReportTotals(TypedDict):
    """Sums over the layers whose cost is known."""

    activationBytes: int | None
    arenaBytes: int | None
    constantBytes: int | None
    isComplete: bool
    macs: int | None
    macsByPrecision: dict[str, int | None]
    macsExpression: NotRequired[str]
    operations: Operations
    otherOps: int | None
    parameters: int | None
    peakActivationBytes: int | None
    trafficBytes: TrafficBytes
    weightBytes: int | None


class Report(TypedDict):
    """The whole report."""

    convention: NotRequired[ReportConvention]
    coverage: ReportCoverage
    device: NotRequired[ReportDevice]
    diagnostics: list[ReportDiagnostic]
    estimate: NotRequired[ReportEstimate]
    generation: NotRequired[ReportGeneration]
    kernels: NotRequired[list[ReportKernel]]
    layers: NotRequired[list[ReportLayer]]
    measured: NotRequired[ReportMeasured]
    memory: ReportMemory
    model: ReportModel
    partitions: NotRequired[list[ReportPartition]]
    schemaVersion: Literal["2.0"]
    sources: dict[str, ReportSource]
    tool: ReportTool
    totals: ReportTotals
