package import Assessment
import Analysis
import DeviceProfiles
import HardwareMapping
import OpGraph
package import Quantities
package import RuntimeProfiles

/// Measured times of a model, layer by layer, beside those that are predicted.
package struct MeasuredComparison: Sendable {
  /// What was measured together, with all that is predicted together with it: fused layers are one row.
  struct Row: Sendable {
    /// Indices of the layers that cost something, in order.
    var layers: [Int]
    /// The layer that stands for all of them in tables: that of the largest predicted time.
    var lead: Int
    var kind: KernelKind
    /// Names of the layers, joined.
    var name: String
    /// Their operators, joined.
    var operators: String
    var measured: Timing
    /// Nil without a device, and where the time of a kernel is not known.
    var predicted: Time?

    /// Measured over predicted time.
    var ratio: Double? {
      predicted.flatMap { $0.value > 0 ? measured.value / $0.value : nil }
    }
  }

  /// The rows of one kind of kernel.
  struct Kind: Sendable {
    var kind: KernelKind
    var rows: Int
    /// Measured over predicted time of all rows.
    var ratio: Double
    /// The smallest and the largest of a row.
    var low, high: Double

    /// Whether the prediction is off by more than a quarter, and in all rows to one side.
    var isSystematic: Bool {
      rows > 1 && (ratio > 1.25 && low > 1 || ratio < 0.8 && high < 1)
    }
  }

  /// The file, as the user named it; nil for values of the command line.
  let source: String?
  let profile: RuntimeProfile
  /// In the order of the layers.
  let rows: [Row]
  /// The kinds that take most of the measured time first.
  let kinds: [Kind]
  /// Entries of the profile that are no layer.
  let unmatched: [RuntimeProfile.Entry]
  /// Layers that run and were not measured.
  let unmeasured: [Int]
  let latency: Time?
  let energy: Energy?
  /// For each layer the row that it is in.
  private let rowOfLayer: [Int: Int]

  /// - Throws: `Problem` when the profile states cycles and there is no clock.
  package init(
    _ assessment: ModelAssessment, _ profile: RuntimeProfile, from source: String?,
    clock: Double? = nil
  ) throws(Problem) {
    let estimate = assessment.estimate
    do throws(Problem) {
      self.profile = try profile.inSeconds(
        clock: clock ?? estimate?.runtime.units[0].clock.value)
    } catch {
      throw source.map { error.placed(at: $0) } ?? error
    }
    self.source = source
    latency = estimate?.latency
    energy = estimate?.energy
    let matching = ProfileMatching(self.profile, assessment.workload)
    unmatched = matching.unmatched.map { [profile = self.profile] in profile.entries[$0] }
    unmeasured = profile.entries.isEmpty ? [] : matching.unmeasured
    rows = Self.rows(matching, assessment)
    kinds = Self.kinds(rows)
    rowOfLayer = Dictionary(
      rows.enumerated().flatMap { place, row in row.layers.map { ($0, place) } }
    ) { first, _ in first }
  }

  private static func rows(_ matching: ProfileMatching, _ assessment: ModelAssessment) -> [Row] {
    let layers = assessment.workload.layers
    let table = LayerRow.rows(of: assessment)
    var sets = DisjointSets(layers.count)
    for index in layers.indices {
      if let leader = table.leader(of: index) { sets.join(leader, index) }
    }
    var timings: [Int: [Timing]] = [:]
    for kernel in matching.kernels {
      for layer in kernel.layers { sets.join(layer, kernel.layers[0]) }
    }
    for kernel in matching.kernels {
      timings[sets.root(of: kernel.layers[0]), default: []].append(kernel.timing)
    }
    return sets.sets(of: layers.indices).compactMap { members -> Row? in
      guard let measured = timings[members[0]] else { return nil }
      let costly = members.filter { layers[$0].fold == nil && layers[$0].kind != .view }
      let shown = costly.isEmpty ? members : costly
      let kernels = members.compactMap { member in table.estimate(of: member).map { (member, $0) } }
      let times = kernels.compactMap(\.1.time)
      let lead = kernels.max { ($0.1.time?.value ?? 0) < ($1.1.time?.value ?? 0) }?.0 ?? shown[0]
      return Row(
        layers: shown, lead: lead, kind: layers[lead].kind,
        name: shown.map { layers[$0].shortName }.joined(separator: " + "),
        operators: shown.map { layers[$0].operatorTitle }.joined(separator: " + "),
        measured: Timing.sum(measured),
        predicted: times.count == kernels.count ? sum(times) : nil)
    }
  }

  private static func sum(_ times: [Time]) -> Time? {
    guard let first = times.first else { return nil }
    return times.dropFirst().reduce(first, +)
  }

  private static func kinds(_ rows: [Row]) -> [Kind] {
    Dictionary(grouping: rows.filter { $0.ratio != nil }, by: \.kind).map { kind, rows in
      let measured = rows.reduce(0) { $0 + $1.measured.value }
      let predicted = rows.reduce(0) { $0 + ($1.predicted?.value ?? 0) }
      let ratios = rows.compactMap(\.ratio)
      return (
        measured,
        Kind(
          kind: kind, rows: rows.count, ratio: measured / predicted, low: ratios.min() ?? 0,
          high: ratios.max() ?? 0)
      )
    }.sorted { ($1.0, $0.1.kind.rawValue) < ($0.0, $1.1.kind.rawValue) }.map(\.1)
  }

  /// The row that a layer is in; nil where it was not measured.
  func row(of layer: Int) -> Row? { rowOfLayer[layer].map { rows[$0] } }

  /// The row that a layer stands for.
  func row(ledBy layer: Int) -> Row? { row(of: layer).flatMap { $0.lead == layer ? $0 : nil } }

  /// Whether nothing in the profile is of the model.
  package var isEmpty: Bool { rows.isEmpty && profile.whole == nil }

  /// The whole inference as it was measured.
  var whole: Timing? { profile.total }

  /// Time of entries that are layers, over that of all entries; nil without any.
  var matchedShare: Double? {
    let matched = rows.reduce(0) { $0 + $1.measured.value }
    let rest = unmatched.reduce(0) { $0 + $1.timing.value }
    return matched + rest > 0 ? matched / (matched + rest) : nil
  }

  /// Measured over predicted time of an inference.
  var ratio: Double? {
    guard let whole, let latency, latency.value > 0 else { return nil }
    return whole.value / latency.value
  }
}

