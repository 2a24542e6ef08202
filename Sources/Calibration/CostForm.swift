import Analysis
import DeviceProfiles
import OpGraph

/// Which terms the time of an inference is a sum of: what the runtimes of a family have in common.
package enum CostForm: String, CaseIterable, Sendable {
  /// Multiply-accumulates, results, other operations, kernels, and weights that do not stay near the
  /// processor. The others are read while it computes, and an inference is the sum of its kernels.
  case processor
  /// The same, the start of an inference, and weights that come from a memory beside the accelerator.
  case accelerator

  /// Whether the form has a term.
  func charges(_ term: CostTerm) -> Bool {
    switch term {
    case .weights, .inference: self == .accelerator
    case .uncachedWeights: self == .processor
    case .mac, .result, .operation, .kernel: true
    }
  }

  /// The term whose rate a fit shares.
  ///
  /// Multiply-accumulates and results are shared by kernel kind (precision is a factor of its own). A
  /// processor has one rate for all other operations, which its compiler makes loops of; an accelerator
  /// has one for each kind, since it has an engine for some and none for others.
  func shared(_ term: CostTerm) -> CostTerm {
    switch term {
    case .mac(_, let kind): .mac(.int8, kind)
    case .result(_, let kind): .result(.int8, kind)
    case .operation: self == .processor ? .operation(.elementwise) : term
    case .kernel, .weights, .uncachedWeights, .inference: term
    }
  }

  /// Whether twice the multiply-accumulates a cycle halve the cycles of a term before any measurement.
  ///
  /// An accelerator has more multipliers than a processor, but no wider memories and no faster start. No
  /// unit starts a kernel faster for its width.
  func isInverseToWidth(_ term: CostTerm) -> Bool {
    switch term {
    case .mac: true
    case .result, .operation: self == .processor
    case .kernel, .weights, .uncachedWeights, .inference: false
    }
  }

  /// Prior mean of the cycles of one unit of a term, for a unit that starts two multiply-accumulates a
  /// cycle where the term is inverse to that width.
  ///
  /// With enough rows it has little influence.
  func plausibleCycles(_ term: CostTerm) -> Double {
    switch self {
    case .processor: Self.ofProcessor(term)
    case .accelerator: Self.ofAccelerator(term)
    }
  }

  /// With their loads, a rounding with shift and clip for each result, a call with loop set-up for each
  /// kernel, and memory of a few bytes a cycle.
  private static func ofProcessor(_ term: CostTerm) -> Double {
    switch term {
    case .mac(_, .shallowConvolution): 1.2
    case .mac(_, .kind(.depthwiseConvolution)): 1
    case .mac: 0.8
    case .result(_, .kind(.depthwiseConvolution)): 28
    case .result: 8
    case .operation: 6
    case .kernel: 3000
    case .uncachedWeights: 0.4
    // It has neither.
    case .weights, .inference: 1
    }
  }

  /// A quarter of the multipliers in use, one in forty where channels are not summed; a result or element in
  /// each cycle; weights at a byte a cycle; a few microseconds for a kernel and a few hundred for an inference.
  private static func ofAccelerator(_ term: CostTerm) -> Double {
    switch term {
    case .mac(_, .shallowConvolution): 8
    case .mac(_, .kind(.depthwiseConvolution)): 20
    case .mac: 2
    case .result, .operation, .weights, .uncachedWeights: 1
    case .kernel: 4000
    case .inference: 200_000
    }
  }
}

extension MeasuredInference {
  /// What the model has of each term of the row's form; nil when its terms are not known.
  func amounts(_ terms: ModelTerms) -> [CostTerm: Double]? {
    guard var amounts = terms.amounts[model] else { return nil }
    let uncached = CostTerm.uncached(ofBytes: amounts[.weights] ?? 0)
    amounts[.uncachedWeights] = uncached > 0 ? uncached : nil
    return amounts.filter { form.charges($0.key) }
  }
}
