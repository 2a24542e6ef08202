package import Quantities
import Documents

/// The embedded device profiles, and the loader of profile files.
package enum DeviceCatalog {
  /// Identifiers of the built-in profiles, sorted.
  package static let names = EmbeddedResources.files.map(\.name)
    .filter { $0.hasPrefix("Devices/") }.map { String($0.dropFirst("Devices/".count)) }.sorted()

  /// Names of the runtimes of the built-in profiles, sorted.
  package static var runtimeNames: [String] {
    let lists = names.map { embedded("Devices/\($0)")["runtimes"]?.elements ?? [] }
    return Set(lists.joined().compactMap { $0["name"]?.text }).sorted()
  }

  /// A built-in profile by its identifier, or by what people call the device.
  /// - Throws: `Problem` with those whose names are near.
  package static func profile(named name: String) throws(Problem) -> DeviceProfile {
    let name = try identifier(of: name)
    let facts = embedded("Devices/\(name)").decoded(as: DeviceProfile.self)
    guard EmbeddedResources.contents("Rates/\(name)") != nil else { return facts }
    return facts.with(embedded("Rates/\(name)").decoded(as: DeviceRates.self))
  }

  /// A built-in profile with one of its runtimes, or with all when it has none of the name.
  ///
  /// Most of a profile are rates of other runtimes, and to decode them takes longer than an analysis.
  /// - Parameter runtime: Its name, which may end with a release; nil is the default one.
  /// - Throws: `Problem` with the profiles whose names are near.
  package static func profile(
    named name: String, runtime: String?
  ) throws(Problem) -> DeviceProfile {
    let name = try identifier(of: name)
    let file = embedded("Devices/\(name)")
    guard let wanted = runtime ?? file["defaultRuntime"]?.text, let list = file["runtimes"]
    else { return try profile(named: name) }
    let known = list.elements.compactMap { $0["name"]?.text }
    let runtime = RuntimeName(wanted, among: known).runtime
    guard let place = known.firstIndex(of: runtime), list.elements.count == known.count
    else { return try profile(named: name) }
    let kept = list.elements[place]
    let facts: DeviceProfile = file.decoded(keeping: kept, of: list)
    guard EmbeddedResources.contents("Rates/\(name)") != nil else { return facts }
    let rates = embedded("Rates/\(name)")
    guard let fitted = rates["runtimes"]?[runtime], let sources = rates["sources"] else {
      return facts
    }
    return facts.with(
      DeviceRates(
        name: name, runtimes: [runtime: fitted.decoded()], sources: sources.decoded()))
  }

  /// The identifier of what people call a device: its board, its chip or its product.
  /// - Throws: `Problem` with those whose names are near.
  package static func identifier(of name: String) throws(Problem) -> String {
    if names.contains(name) { return name }
    let known = DeviceNames()
    let devices = known.devices(named: name)
    if let only = devices.first, devices.count == 1 { return only }
    throw Problem(
      devices.isEmpty
        ? "device '\(name)' is not known" : "'\(name)' is the name of \(devices.count) devices",
      expected: "an identifier from 'iotco2-graph devices' or the path of a profile",
      suggestions: devices.isEmpty ? known.nearest(to: name) : Array(devices.prefix(3)))
  }

  /// The profile in a file, with the rates in the file beside it, if there is one.
  /// - Throws: `Problem` that names file, line and expectation.
  package static func profile(contentsOf path: String) throws(Problem) -> DeviceProfile {
    let ratesPath = ratesPath(ofProfileAt: path)
    let hasRates = fileExists(ratesPath)
    let facts = try facts(contentsOf: path, allowsLeftOut: hasRates)
    guard hasRates else { return facts }
    let rates = try Document<DeviceRates>(contentsOf: ratesPath, limits: .deviceProfile) {
      if let problem = $0.problems(of: facts).first { throw problem }
    }.content
    let profile = facts.with(rates)
    if let problem = profile.problems().first {
      throw Problem("\(path) with \(ratesPath): \(problem)")
    }
    return profile
  }

  /// The contents of a file, without the check that no calibrated value is missing.
  /// - Throws: `Problem` that names file, line and expectation.
  package static func facts(contentsOf path: String) throws(Problem) -> DeviceProfile {
    try facts(contentsOf: path, allowsLeftOut: true)
  }

  /// The contents of a file in the whole or the short form, as a whole profile.
  private static func facts(
    contentsOf path: String, allowsLeftOut: Bool
  ) throws(Problem) -> DeviceProfile {
    var profile: DeviceProfile?
    _ = try Document<ProfileFile>(contentsOf: path, limits: .deviceProfile) { file in
      let whole = try file.profile()
      if let problem = whole.problems(allowsLeftOut: allowsLeftOut).first { throw problem }
      profile = whole
    }
    guard let profile else { preconditionFailure("a document is checked when it is read") }
    return profile
  }

  /// The file of rates that belongs to the file of a profile: `board.rates.json` to `board.json`.
  package static func ratesPath(ofProfileAt path: String) -> String {
    let folder = folder(of: path)
    let file = path.dropFirst(folder.count)
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
    return "\(folder)\(stem).rates.json"
  }

  /// What the units of built-in devices of a class draw while they run models, in watts: of each device its default
  /// runtime's first unit.
  package static func activePowers(of device: DeviceProfile.Class) -> [Double] {
    names.compactMap { name in
      guard embedded("Devices/\(name)")["class"]?.text == device.rawValue,
        let profile = try? profile(named: name, runtime: nil)
      else { return nil }
      return profile.runtime(named: nil)?.units.first?.staticPower.value
    }.filter { $0 > 0 }
  }

  /// Decodes and checks a profile.
  /// - Parameter origin: The file's name, for errors.
  package static func decode(
    _ bytes: [UInt8], from origin: String
  ) throws(Problem) -> DeviceProfile {
    try Document<DeviceProfile>(bytes, name: origin, limits: .deviceProfile) {
      if let problem = $0.problems().first { throw problem }
    }.content
  }
}
