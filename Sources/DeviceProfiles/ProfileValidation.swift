import Analysis
import OpGraph
import Quantities

extension DeviceProfile {
  /// Everything in the profile that does not fit together, one sentence each.
  package func problems() -> [String] {
    var problems: [String] = []
    if schemaVersion != "1.0" {
      problems.append("schemaVersion is '\(schemaVersion)', expected '1.0'")
    }
    if runtime(named: nil) == nil {
      problems.append("defaultRuntime '\(defaultRuntime)' is not among the runtimes")
    }
    let memoryNames = Set(memories.map(\.name))
    if memoryNames.count != memories.count { problems.append("two memories have one name") }
    for runtime in runtimes {
      let place = "runtime '\(runtime.name)'"
      let patterns = Set(FusionCatalog.patterns.map(\.name))
      for fusion in runtime.fusions where !patterns.contains(fusion) {
        problems.append(
          "\(place): '\(fusion)' is not a fusion pattern; known: "
            + patterns.sorted().joined(separator: ", "))
      }
      if let last = runtime.units.last {
        if last.accepts != nil {
          problems.append("\(place): the last unit must accept every operator")
        }
      } else {
        problems.append("\(place): no compute unit")
      }
      if let points = runtime.discrepancy?.points,
        points.map({ abs($0.weight) }).reduce(0, +) > Discrepancy.greatestWeight
      {
        problems.append(
          "\(place): the weights of its discrepancy add up to more than \(Discrepancy.greatestWeight)"
        )
      }
      for unit in runtime.units {
        problems += unit.problems(memories: memoryNames).map {
          "\(place), unit '\(unit.name)': \($0)"
        }
      }
    }
    let missing = Set(citedSources).subtracting(sources.keys).sorted()
    if !missing.isEmpty {
      problems.append("sources are cited but not described: \(missing.joined(separator: ", "))")
    }
    return problems
  }

  /// The identifiers of all sources that a number of the profile names.
  var citedSources: [String] {
    var cited = memories.flatMap(\.capacity.sources)
    cited += (idlePower?.sources ?? []) + (sleepPower?.sources ?? [])
    for runtime in runtimes {
      cited += runtime.overheadPerInference.sources
      for unit in runtime.units { cited += unit.citedSources }
    }
    return cited
  }
}

extension ComputeUnit {
  fileprivate func problems(memories: Set<String>) -> [String] {
    var problems: [String] = []
    let known = Set(
      KernelKind.allCases.map(\.rawValue) + RateKind.shallowConvolution.names + ["default"])
    func check<U>(_ tables: [String: [String: Estimate<U>]], named name: String) {
      for (precision, table) in tables.sorted(by: { $0.key < $1.key }) {
        if Precision(rawValue: precision) == nil {
          problems.append("\(name): '\(precision)' is not a precision")
        }
        for kind in table.keys.sorted() where !known.contains(kind) {
          problems.append("\(name): '\(kind)' is not a kernel kind")
        }
      }
    }
    check(cyclesPerMAC, named: "cyclesPerMAC")
    check(cyclesPerResult ?? [:], named: "cyclesPerResult")
    for kind in cyclesPerOp.keys.sorted() where !known.contains(kind) {
      problems.append("cyclesPerOp: '\(kind)' is not a kernel kind")
    }
    for precision in (precisionFactors ?? [:]).keys.sorted()
    where Precision(rawValue: precision) == nil {
      problems.append("precisionFactors: '\(precision)' is not a precision")
    }
    for precision in (energyPerMAC ?? [:]).keys.sorted()
    where Precision(rawValue: precision) == nil {
      problems.append("energyPerMAC: '\(precision)' is not a precision")
    }
    for memory in (energyPerByte ?? [:]).keys.sorted() where !memories.contains(memory) {
      problems.append("energyPerByte: '\(memory)' is not a memory of the device")
    }
    if let rules = accepts?.rules, PlacementCatalog.all[rules] == nil {
      problems.append(
        "accepts: '\(rules)' is not a set of placement rules; known: "
          + PlacementCatalog.all.keys.sorted().joined(separator: ", "))
    }
    switch costMethod {
    case .rates:
      if cyclesPerOp["default"] == nil { problems.append("cyclesPerOp has no 'default'") }
    case .ethosU(let configuration):
      problems += configuration.problems
      if bandwidth.isEmpty { problems.append("ethosU: a unit needs the bandwidth of a memory") }
    }
    for memory in bandwidth.keys.sorted() where !memories.contains(memory) {
      problems.append("bandwidth: '\(memory)' is not a memory of the device")
    }
    if let nominal = nominalMACsPerCycle?.value, !(1e-3...1e6).contains(nominal) {
      problems.append("nominalMACsPerCycle must be 0.001 to 10^6")
    }
    if clock.low < 1 { problems.append("clock must be at least 1 Hz") }
    for (memory, rate) in bandwidth.sorted(by: { $0.key < $1.key }) where rate.low < 1 {
      problems.append("bandwidth of '\(memory)' must be at least 1 B/s")
    }
    if let transfer, transfer.bandwidth.low < 1 {
      problems.append("transfer bandwidth must be at least 1 B/s")
    }
    return problems
  }

  fileprivate var citedSources: [String] {
    var cited =
      clock.sources + (nominalMACsPerCycle?.sources ?? []) + overheadPerKernel.sources
      + staticPower.sources
    cited += cyclesPerMAC.values.flatMap { $0.values.flatMap(\.sources) }
    cited += cyclesPerOp.values.flatMap(\.sources)
    cited += precisionFactors?.values.flatMap(\.sources) ?? []
    cited += cyclesPerResult?.values.flatMap { $0.values.flatMap(\.sources) } ?? []
    cited += bandwidth.values.flatMap(\.sources) + (ethosU?.citedSources ?? [])
    cited += energyPerMAC?.values.flatMap(\.sources) ?? []
    cited += energyPerByte?.values.flatMap(\.sources) ?? []
    cited += (transfer?.latency.sources ?? []) + (transfer?.bandwidth.sources ?? [])
    return cited
  }
}
