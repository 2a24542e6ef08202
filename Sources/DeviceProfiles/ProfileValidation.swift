import Analysis
package import Documents
import OpGraph
import Quantities

extension DeviceProfile {
  /// The contradictions in the profile.
  /// - Parameter allowsLeftOut: Whether the values of a calibration may be missing.
  package func problems(allowsLeftOut: Bool = false) -> [DocumentProblem] {
    var problems: [DocumentProblem] = []
    func add(_ path: [String], _ fact: String) { problems.append(DocumentProblem(path, fact)) }
    if let schemaVersion, schemaVersion != "1.0" {
      add(["schemaVersion"], "is '\(schemaVersion)', expected '1.0'")
    }
    if runtime(named: nil) == nil {
      add(
        ["defaultRuntime"],
        "'\(defaultRuntime)' is not among the runtimes"
          + Suggestion.text(for: defaultRuntime, among: runtimes.map(\.name)))
    }
    if let name = firstRepeated(memories.map(\.name.rawValue)) {
      add(["memories"], "two have the name '\(name)'")
    }
    if let name = firstRepeated(runtimes.map(\.name)) {
      add(["runtimes"], "two have the name '\(name)'")
    }
    for (index, runtime) in runtimes.enumerated() {
      problems += runtime.problems(memories: memories, allowsLeftOut: allowsLeftOut)
        .map { $0.within("runtimes", "\(index + 1)") }
    }
    for citation in citations {
      for source in citation.sources
      where sources[source] == nil && problems.count < Self.mostProblems {
        add(
          citation.path,
          "its source '\(source)' is not described in 'sources'"
            + Suggestion.text(for: source, among: sources.keys))
      }
    }
    return problems
  }

  /// Each names known sources like its own, of which a file can have thousands.
  private static let mostProblems = 20

  /// Where numbers name sources.
  private var citations: [Citation] {
    var all: [Citation] = []
    for (index, memory) in memories.enumerated() {
      all.append(Citation(["memories", "\(index + 1)", "capacity"], memory.capacity))
    }
    if let idlePower { all.append(Citation(["idlePower"], idlePower)) }
    if let sleepPower { all.append(Citation(["sleepPower"], sleepPower)) }
    for (index, runtime) in runtimes.enumerated() {
      let place = ["runtimes", "\(index + 1)"]
      all.append(Citation(place + ["overheadPerInference"], runtime.overheadPerInference))
      for (index, model) in (runtime.measured ?? []).enumerated() {
        let path = place + ["measured", "\(index + 1)"]
        all.append(Citation(path + ["latency"], model.latency))
        if let energy = model.energy { all.append(Citation(path + ["energy"], energy)) }
      }
      for (index, release) in (runtime.releases?.measured ?? []).enumerated() {
        guard let power = release.power else { continue }
        let path = place + ["releases", "measured", "\(index + 1)", "power"]
        all.append(Citation(path, power))
      }
      if let factor = runtime.pipelineFactor {
        all.append(Citation(place + ["pipelineFactor"], factor))
      }
      for (index, unit) in runtime.units.enumerated() {
        all += unit.citations.map { $0.within(place + ["units", "\(index + 1)"]) }
      }
    }
    return all
  }
}

/// A number and the sources that it names.
private struct Citation {
  var path: [String]
  var sources: [String]

  init<U>(_ path: [String], _ estimate: Estimate<U>) {
    self.path = path
    sources = estimate.sources
  }

  init(_ path: [String], sources: [String]) {
    self.path = path
    self.sources = sources
  }

  func within(_ outer: [String]) -> Citation { Citation(outer + path, sources: sources) }
}

private func firstRepeated(_ names: [String]) -> String? {
  var seen: Set<String> = []
  return names.first { !seen.insert($0).inserted }
}

extension Runtime {
  fileprivate func problems(
    memories: [Memory], allowsLeftOut: Bool
  ) -> [DocumentProblem] {
    var problems: [DocumentProblem] = []
    func add(_ path: [String], _ fact: String) { problems.append(DocumentProblem(path, fact)) }
    if units.isEmpty { add(["units"], "expected at least one") }
    if let unit = units.last, unit.accepts != nil {
      add(["units", "\(units.count)", "accepts"], "the last unit must accept every operator")
    }
    if let name = firstRepeated(units.map(\.name)) { add(["units"], "two have the name '\(name)'") }
    if !allowsLeftOut, overheadPerInference.isLeftOut {
      add([], "key 'overheadPerInference' is missing")
    }
    if let factor = pipelineFactor, factor.low < 1 {
      add(
        ["pipelineFactor"], "expected at least 1: a result does not come before the one ahead of it"
      )
    }
    if let discrepancy {
      for (index, point) in discrepancy.points.enumerated()
      where point.shares.count != discrepancy.terms.count {
        add(
          ["discrepancy", "points", "\(index + 1)", "shares"],
          "expected \(discrepancy.terms.count), one for each term, found \(point.shares.count)")
      }
      if discrepancy.points.count > Discrepancy.mostPoints {
        add(
          ["discrepancy", "points"],
          "are \(grouped(discrepancy.points.count)), expected at most \(Discrepancy.mostPoints)")
      }
      if discrepancy.points.map({ abs($0.weight) }).reduce(0, +) > Discrepancy.greatestWeight {
        add(
          ["discrepancy", "points"],
          "their weights add up to more than \(Discrepancy.greatestWeight)")
      }
    }
    if let spread, !spread.isComplete {
      let count = spread.terms.count * (spread.terms.count + 1) / 2
      add(
        ["spread", "covariances"],
        "expected \(count), one for each pair of terms, found \(spread.covariances.count)")
    }
    if let problem = calibration?.problem { add(["calibration"], problem) }
    if let spread, !spread.isUsable {
      add(["spread"], "its numbers are larger than any fit gives")
    }
    problems += (releases?.problems ?? []).map { $0.within("releases") }
    for (index, model) in (measured ?? []).enumerated() {
      guard let problem = model.problem else { continue }
      problems.append(problem.within("measured", "\(index + 1)"))
    }
    for (index, unit) in units.enumerated() {
      problems += unit.problems(memories: memories, allowsLeftOut: allowsLeftOut)
        .map { $0.within("units", "\(index + 1)") }
    }
    return problems
  }
}

