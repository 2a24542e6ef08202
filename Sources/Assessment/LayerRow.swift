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

  package static func rows(of assessment: ModelAssessment) -> [LayerRow] {
    let layers = assessment.workload.layers
    var rows = layers.map { LayerRow(layer: $0) }
    let efficiency = assessment.footprint?.inputs.efficiency
    let intensity = assessment.footprint?.use.meanIntensity
    for kernel in assessment.estimate?.kernels ?? [] {
      guard let leader = kernel.kernel.layers.first else { continue }
      rows[leader].estimate = kernel
      if let efficiency, let intensity, let energy = kernel.energy {
        rows[leader].carbon = energy.divided(byEfficiency: efficiency) * intensity
      }
      for follower in kernel.kernel.layers.dropFirst() {
        rows[follower].fusedInto = layers[leader].name
      }
    }
    let neighbours = Neighbours(assessment.workload)
    for index in rows.indices where layers[index].fold != nil {
      rows[index].fusedInto = neighbours.owner(of: layers[index]).map { layers[$0].name }
    }
    return rows
  }
}

/// Finds the layer that a folded one belongs to.
private struct Neighbours {
  private let layers: [Layer]
  private let producers: [Int?]
  private let consumers: [[Int]]

  init(_ workload: Workload) {
    layers = workload.layers
    producers = workload.graph.producersByValue()
    consumers = workload.graph.consumersByValue()
  }

  /// A quantize or a normalization belongs to the layer before it, anything else to the first
  /// unfolded one after it.
  func owner(of layer: Layer) -> Int? {
    if layer.fold == .normalization
      || layer.operatorName == .quantize && layer.fold == .quantization
    {
      return layer.inputs.first.flatMap { $0 }.flatMap { producers[$0.index] }
    }
    var next = layer.outputs.first.flatMap { consumers[$0.index].first }
    while let index = next, layers[index].fold != nil {
      next = layers[index].outputs.first.flatMap { consumers[$0.index].first }
    }
    return next
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
