package import Analysis
package import DeviceProfiles
import Documents
import HardwareMapping
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A user's measurements by the boards and runtimes that they are of, with what became of each row.
package struct BoardMeasurements: Sendable {
  /// A row that rates are fitted to.
  package struct Used: Sendable {
    package var row: MeasurementTable.Row
    package var inference: MeasuredInference
    /// The runtime of the profile that ran the model, and the unit whose rates the row tells.
    package var runtime: String
    package var unit: Int
    /// Which network the whole model is; nil for a layer alone, or where it is not known.
    package var network: String?
    /// The profile's clock of the unit, in Hz.
    package var profileClock: Double
    /// Seconds that the profile predicted as it was, with rates that it has or borrows; nil where it has
    /// none, and for a layer alone.
    package var before: Double?
  }

  /// A row of a text, which the bandwidth of weights is fitted to.
  package struct Text: Sendable {
    package var row: MeasurementTable.Row
    package var work: GenerationWorkload
    package var device, runtime: String
    package var tokensPerSecond: Double
  }

  /// What the models of the rows have of each term, by the rows' models.
  package private(set) var amounts = ModelTerms()
  package private(set) var used: [Used] = []
  package private(set) var texts: [Text] = []
  /// Rows that nothing is fitted to, with the reason.
  package private(set) var unused: [(row: Int, reason: String)] = []
  /// What is odd about rows that are used.
  package private(set) var warnings: [String] = []

  let name: String

  /// A fit takes time with the third power of their number: with more of them, minutes.
  private static let mostRows = 1000
  /// Each is estimated some fifty times, which takes about a second for a decoder of some hundred operators.
  private static let mostTexts = 100

  /// Finds the boards of rows, reads their models, and refuses what cannot be.
  /// - Parameters:
  ///   - workload: Reads the model of a row; with unpacked constants where the runtime keeps them.
  ///   - text: Reads the decoder of a row, for its text.
  /// - Throws: `Problem` that names the row, the column, and what it probably should be.
  package init(
    _ table: MeasurementTable, of profiles: [DeviceProfile],
    workload: (MeasurementTable.Row, _ keepsUnpacked: Bool) throws(Problem) -> Workload,
    text: (MeasurementTable.Row, GenerationRequest, _ keepsUnpacked: Bool) throws(Problem) ->
      GenerationWorkload
  ) throws(Problem) {
    name = table.name
    guard table.rows.count <= Self.mostRows else {
      throw Problem(
        "\(name): has \(grouped(table.rows.count)) rows, expected at most \(grouped(Self.mostRows))"
      )
    }
    let textCount = table.rows.count { $0.text != nil }
    guard textCount <= Self.mostTexts else {
      throw Problem(
        "\(name): has \(grouped(textCount)) rows with tokens_per_second, expected at most \(Self.mostTexts)"
      )
    }
    for row in table.rows {
      do throws(Problem) {
        switch try place(of: row, among: profiles) {
        case .success(let place):
          if let measured = row.text {
            let work = try text(row, measured.request, place.runtime.keepsUnpacked)
            texts.append(
              Text(
                row: row, work: work, device: place.profile.name, runtime: place.runtime.name,
                tokensPerSecond: measured.tokensPerSecond))
          } else {
            try use(row, at: place, workload)
          }
        case .failure(let reason): unused.append((row.number, reason.text))
        }
      } catch {
        throw error.placed(at: "\(table.name): row \(row.number)")
      }
    }
    try compareRepeated()
    compareClocks()
    guard used.isEmpty, texts.isEmpty, let first = unused.first else { return }
    throw Problem("\(table.name): no row can be used; row \(first.row): \(first.reason)")
  }

  /// The rows of a runtime of a profile.
  package func rows(device: String, runtime: String) -> [Used] {
    used.filter { $0.inference.device == device && $0.runtime == runtime }
  }

  private struct Reason: Error { var text: String }

  private struct Place {
    var profile: DeviceProfile
    var runtime: Runtime
    var unit: Int
    /// The release that the name of the runtime ends with.
    var release: String?
  }

  /// Where a row was measured; a reason where that is on none of the profiles.
  private func place(
    of row: MeasurementTable.Row, among profiles: [DeviceProfile]
  ) throws(Problem) -> Result<Place, Reason> {
    guard row.seconds != nil || row.text != nil else {
      return .failure(Reason(text: "has no latency_ms"))
    }
    if row.isCheck { return .failure(Reason(text: "role is 'check'")) }
    guard let device = row.device ?? (profiles.count == 1 ? profiles[0].name : nil) else {
      throw Problem(
        "has no device, and there are \(profiles.count) profiles",
        expected: profiles.map(\.name).joined(separator: ", "))
    }
    guard let profile = profiles.first(where: { $0.name == device }) else {
      return .failure(
        Reason(
          text: "device is '\(abridged(device, to: 40))', the "
            + (profiles.count == 1 ? "profile is" : "profiles are") + " "
            + profiles.map { "'\($0.name)'" }.joined(separator: ", ")
            + Suggestion.text(for: device, among: profiles.map(\.name))))
    }
    let names = profile.runtimes.map(\.name)
    let wanted = RuntimeName(row.runtime ?? profile.defaultRuntime, among: names)
    if let runtime = profile.runtimes.first(where: { $0.name == wanted.runtime }) {
      return .success(
        Place(profile: profile, runtime: runtime, unit: 0, release: wanted.release))
    }
    // Rows may name the software that a unit runs.
    for runtime in profile.runtimes {
      for unit in runtime.units.indices
      where runtime.software(ofUnit: unit) == wanted.runtime {
        return .success(
          Place(profile: profile, runtime: runtime, unit: unit, release: wanted.release))
      }
    }
    return .failure(
      Reason(
        text: "runtime is '\(abridged(wanted.runtime, to: 40))', '\(profile.name)' has "
          + names.map { "'\($0)'" }.joined(separator: ", ")
          + Suggestion.text(for: wanted.runtime, among: names)))
  }

  private mutating func use(
    _ row: MeasurementTable.Row, at place: Place,
    _ read: (MeasurementTable.Row, Bool) throws(Problem) -> Workload
  ) throws(Problem) {
    guard let seconds = row.seconds else { return }
    let unit = place.runtime.units[place.unit]
    let workload = try read(row, place.runtime.keepsUnpacked)
    guard let own = ModelTerms.of(workload, layer: row.layer) else {
      try refuseUnknownLayer(row, workload)
      unused.append((row.number, Self.unknownCost(row, workload)))
      return
    }
    let macs = own.reduce(0.0) { sum, entry in
      guard case .mac(let precision, _) = entry.key, precision != .binary else { return sum }
      return sum + entry.value
    }
    let plausibility = MeasurementPlausibility(
      unit: unit, deviceClass: place.profile.class, macs: macs)
    if let objection = plausibility.objection(to: row, seconds: seconds) {
      throw Problem(objection)
    }
    let key = row.model + (row.layer.map { "#\($0)" } ?? "")
    amounts.amounts[key] = own
    let software = place.runtime.software(ofUnit: place.unit) ?? place.runtime.name
    let network = row.network ?? row.model
    used.append(
      Used(
        row: row,
        inference: MeasuredInference(
          device: place.profile.name, core: unit.core ?? row.core ?? place.profile.name,
          runtime: software, family: software,
          form: unit.accepts == nil ? .processor : .accelerator,
          version: row.version ?? place.release ?? "", network: network,
          architecture: row.architecture ?? network, model: key, layer: row.layer,
          clock: row.clock ?? unit.clock.value,
          nominalMACsPerCycle: unit.nominalMACsPerCycle?.value ?? row.nominalMACsPerCycle,
          seconds: seconds, joules: row.joules, isFitted: true,
          source: row.source ?? fileName(name), note: ""),
        runtime: place.runtime.name, unit: place.unit,
        network: row.layer == nil && place.unit == 0 ? workload.identity : nil,
        profileClock: unit.clock.value,
        before: before(row, workload, at: place)))
  }

  private func before(
    _ row: MeasurementTable.Row, _ workload: Workload, at place: Place
  ) -> Double? {
    let clock = place.runtime.units[place.unit].clock.value
    guard row.layer == nil, place.unit == 0, !place.runtime.lacksRates,
      let latency = InferenceEstimate(workload, on: place.profile, runtime: place.runtime).latency
    else { return nil }
    return latency.value * clock / (row.clock ?? clock)
  }

  private func refuseUnknownLayer(
    _ row: MeasurementTable.Row, _ workload: Workload
  ) throws(Problem) {
    guard let layer = row.layer else { return }
    for part in ModelTerms.parts(of: layer, in: workload)
    where !workload.layers.contains(where: { $0.isCalled(part) }) {
      throw Problem(
        "layer is '\(abridged(part, to: 100))', which '\(row.model)' does not have",
        expected: "a name, or an index below \(workload.layers.count)",
        suggestions: Suggestion.nearest(
          to: part, among: workload.layers.prefix(1000).map(\.shortName)))
    }
  }

  private static func unknownCost(_ row: MeasurementTable.Row, _ workload: Workload) -> String {
    if let size = workload.coverage.dynamicDimensions.first {
      return
        "the size '\(size.name)' of '\(row.model)' is open: state it with --batch, or export the model with a fixed size"
    }
    if let unknown = workload.coverage.unknownOperators.first {
      return "'\(row.model)' has the operator '\(unknown.name)', whose cost is not known"
    }
    return row.layer.map { "layer '\($0)' of '\(row.model)' takes no time of its own" }
      ?? "the cost of a layer of '\(row.model)' is not known"
  }

  /// Repeated measurements differ by less, if one of them is not wrong.
  private static let (oddRatio, wrongRatio) = (1.1, 3.0)

  /// Says where networks were measured at another clock than the profile's.
  private mutating func compareClocks() {
    let others = used.filter {
      $0.network != nil && !MeasuredModel.isSame(clock: $0.profileClock, $0.inference.clock)
    }
    guard let first = others.first else { return }
    let rest = others.count > 1 ? " and \(counted(others.count - 1, "more row"))" : ""
    warnings.append(
      "row \(first.row.number)\(rest): clock_mhz \(tidy(first.inference.clock / 1e6)), where the profile has "
        + "\(tidy(first.profileClock / 1e6)): rates are fitted to their cycles, but their networks are not reported as measured"
    )
  }

  /// Compares rows that are of the same model in the same circumstances.
  private mutating func compareRepeated() throws(Problem) {
    var first: [[String]: Used] = [:]
    for one in used {
      let inference = one.inference
      let key = [
        inference.device, one.runtime, inference.version, inference.model, "\(one.unit)",
        "\(inference.clock)",
      ]
      guard let other = first[key] else {
        first[key] = one
        continue
      }
      for (column, own, others) in [
        (MeasurementColumn.latency, inference.seconds, other.inference.seconds),
        (.energy, inference.joules, other.inference.joules),
      ] {
        guard let own, let others else { continue }
        let ratio = max(own / others, others / own)
        guard ratio > Self.oddRatio else { continue }
        let scale = 1 / (column.unit ?? 1)
        let text =
          "row \(one.row.number): \(column.rawValue) is \(tidy(own * scale)), but \(tidy(others * scale)) in row "
          + "\(other.row.number) for the same model"
        guard ratio <= Self.wrongRatio else {
          throw Problem(
            "\(name): \(text): one of them is wrong, or they have different clock_mhz or version")
        }
        warnings.append("\(text); both are used")
      }
    }
  }
}