extension MeasuredComparison {
  /// What is off by more than chance, a sentence each.
  var findings: [String] {
    var sentences = kinds.filter(\.isSystematic).map { kind in
      "\(kind.kind.title) kernels take \(significant(kind.ratio)) times the predicted time on this runtime "
        + "(\(counted(kind.rows, "row")), \(significant(kind.low)) to \(significant(kind.high))): calibrate"
    }
    if let share = matchedShare, share < 0.9 {
      sentences.append(
        "\(fixed(100 * (1 - share), decimals: 0)) % of the measured time is in operators that the model does not "
          + "have: is the profile of this model?")
    }
    return sentences
  }

  /// What the profile is, and how much of it is matched.
  private var origin: String? {
    guard let source else { return nil }
    var parts = ["\(source): \(profile.format.title)"] + profile.notes
    if let matchedShare {
      parts.append("\(fixed(100 * matchedShare, decimals: 1)) % of its time is matched to layers")
    }
    return parts.joined(separator: "; ")
  }

  /// The entries that are no layer, the longest first, as many as a report shows.
  private var unmatchedRemark: String? {
    let unmatched = unmatched.filter { $0.timing.value > 0 }
    guard !unmatched.isEmpty else { return nil }
    let ranked = unmatched.sorted { $0.timing.value > $1.timing.value }
    let shown = ranked.prefix(5).map {
      "\(abridged($0.name, to: 60)) \(engineering($0.timing.value, unit: "s"))"
    }
    let sum = unmatched.reduce(0) { $0 + $1.timing.value }
    let more = unmatched.count > 5 ? ", and \(unmatched.count - 5) more" : ""
    return "not matched to a layer: \(shown.joined(separator: ", "))\(more); "
      + "\(engineering(sum, unit: "s")) together"
  }

  /// What the profile is, and what of it and of the model is not matched.
  package var remarks: [String] { [origin, unmatchedRemark, unmeasuredRemark].compactMap(\.self) }

  /// How many layers were not measured.
  private var unmeasuredRemark: String? {
    unmeasured.isEmpty ? nil : "\(counted(unmeasured.count, "layer")) without a measurement"
  }
}
