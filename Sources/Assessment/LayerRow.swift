import DeviceProfiles
package import Analysis
import Carbon
package import HardwareMapping
import OpGraph
package import Quantities

/// A layer with what the mapping says of it, as every report shows it.
package struct LayerRow {
  package var layer: Layer
  /// Time and energy of the kernel that this layer leads; nil for a layer that leads none.
  package var estimate: InferenceEstimate.KernelEstimate?
  /// Operational carbon of that kernel.
  package var carbon: CarbonMass?
  /// Name of the layer that leads the kernel, or that a folded layer belongs to.
  package var fusedInto: String?

  /// Whether it takes no time of its own: it is a view, or part of another layer's kernel.
  package var isElsewhere: Bool { fusedInto != nil || layer.kind == .view }

  package static func rows(of assessment: ModelAssessment) -> LayerRows { LayerRows(assessment) }
}

/// The rows of all layers, each made when it is asked for.
package struct LayerRows: RandomAccessCollection {
  private let layers: [Layer]
  private let kernels: [InferenceEstimate.KernelEstimate]
  private let efficiency: Estimate<Ratio>?
  private let intensity: CarbonIntensity?
  /// For each layer, the place of the kernel that it leads.
  private var leads: [Int32?]
  /// For each layer, the one that it is fused into.
  private var leaders: [Int32?]

  fileprivate init(_ assessment: ModelAssessment) {
    layers = assessment.workload.layers
    kernels = assessment.estimate?.kernels ?? []
    efficiency = assessment.footprint?.inputs.efficiency
    intensity = assessment.footprint?.use.meanIntensity
    leads = [Int32?](repeating: nil, count: layers.count)
    leaders = leads
    for (place, kernel) in kernels.enumerated() {
      guard let leader = kernel.kernel.layers.first else { continue }
      leads[leader] = Int32(place)
      for follower in kernel.kernel.layers.dropFirst() { leaders[follower] = Int32(leader) }
    }
    let folded = layers.indices.filter { layers[$0].fold != nil }
    guard !folded.isEmpty else { return }
    let neighbours = Neighbours(assessment.workload)
    for index in folded { leaders[index] = neighbours.owner(of: layers[index]).map(Int32.init) }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { layers.count }

  package subscript(index: Int) -> LayerRow {
    let estimate = estimate(of: index)
    var carbon: CarbonMass?
    if let efficiency, let intensity, let energy = estimate?.energy {
      carbon = energy.divided(byEfficiency: efficiency) * intensity
    }
    return LayerRow(
      layer: layers[index], estimate: estimate, carbon: carbon,
      fusedInto: leaders[index].map { layers[Int($0)].name })
  }

  /// Time and energy of the kernel that a layer leads; nil for a layer that leads none.
  package func estimate(of layer: Int) -> InferenceEstimate.KernelEstimate? {
    leads[layer].map { kernels[Int($0)] }
  }

  /// The layer that leads the kernel of another, or that a folded one belongs to; nil for a layer of its own.
  package func leader(of layer: Int) -> Int? { leaders[layer].map(Int.init) }

  /// Multiply-accumulates of a layer; nil when they are not known as a number.
  package func macs(of layer: Int) -> Int? { layers[layer].work.macs.fixedValue }
}

/// Finds the layer that a folded one belongs to.
private struct Neighbours {
  private let producers: [Int?]
  /// By layer, the first unfolded one after it.
  private let following: [Int?]

  init(_ workload: Workload) {
    let layers = workload.layers
    producers = workload.graph.producersByValue()
    let consumers = workload.graph.consumersByValue()
    // From the last to the first, so that a long chain of folded layers is walked once.
    var following = [Int?](repeating: nil, count: layers.count)
    for (index, layer) in layers.enumerated().reversed() {
      guard let next = layer.outputs.first.flatMap({ consumers[$0.index].first }) else { continue }
      following[index] = layers[next].fold == nil ? next : following[next]
    }
    self.following = following
  }

  /// A quantize or a normalization belongs to the layer before it, anything else to the first
  /// unfolded one after it.
  func owner(of layer: Layer) -> Int? {
    if layer.fold == .normalization
      || layer.operatorName == .quantize && layer.fold == .quantization
    {
      return layer.inputs.first.flatMap { $0 }.flatMap { producers[$0.index] }
    }
    return following[layer.index]
  }
}

extension ModelAssessment {
  /// The sources of every number that the report shows.
  package var citedSources: [String: Source] {
    guard let estimate else { return [:] }
    var cited = Set(estimate.latency?.sources ?? []).union(estimate.energy?.sources ?? [])
    var known = estimate.sources
    if let footprint {
      cited.formUnion(footprint.operational?.sources ?? [])
      cited.formUnion(footprint.embodied?.sources ?? [])
      known.merge(footprint.inputs.sources) { own, _ in own }
    }
    return known.filter { cited.contains($0.key) }
  }
}
