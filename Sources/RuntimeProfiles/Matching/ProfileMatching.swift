package import Analysis
import OpGraph

/// Which layers of a model each entry of a profile is: by name, then by structure.
///
/// Structure is the operator and the size of its result, in the order of execution. Layers that a runtime fused into
/// another have no entry; they are found by what they read and what reads them. See `docs/measured.md`.
package struct ProfileMatching: Sendable {
  /// What was measured together: one entry or more, and the layers that they are.
  package struct Kernel: Sendable {
    /// Places in the profile.
    package var entries: [Int]
    /// Indices of layers, in order.
    package var layers: [Int]
    package var timing: Timing
  }

  /// In the order of their first layers.
  package let kernels: [Kernel]
  /// Entries that are no layer: what a runtime adds, such as changes of the layout.
  package let unmatched: [Int]
  /// Layers that run and are in no entry.
  package let unmeasured: [Int]

  package init(_ profile: RuntimeProfile, _ workload: Workload) {
    var search = EntrySearch(profile, workload)
    search.findNames()
    search.findPartitions()
    search.findPatterns()
    search.findStructure()
    search.findPlaces()
    search.findParts()
    var fusion = FusedLayers(workload, measured: search.found)
    // A table has the layers that someone chose to measure.
    if profile.format != .table { fusion.join() }
    let sets = fusion.sets()
    var entriesOfLayer: [Int: [Int]] = [:]
    for (entry, layers) in search.found.enumerated() {
      if let first = layers.first { entriesOfLayer[first, default: []].append(entry) }
    }
    kernels = sets.map { layers in
      let entries = layers.flatMap { entriesOfLayer[$0] ?? [] }.sorted()
      return Kernel(
        entries: entries, layers: layers,
        timing: Timing.sum(entries.map { profile.entries[$0].timing }))
    }
    unmatched = search.found.indices.filter { search.found[$0].isEmpty }
    let measured = Set(sets.joined())
    unmeasured = workload.layers.filter {
      $0.fold == nil && $0.kind != .view && !measured.contains($0.index)
    }.map(\.index)
  }
}
