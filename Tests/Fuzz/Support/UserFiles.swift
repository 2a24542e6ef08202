import Assessment
import Calibration
import Carbon
import DeviceProfiles
import Documents
import HardwareMapping
import Policies
import Quantities
import Reports

/// Files that users write, each read as commands read it and used for a small model.
package enum UserFiles {
  /// A kind of file, in the order in which fuzzers number them.
  package struct Kind: Sendable {
    package var name: String
    /// Reads the file at a path and uses it.
    package var use: @Sendable (String) throws -> Void
  }

  package static let kinds = [
    Kind(name: "device") { path in
      let device = try DeviceCatalog.profile(contentsOf: path)
      for runtime in device.runtimes {
        var changed = target
        (changed.device, changed.runtime) = (device, runtime)
        try footprint(changed)
      }
    },
    Kind(name: "rates") { path in
      let rates = try Document<DeviceRates>(contentsOf: path, limits: .deviceProfile) {
        if let problem = $0.problems(of: facts).first { throw problem }
      }.content
      _ = facts.with(rates).problems()
    },
    Kind(name: "deployment") { path in
      var changed = target
      changed.deployment = try Deployment(contentsOf: path)
      try footprint(changed)
    },
    Kind(name: "product") { path in
      var changed = target
      changed.product = try ProductReference.product(path)
      try footprint(changed)
    },
    Kind(name: "policy") { path in
      let policy = try Document<Policy>(contentsOf: path) { try $0.check() }.content
      _ = Questions.check(assessed, policy).markdown
    },
    Kind(name: "configuration") { path in _ = try Configuration(contentsOf: path) },
    Kind(name: "measurements") { path in
      let bytes = firstBytes(of: path, atMost: 1 << 26) ?? []
      _ = try MeasurementTable(
        CSVTable(String(decoding: bytes, as: UTF8.self), named: path), named: path)
    },
    Kind(name: "baseline") { path in
      let limits = Policy(rules: [Rule(.latency, max: Limit(1)), Rule(.macs, max: Limit(1))])
      _ = Questions.check(assessed, limits, try Baseline(path, models: 1)).markdown
    },
  ]

  private static let target = made {
    try AssessmentTarget(
      device: "stm32l4r5", region: "DE", inferencesPerDay: 1000, startYear: 2026)
  }

  private static let assessed = made {
    try ModelAssessment(modelAt: fixture("tflite/ds_cnn_int8.tflite"), on: target)
  }

  /// The facts of a profile, for files of rates.
  private static let facts = made {
    try DeviceCatalog.facts(contentsOf: fixture("strict/device.json"))
  }

  private static func footprint(_ target: AssessmentTarget) throws {
    let estimate = InferenceEstimate(
      assessed.workload, on: target.device, runtime: target.runtime)
    guard
      let inputs = try FootprintInputs(estimate, target.deployment, product: target.product)
    else { return }
    _ = try Footprint(inputs)
  }

  private static func made<Value>(_ make: () throws -> Value) -> Value {
    do { return try make() } catch { fatalError("\(error)") }
  }

  private static func fixture(_ path: String) -> String {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    return "\(root)/Fixtures/\(path)"
  }
}