extension ComputeUnit {
  fileprivate func problems(
    memories: [Memory], allowsLeftOut: Bool
  ) -> [DocumentProblem] {
    var problems: [DocumentProblem] = []
    func add(_ path: [String], _ fact: String) { problems.append(DocumentProblem(path, fact)) }
    func check(_ names: some Sequence<MemoryName>, in key: String) {
      for name in names.map(\.rawValue).sorted()
      where !memories.contains(where: { $0.name.rawValue == name }) {
        add(
          [key, name],
          "is not a memory of the device"
            + Suggestion.text(for: name, among: memories.map(\.name.rawValue)))
      }
    }
    check(bandwidth.keys, in: "bandwidth")
    if let streamingBandwidth { check(streamingBandwidth.keys, in: "streamingBandwidth") }
    if cyclesPerWeightByte != nil {
      for memory in memories where memory.holds != .activations && bandwidth[memory.name] != nil {
        add(
          ["bandwidth", memory.name.rawValue],
          "holds weights, whose bytes 'cyclesPerWeightByte' charges already")
      }
    }
    if let energyPerByte { check(energyPerByte.keys, in: "energyPerByte") }
    if case .ethosU(let configuration) = costMethod {
      problems += configuration.problems.map { DocumentProblem([], $0) }
      if bandwidth.isEmpty { add(["ethosU"], "needs the bandwidth of a memory") }
    }
    if !allowsLeftOut {
      if overheadPerKernel.isLeftOut { add([], "key 'overheadPerKernel' is missing") }
      if staticPower.isLeftOut { add([], "key 'staticPower' is missing") }
      if case .rates = costMethod {
        if cyclesPerOp[.others] == nil { add(["cyclesPerOp"], "has no 'default'") }
        if cyclesPerMAC.isEmpty { add(["cyclesPerMAC"], "has no precision") }
      }
    }
    if let nominal = nominalMACsPerCycle?.value, !(1e-3...1e6).contains(nominal) {
      add(["nominalMACsPerCycle"], "is \(nominal), expected 0.001 to 10^6")
    }
    if clock.low < 1 { add(["clock"], "expected at least 1 Hz") }
    for (memory, rate) in bandwidth.sorted(by: { $0.key.rawValue < $1.key.rawValue })
    where rate.low < 1 {
      add(["bandwidth", memory.rawValue], "expected at least 1 B/s")
    }
    for (memory, rate) in (streamingBandwidth ?? [:]).sorted(by: {
      $0.key.rawValue < $1.key.rawValue
    })
    where rate.low < 1 {
      add(["streamingBandwidth", memory.rawValue], "expected at least 1 B/s")
    }
    if let transfer, transfer.bandwidth.low < 1 {
      add(["transfer", "bandwidth"], "expected at least 1 B/s")
    }
    return problems
  }

  fileprivate var citations: [Citation] {
    var all = [Citation(["clock"], clock)]
    func add<Key: RawRepresentable<String>, U>(_ path: [String], _ table: [Key: Estimate<U>]?) {
      for (key, number) in (table ?? [:]).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        all.append(Citation(path + [key.rawValue], number))
      }
    }
    func add<U>(_ name: String, _ tables: [Precision: Rates<U>]?) {
      for (precision, table) in (tables ?? [:]).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        add([name, precision.rawValue], table)
      }
    }
    if let nominalMACsPerCycle {
      all.append(Citation(["nominalMACsPerCycle"], nominalMACsPerCycle))
    }
    add("cyclesPerMAC", cyclesPerMAC)
    add(["cyclesPerOp"], cyclesPerOp)
    add("cyclesPerResult", cyclesPerResult)
    add(["precisionFactors"], precisionFactors)
    if let cyclesPerWeightByte {
      all.append(Citation(["cyclesPerWeightByte"], cyclesPerWeightByte))
    }
    if let cyclesPerUncachedByte {
      all.append(Citation(["cyclesPerUncachedByte"], cyclesPerUncachedByte))
    }
    add(["bandwidth"], bandwidth)
    add(["streamingBandwidth"], streamingBandwidth)
    if let cacheBytes { all.append(Citation(["cacheBytes"], cacheBytes)) }
    all.append(Citation(["overheadPerKernel"], overheadPerKernel))
    all.append(Citation(["staticPower"], staticPower))
    add(["energyPerMAC"], energyPerMAC)
    add(["energyPerByte"], energyPerByte)
    if let ethosU { all.append(Citation(["ethosU"], sources: ethosU.citedSources)) }
    if let transfer {
      all.append(Citation(["transfer", "latency"], transfer.latency))
      all.append(Citation(["transfer", "bandwidth"], transfer.bandwidth))
    }
    return all
  }
}
