import Analysis
import Foundation
public import HardwareMapping
import OpGraph

/// Rates of all devices of one stack, fitted together.
///
/// The logarithm of a rate in cycles is a sum: of the stack, of the processor core, of the device,
/// of the device's speed as a whole, and of the software's release. Each part but the first is pulled
/// towards nothing and the first towards physics, so that a device with three measurements stays
/// near its sisters and a term that no model has stays near what is plausible.
public struct StackFit: Sendable {
  /// What is pulled how far: log standard deviations.
  public struct Spreads: Sendable {
    public var stack = 0.7
    public var core = 0.3
    public var device = 0.15
    public var speed = 1.5
    public var release = 0.3
    public var precision = 0.5
    /// What a row is trusted to: the form of the model is wrong by more than the jitter.
    public var noise = 0.08

    /// The spreads that the shipped profiles are fitted with.
    public init() {}
  }

  private let index: [Coefficient: Int]
  private let solution: [Double]
  /// Rows that could be fitted or predicted: those of models with terms and a time.
  public let rows: [Measurement]

  /// A part of the logarithm of a rate.
  private enum Coefficient: Hashable {
    case stack(CostTerm)
    case core(String, CostTerm)
    case device(String, CostTerm)
    case speed(String)
    case release(String)
    /// What reals take over integers: for multiply-accumulates, and for results.
    case precision(CostTerm)
  }

  /// Fits the rows of one stack.
  public init(
    _ measurements: [Measurement], _ terms: ModelTerms, spreads: Spreads = Spreads()
  ) {
    let rows = measurements.filter { $0.seconds != nil && terms.amounts[$0.model] != nil }
    self.rows = rows
    var index: [Coefficient: Int] = [:]
    var means: [Double] = []
    var deviations: [Double] = []
    func add(_ coefficient: Coefficient, _ mean: Double, _ spread: Double) {
      guard index[coefficient] == nil else { return }
      index[coefficient] = means.count
      means.append(mean)
      deviations.append(spread)
    }
    for row in rows {
      for term in (terms.amounts[row.model] ?? [:]).keys.sorted(by: { $0.text < $1.text }) {
        let shared = term.shared
        add(.stack(shared), log(shared.plausibleCycles), spreads.stack)
        add(.core(row.core, shared), 0, spreads.core)
        add(.device(row.device, shared), 0, spreads.device)
        if let ofPrecision = term.ofPrecision {
          add(.precision(ofPrecision), log(ofPrecision.plausibleFactor), spreads.precision)
        }
      }
      add(.speed(row.device), 0, spreads.speed)
      add(.release(row.version), 0, spreads.release)
    }
    self.index = index
    let problem = LogLinearProblem(
      rows: rows.map { row in
        LogLinearProblem.Row(
          amounts: Self.amounts(of: row, terms, index),
          logarithm: log((row.seconds ?? 1) * row.clock))
      }, means: means, spreads: deviations, noise: spreads.noise)
    solution = problem.solution()
  }

  private static func amounts(
    of row: Measurement, _ terms: ModelTerms, _ index: [Coefficient: Int]
  ) -> [(amount: Double, coefficients: [Int])] {
    (terms.amounts[row.model] ?? [:]).sorted { $0.key.text < $1.key.text }.map { term, amount in
      (amount, coefficients(of: term, row, index).compactMap { index[$0] })
    }
  }

  private static func coefficients(
    of term: CostTerm, _ row: Measurement, _ index: [Coefficient: Int]
  ) -> [Coefficient] {
    var parts: [Coefficient] = [
      .stack(term.shared), .core(row.core, term.shared), .device(row.device, term.shared),
      .speed(row.device), .release(row.version),
    ]
    if let ofPrecision = term.ofPrecision { parts.append(.precision(ofPrecision)) }
    return parts
  }

  /// Seconds of an inference; the model's terms need not have been fitted.
  public func seconds(_ row: Measurement, _ terms: ModelTerms) -> Double? {
    guard let amounts = terms.amounts[row.model] else { return nil }
    let cycles = amounts.sorted { $0.key.text < $1.key.text }.reduce(0.0) { sum, entry in
      sum + entry.value * self.cycles(entry.key, like: row)
    }
    return cycles / row.clock
  }

  /// Cycles of one of a term on the device, core and release of a row.
  public func cycles(_ term: CostTerm, like row: Measurement) -> Double {
    let parts = Self.coefficients(of: term, row, index)
    var logarithm = parts.reduce(0.0) { $0 + (index[$1].map { solution[$0] } ?? 0) }
    if index[.stack(term.shared)] == nil { logarithm += log(term.shared.plausibleCycles) }
    if let ofPrecision = term.ofPrecision, index[.precision(ofPrecision)] == nil {
      logarithm += log(ofPrecision.plausibleFactor)
    }
    return exp(logarithm)
  }
}

extension CostTerm {
  /// Terms that are told apart in a fit: multiply-accumulates by kind (their precision has a factor
  /// of its own), results by kind, and all operations together.
  var shared: CostTerm {
    switch self {
    case .mac(_, let kind): return .mac(.int8, kind)
    case .result(_, let kind): return .result(.int8, kind)
    case .operation: return .operation(.elementwise)
    case .kernel: return self
    }
  }

  /// The factor of its precision, as a term of any kind; nil for integers and where it has none.
  var ofPrecision: CostTerm? {
    switch self {
    case .mac(let precision, _) where precision != .int8:
      return .mac(precision, .kind(.pointwiseConvolution))
    case .result(let precision, _) where precision != .int8:
      return .result(precision, .kind(.pointwiseConvolution))
    default: return nil
    }
  }

  /// What it takes over the same of 8-bit integers.
  var plausibleFactor: Double {
    switch self {
    case .mac(let precision, _): return precision.plausibleFactor
    default: return 1
    }
  }

  /// Cycles that one takes on a small processor with instructions for 8 and 16-bit integers: two
  /// multiply-accumulates a cycle and the loads for them, a rounding with a shift and a clip for
  /// each result, a call with the preparation of its loops for each kernel.
  ///
  /// Starting points of fits only; where rows tell otherwise they count for little.
  var plausibleCycles: Double {
    switch self {
    case .mac(_, .shallowConvolution): return 1.2
    case .mac(_, .kind(.depthwiseConvolution)): return 3
    case .mac(_, .kind(.convolution)), .mac(_, .kind(.pointwiseConvolution)): return 0.8
    case .mac: return 1.2
    case .result(_, .kind(.depthwiseConvolution)): return 10
    case .result: return 8
    case .operation: return 6
    case .kernel: return 3000
    }
  }
}

extension Precision {
  /// What a multiply-accumulate takes over one of 8-bit integers.
  var plausibleFactor: Double {
    switch self {
    case .int8: return 1
    case .int16: return 1.2
    case .float16, .hybrid8: return 2
    case .float32, .int32: return 3
    case .other: return 4
    }
  }
}
