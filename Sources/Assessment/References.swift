package import Carbon
package import DeviceProfiles
import Documents
package import Quantities

/// Devices as users name them: an identifier, `id:runtime`, or a file.
package enum DeviceReference {
  /// The profile and runtime of `id`, `id:runtime` or a file.
  /// - Parameter runtime: The runtime where the name has none.
  package static func deviceAndRuntime(
    _ name: String, _ runtime: String? = nil
  ) throws(Problem) -> (DeviceProfile, Runtime) {
    guard !isFile(name) else {
      let profile = try DeviceCatalog.profile(contentsOf: name)
      return (profile, try self.runtime(runtime, of: profile))
    }
    var (name, runtime) = (name, runtime)
    if let colon = name.firstIndex(of: ":") {
      if let runtime {
        throw Problem("device '\(name)' names a runtime, but '\(runtime)' is stated too")
      }
      runtime = String(name[name.index(after: colon)...])
      name = String(name[..<colon])
    }
    let profile = try DeviceCatalog.profile(named: name, runtime: runtime)
    return (profile, try self.runtime(runtime, of: profile))
  }

  /// The runtime of a name, or the profile's default one.
  package static func runtime(
    _ name: String?, of profile: DeviceProfile
  ) throws(Problem) -> Runtime {
    if let runtime = profile.runtime(named: name) { return runtime }
    let known = profile.runtimes.map(\.name)
    let wanted = RuntimeName(name ?? "", among: known)
    if let release = wanted.release {
      throw Problem(
        "device '\(profile.name)': releases of '\(wanted.runtime)' are not known, so there is no "
          + "'\(release)'",
        expected: "the name of the runtime alone")
    }
    throw Problem(
      "device '\(profile.name)' has no runtime '\(name ?? "")'; it has: "
        + known.joined(separator: ", "),
      suggestions: Suggestion.nearest(to: name ?? "", among: known))
  }

  /// Whether a device is given by its file, and not by the identifier of a built-in profile.
  package static func isFile(_ device: String) -> Bool {
    device.contains("/") || device.hasSuffix(".json") || device == "." || device == ".."
  }

  /// A built-in profile, or that of a file when the name looks like a path.
  package static func profile(_ device: String) throws(Problem) -> DeviceProfile {
    guard isFile(device) else { return try DeviceCatalog.profile(named: device) }
    return try DeviceCatalog.profile(contentsOf: device)
  }
}

/// Products as users name them: an identifier, or a file.
package enum ProductReference {
  /// The product that a device is, if that is known.
  package static func product(of device: DeviceProfile) throws(Problem) -> Product? {
    try device.product.map { name throws(Problem) in try product(name) }
  }

  /// A built-in product, or that of a file when the name looks like a path.
  package static func product(_ name: String) throws(Problem) -> Product {
    guard !isFile(name) else {
      return try Document<Product>(contentsOf: name) { try $0.check() }.content
    }
    return try ProductCatalog.product(named: name)
  }

  /// Whether a product is given by its file.
  package static func isFile(_ name: String) -> Bool {
    name.contains("/") || [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
  }
}
