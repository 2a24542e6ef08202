package import DeviceProfiles
import Quantities

/// The device profiles as people look them up: a list, and the card of one.
extension CatalogReports {
  /// The device profiles with what decides between them, by class.
  package static func devices(_ profiles: [DeviceProfile]) -> TableReport<[DeviceProfile]> {
    let classes = Dictionary(grouping: profiles, by: \.class).sorted {
      $0.key.rawValue < $1.key.rawValue
    }
    let cited = profiles.map(\.sources.count).reduce(0, +)
    let unopened = profiles.map(\.unopenedSources.count).reduce(0, +)
    return TableReport(
      profiles,
      columns: [
        .init("device", name: "device"), .init("core", name: "core"),
        .init("clock", name: "clock_hz", .right), .init("RAM", name: "ram_bytes", .right),
        .init("flash", name: "flash_bytes", .right), .init("n", name: "measurements", .right),
        .init("err", name: "median_error", .right),
        .init("runtime", name: "default_runtime", isOptional: true),
        .init("what it is", name: "title", flexibility: .losesEnd, isOptional: true),
      ],
      groups: classes.map { kind, profiles in
        .init(kind.plural, rows: profiles.map(row))
      },
      notes: [
        "n: measured inferences on this device with its default runtime, to which its rates are "
          + "fitted; '*' where the runtime is experimental. err: median error of predicted times, "
          + "cross-validated; '-' where an accelerator has formulas of its own. +n counts other runtimes. "
          + "'devices ID' shows one device whole, and why a runtime is experimental.",
        "The name of a board or a chip finds a device too.",
        "\(unopened) of the \(cited) sources that these profiles cite were not opened: what names them is "
          + "recalled, and 'devices ID' marks it.",
      ])
  }

  private static func row(_ profile: DeviceProfile) -> [TableReport<[DeviceProfile]>.Cell] {
    let runtime = profile.runtime(named: nil)
    let unit = runtime?.units.first
    let record = runtime?.ownRecord
    let rows = record.map { "\($0.rows)" }
    let others = profile.runtimes.count - 1
    let mark = runtime?.experimental == nil ? "" : "*"
    return [
      .init(profile.name), .init(unit?.coreTitle ?? ""),
      .init(
        unit.map { engineering($0.clock.value, unit: "Hz") } ?? "",
        exactly: unit.map { "\($0.clock.value)" } ?? ""),
      capacity(profile) { $0 != .weights }, capacity(profile) { $0 == .weights },
      .init(mark + (rows ?? "-"), exactly: rows ?? ""),
      .init(
        record?.median.map { fixed(100 * $0, decimals: 0) + "%" } ?? "-",
        exactly: record?.median.map { "\($0)" } ?? ""),
      .init(
        profile.defaultRuntime + (others == 0 ? "" : " +\(others)"),
        exactly: profile.defaultRuntime),
      .init(profile.title),
    ]
  }

  private static func capacity(
    _ profile: DeviceProfile, of isCounted: (Memory.Contents) -> Bool
  ) -> TableReport<[DeviceProfile]>.Cell {
    let bytes = profile.memories.filter { isCounted($0.holds) }.map(\.capacity.value).reduce(0, +)
    return .init(
      bytes > 0 ? engineering(bytes, unit: "B") : "-", exactly: bytes > 0 ? "\(bytes)" : "")
  }

  /// Whole cards: the facts of devices, what their rates rest on, and the sources.
  package static func deviceCards(
    _ profiles: [DeviceProfile]
  ) -> TableReport<OneOrMany<DeviceProfile>> {
    TableReport(
      OneOrMany(profiles),
      columns: [
        .init("fact", name: "fact"), .init("value", name: "value"),
        .init("interval", name: "interval"), .init("provenance", name: "provenance"),
        .init("source", name: "source", flexibility: .losesEnd, isOptional: true),
      ],
      groups: profiles.map { profile in
        .init(profile.name, rows: profile.facts.map(\.row))
      },
      notes: profiles.flatMap(\.notes))
  }
}

