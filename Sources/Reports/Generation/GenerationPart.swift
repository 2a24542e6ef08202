import Analysis
import Assessment
import HardwareMapping
import OpGraph
import Quantities

/// What a text that a decoder makes takes, phase by phase.
struct GenerationPart: Encodable {
  var prompt: Int
  var tokens: Int
  var batch: Int
  /// Tokens at which the request ends a text with its prompt; absent where it states none.
  var maxLength: Int?
  var cache: CachePart
  /// The prompt; its result is the first token.
  var prefill: PhasePart
  /// The steps after it; absent where one token is made.
  var decode: PhasePart?
  /// What each token after the first takes in the mean, of the texts of a batch together divided by their number.
  var perToken: TokenPart?
  /// What a step takes after some lengths of the cache; between two of them time lies on a line.
  ///
  /// Absent where none is known.
  var byLength: [LengthPart]?

  struct LengthPart: Encodable {
    /// Tokens in the cache before the step.
    var past: Int
    var latency: Time
  }

  /// Keys and values that are kept from step to step.
  struct CachePart: Encodable {
    /// Tokens that are kept at the end, or always if the length is fixed.
    var positions: Nullable<Int>
    /// Whether the whole is allocated from the start.
    var isFixed: Bool
    var bytesPerPosition: Nullable<Int>
    /// All of them, once.
    var bytes: Nullable<Int>
    /// What the runtime allocates for them at most.
    var allocatedBytes: Nullable<Int>
    /// Whether the form that a run takes and the one that it gives are in one buffer.
    var isShared: Bool
    /// What states so; absent where it is assumed.
    var sharingSource: String?
    /// Those of an encoder's results, which are the same in all steps; absent without one.
    var crossBytes: Int?
    /// States that do not grow, such as those of convolutions and of linear attention; absent without any.
    var recurrentBytes: Nullable<Int>?
  }

  struct PhasePart: Encodable {
    /// Runs of the model.
    var steps: Int
    var macs: Nullable<Int>
    var otherOps: Nullable<Int>
    /// Weights and other constants that are read.
    var weightTrafficBytes: Nullable<Int>
    /// Keys and values that are read and written.
    var cacheTrafficBytes: Nullable<Int>
    var activationTrafficBytes: Nullable<Int>
    var latency: Time?
    var energy: Energy?
    var operationalCarbon: CarbonMass?
    /// Which part of the time each limit takes, from 0 to 1.
    var bounds: [String: Double]?

    init(
      _ runs: [GenerationWorkload.PromptRun], _ estimate: InferenceEstimate?, steps: Int,
      in assessment: ModelAssessment
    ) {
      func known(_ count: (Workload.Totals) -> SymbolicInt) -> Nullable<Int> {
        var sum: SymbolicInt = 0
        for run in runs {
          guard let own = run.workload.known(count(run.workload.totals)) else {
            return Nullable(nil)
          }
          sum += .fixed(own) * .fixed(run.count)
        }
        return Nullable(sum.fixedValue)
      }
      self.steps = steps
      macs = known(\.macs)
      otherOps = known(\.otherOps)
      weightTrafficBytes = known(\.traffic.constants)
      cacheTrafficBytes = known(\.traffic.state)
      activationTrafficBytes = known { $0.traffic.activationsRead + $0.traffic.activationsWritten }
      latency = estimate?.latency
      energy = estimate?.energy
      operationalCarbon = assessment.operationalCarbon(of: estimate?.energy)
      bounds = estimate.map { estimate in
        Dictionary(
          uniqueKeysWithValues: GenerationBound.shares(of: estimate).map {
            ($0.bound.rawValue, $0.share)
          })
      }
    }
  }

  struct TokenPart: Encodable {
    /// Of one text of the batch.
    var latency: Time?
    /// Of all texts of the batch together.
    var tokensPerSecond: Interval?
    var energy: Energy?
    var operationalCarbon: CarbonMass?
  }

  /// Nil where no text is generated.
  init?(_ assessment: ModelAssessment) {
    guard let generation = assessment.generation else { return nil }
    let request = generation.request
    let steps = request.pastLengths.count
    (prompt, tokens, batch) = (request.prompt, request.tokens, request.batch)
    maxLength = request.maxLength
    let size = generation.workload.cache
    cache = CachePart(
      positions: Nullable(size.positions), isFixed: size.isFixed,
      bytesPerPosition: Nullable(size.bytesPerPosition), bytes: Nullable(size.bytes),
      allocatedBytes: Nullable(size.allocatedBytes), isShared: size.buffers.areShared,
      sharingSource: size.buffers.source, crossBytes: size.crossBytes,
      recurrentBytes: size.stateBytes == 0 ? nil : Nullable(size.stateBytes))
    let runs = generation.workload.prefill
    prefill = PhasePart(
      runs, generation.estimate?.prefill, steps: runs.reduce(0) { $0 + $1.count }, in: assessment)
    guard let work = generation.workload.decode else { return }
    let estimate = generation.estimate?.decode
    let decode = PhasePart(
      [GenerationWorkload.PromptRun(workload: work, count: 1)], estimate, steps: steps,
      in: assessment)
    self.decode = decode
    guard let estimate else { return }
    byLength = generation.estimate?.steps.compactMap { step in
      step.latency.map { LengthPart(past: step.past, latency: $0) }
    }
    let share = 1 / Double(steps)
    perToken = TokenPart(
      latency: estimate.latency?.scaled(by: share),
      tokensPerSecond: generation.estimate?.tokensPerSecond(request),
      energy: estimate.energy?.scaled(by: share / Double(request.batch)),
      operationalCarbon: decode.operationalCarbon?.scaled(by: share / Double(request.batch)))
  }
}
