import DeviceProfiles
import Carbon
import HardwareMapping
package import Quantities

/// A change of a model, a device or a deployment: `lifetime=8,region=FR`.
package struct WhatIf {
  private var changes: [(key: String, value: String)] = []

  private static let keys = [
    "lifetime", "region", "intensity", "inferences-per-day", "device", "product", "model", "power",
  ]

  /// Reads `key=value`, or several with commas.
  package init(_ text: String) throws(Problem) {
    for change in text.split(separator: ",") {
      let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, Self.keys.contains(parts[0]) else {
        throw Problem(
          "change '\(text)', expected 'usual' or key=value with a key of: "
            + Self.keys.joined(separator: ", "))
      }
      guard !changes.contains(where: { $0.key == parts[0] }) else {
        throw Problem("change '\(text)' has '\(parts[0])' twice, expected once")
      }
      changes.append((parts[0], parts[1]))
    }
    let keys = Set(changes.map(\.key))
    guard !keys.isEmpty, !keys.isSuperset(of: ["region", "intensity"]) else {
      throw Problem("change '\(text)', expected a change, and one of region and intensity")
    }
  }

  /// Changes that any target can be asked about; the regions are those of a clean and of a dirty grid.
  package static func usual(_ target: AssessmentTarget) -> [String] {
    let deployment = target.deployment
    let years = deployment.years
    var result = ["lifetime=\(shortest(years / 2))", "lifetime=\(shortest(years * 2))"]
    if let rows = target.grid?.rows.sorted(by: { $0.intensity.value < $1.intensity.value }) {
      if rows.count > 1 { result += [rows[0], rows[rows.count - 1]].map { "region=\($0.code)" } }
    } else {
      result += ["region=SE", "region=IN"]
    }
    if let each = deployment.inferencesPerDay, each > 0 {
      result += [
        "inferences-per-day=\(shortest(each / 10))", "inferences-per-day=\(shortest(each * 10))",
      ]
    }
    return result
  }

  /// The model and the target with the change, and what the reader should know of it.
  package func applied(
    to model: String, _ target: AssessmentTarget
  ) throws(Problem) -> (model: String, target: AssessmentTarget, notes: [String]) {
    var (model, target, notes) = (model, target, [String]())
    // A product of the user's own stays when the device changes; the device's own goes with it.
    let isOwnProduct =
      target.product?.name != target.device.product || changes.contains { $0.key == "product" }
    for (key, value) in changes {
      switch key {
      case "model": model = value
      case "region":
        if let grid = target.grid, grid.has(value) {
          target.deployment.use(try grid.row(value))
        } else {
          target.deployment.use(region: value)
          if let grid = target.grid {
            notes.append("'\(value)' is not in \(grid.path), so its built-in intensity is taken")
          }
        }
      case "intensity":
        let grams = try number(value, key, .intensity)
        target.deployment.use(intensity: UserInput(grams, provenance: .assumed))
      case "lifetime": target.deployment.lifetimeYears = try number(value, key, .years)
      case "inferences-per-day":
        target.deployment.use(
          inferencesPerDay: try number(value, key, .inferencesPerDay))
      case "product": target.product = try ProductReference.product(value)
      case "power":
        guard let kind = PowerSource.Kind(word: value) else {
          throw Problem(
            "change power=\(value), expected one of: "
              + PowerSource.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        target.deployment.power = PowerSource(kind)
      default:
        (target.device, target.runtime) = try DeviceReference.deviceAndRuntime(value)
        guard !isOwnProduct else { continue }
        target.product = try ProductReference.product(of: target.device)
      }
    }
    return (model, target, notes)
  }

  private func number(
    _ text: String, _ key: String, _ form: NumberForm
  ) throws(Problem) -> Double {
    do throws(Problem) { return try form.number(text) } catch {
      throw error.placed(at: "\(key)=\(text)")
    }
  }
}