/// A line of a device's card.
private struct DeviceFact {
  var name: String
  var value: String
  var interval = ""
  var provenance = ""
  var sources: [String] = []

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  init<U>(_ name: String, _ estimate: Estimate<U>) {
    self.init(name, engineering(estimate.value, unit: U.symbol))
    if estimate.low < estimate.high { interval = estimate.ends() }
    provenance = estimate.provenance.rawValue
    sources = estimate.sources
  }

  var row: [TableReport<OneOrMany<DeviceProfile>>.Cell] {
    [
      .init(name), .init(value), .init(interval), .init(provenance),
      .init(sources.joined(separator: ", ")),
    ]
  }
}

extension DeviceProfile {
  fileprivate var facts: [DeviceFact] {
    var facts = [DeviceFact("class", words(self.class.rawValue))]
    if let product { facts.append(DeviceFact("product", product)) }
    for memory in memories {
      let use = memory.holds == .both ? "weights and activations" : memory.holds.rawValue
      facts.append(DeviceFact("\(memory.name.rawValue), \(use)", memory.capacity))
    }
    if let idlePower { facts.append(DeviceFact("idle power", idlePower)) }
    if let sleepPower { facts.append(DeviceFact("sleep power", sleepPower)) }
    for runtime in runtimes {
      let isDefault = runtime.name == defaultRuntime
      facts.append(DeviceFact("runtime \(runtime.name)", isDefault ? "default" : ""))
      for unit in runtime.units {
        facts.append(DeviceFact("  \(unit.coreTitle), clock", unit.clock))
        facts.append(DeviceFact("  \(unit.coreTitle), power", unit.staticPower))
      }
      facts.append(DeviceFact("  measured inferences", runtime.measurementTitle))
      if let line = runtime.releases {
        facts.append(DeviceFact("  release of the rates", line.ratesOf))
        facts.append(DeviceFact("  measured releases", line.title))
      }
      facts.append(DeviceFact("  median error", runtime.errorTitle))
      if let borrowed = runtime.borrowed { facts.append(DeviceFact("  taken over", borrowed.note)) }
      if let reason = runtime.experimental { facts.append(DeviceFact("  experimental", reason)) }
    }
    return facts
  }

  fileprivate var notes: [String] {
    ["\(name): \(title)", "Energy boundary: \(energyBoundary)."]
      + runtimes.map { "runtime \($0.name): \($0.title)" }
      + sources.sorted { $0.key < $1.key }.map { id, source in
        "\(id): \(source.title)" + (source.url.map { ", \($0)" } ?? "")
      }
  }
}

extension DeviceProfile.Class {
  /// What reports call several devices of the class.
  fileprivate var plural: String {
    switch self {
    case .microcontroller, .applicationProcessor: words(rawValue) + "s"
    case .gpu, .npu: rawValue.uppercased() + "s"
    }
  }
}

extension Runtime {
  /// How the rates of the first unit were fitted; nil for an accelerator whose host has the record.
  fileprivate var ownRecord: CalibrationRecord? { calibratedUnit == 0 ? calibration : nil }

  fileprivate var measurementTitle: String {
    guard let record = ownRecord else { return "-" }
    return "\(record.rows) of \(counted(record.networks, "network"))"
  }

  fileprivate var errorTitle: String {
    guard let record = ownRecord else { return "-" }
    guard let median = record.median, let ninetieth = record.ninetiethPercentile else {
      return "unknown"
    }
    let split = record.errorsBy == .device ? "leave-one-device-out" : "leave-one-network-out"
    return "\(fixed(100 * median, decimals: 0)) %, P90 "
      + "\(fixed(100 * ninetieth, decimals: 0)) % (\(split))"
  }
}

extension ReleaseLine {
  /// The releases, with the inferences that were measured on the device.
  fileprivate var title: String {
    measured.map { release in
      "\(release.version) (" + (release.rows > 0 ? "\(release.rows)" : "elsewhere") + ")"
    }.joined(separator: ", ")
  }
}

extension ComputeUnit {
  /// The processor core, or what the unit is called.
  fileprivate var coreTitle: String { core ?? name }
}
