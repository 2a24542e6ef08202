import Analysis
import DeviceProfiles
import Foundation
import OpGraph
import Quantities
import TestSupport
import Testing

@testable import Assessment

/// Which models are measured.
@Suite struct SuggestMeasurementsTests {
  private static let pointwise = CostTerm.mac(.int8, .kind(.pointwiseConvolution))
  private static let depthwise = CostTerm.mac(.int8, .kind(.depthwiseConvolution))

  /// Two independent rates with variances of 0.36 and 0.04, and intervals of one standard deviation.
  private func spread() -> PredictionSpread {
    PredictionSpread(
      terms: [Self.pointwise, Self.depthwise], covariances: [0.36, 0, 0.04], quantile: 1,
      ofMeasured: 0.1)
  }

  /// 0.2 squared for the form, 0.03 squared for jitter.
  private static let own = 0.0409

  @Test func measuresWhatTheTargetIsMadeOf() {
    let design = MeasurementDesign(
      spread(), targets: [[Self.pointwise: 2]],
      candidates: [[Self.depthwise: 1], [Self.pointwise: 1]])
    #expect(abs(design.factor - exp((0.36 + Self.own).squareRoot())) < 1e-9)
    let steps = design.steps(3)
    // The other rate tells nothing of the target, so that one step is all.
    #expect(steps.map(\.candidate) == [1])
    let left = 0.36 - 0.36 * 0.36 / (0.36 + Self.own)
    #expect(abs(steps[0].factor - exp((left + Self.own).squareRoot())) < 1e-9)
  }

  /// A model of both halves has a variance of 0.25 (0.36 + 0.04) and a covariance of 0.18 with the first rate.
  @Test func measuredModelsAreKnown() {
    let half = [Self.pointwise: 1.0, Self.depthwise: 1.0]
    let design = MeasurementDesign(
      spread(), targets: [[Self.pointwise: 1]], candidates: [], measured: [half])
    let left = 0.36 - 0.18 * 0.18 / (0.1 + Self.own)
    #expect(abs(design.factor - exp((left + Self.own).squareRoot())) < 1e-9)
  }

  /// Four fifths of the variance between devices are one speed, which any model tells.
  @Test func theSpeedOfTheBoardIsShared() {
    var spread = spread()
    spread.ofDevice = 1
    let design = MeasurementDesign(
      spread, targets: [[Self.pointwise: 1]], candidates: [[Self.depthwise: 1]])
    let left = 0.36 + 1 - 0.8 * 0.8 / (0.04 + 1 + Self.own)
    #expect(abs(design.steps(1)[0].factor - exp((left + Self.own).squareRoot())) < 1e-9)
  }

  @Test(
    arguments: [
      ("", []), ("TQ==", [77]), ("TWE=", [77, 97]), ("TWFu", [77, 97, 110]), ("+/8=", [251, 255]),
    ] as [(String, [UInt8])])
  func base64(text: String, bytes: [UInt8]) {
    #expect(MeasurementModels.decoded(text) == bytes)
    #expect(MeasurementModels.decoded(text + "*") == nil)
  }

  /// Every kind of kernel that devices have rates for, in both precisions and formats, and all within 150 KB.
  @Test func theSetCoversKinds() throws {
    let files = MeasurementModels.files
    for format in ["tflite", "onnx"] {
      for precision in ["float32", "int8"] {
        let names = files.keys.filter { $0.hasSuffix("_\(precision).\(format)") }
        #expect(names.count >= 14, "\(precision) in \(format)")
        var kinds: Set<KernelKind> = []
        for name in names {
          let path = FileManager.default.temporaryDirectory.appending(path: name).path
          try Data(files[name] ?? []).write(to: URL(filePath: path))
          defer { try? FileManager.default.removeItem(atPath: path) }
          let workload = try ModelAssessment(path, bindings: Bindings(), target: nil).workload
          kinds.formUnion(workload.layers.map(\.kind))
          let isCosted = workload.layers.allSatisfy { $0.work.macs.fixedValue != nil }
          #expect(isCosted, "\(name)")
        }
        let wanted: Set<KernelKind> = [
          .convolution, .pointwiseConvolution, .depthwiseConvolution, .fullyConnected, .matMul,
          .pooling, .elementwise, .softmax, .activation,
        ]
        #expect(
          wanted.isSubset(of: kinds), "\(precision) in \(format): \(wanted.subtracting(kinds))")
      }
    }
    let path = Paths.root.appending(path: "Sources/Assessment/Data/measurements.json")
    #expect(try Data(contentsOf: path).count < 150_000)
  }

  private func advice(
    _ device: String, targets: [Workload] = [], isONNX: Bool = false
  ) throws -> MeasurementAdvice {
    let profile = try DeviceCatalog.profile(named: device)
    return try MeasurementAdvice(
      on: profile, runtime: try #require(profile.runtime(named: nil)), targets: targets,
      measured: [], count: 3, isONNX: isONNX)
  }

  @Test(arguments: [("stm32u575", false), ("raspberry-pi-4", true)])
  func eachStepNarrows(device: String, isONNX: Bool) throws {
    let advice = try advice(device, isONNX: isONNX)
    #expect(advice.models.count == 3)
    let factors = [advice.factor] + advice.models.map(\.factor)
    #expect(factors == factors.sorted(by: >=) && factors[3] < factors[0])
    let hasFormat = advice.models.allSatisfy { $0.file.hasSuffix(isONNX ? ".onnx" : ".tflite") }
    #expect(hasFormat)
  }

  /// A runtime whose measured models are all of 8-bit integers gets no other.
  @Test func keepsToMeasuredPrecisions() throws {
    let advice = try advice("rp2040")
    #expect(!advice.models.isEmpty && advice.models.allSatisfy { $0.file.contains("int8") })
  }

  @Test func saysWhereNothingIsKnown() throws {
    let error = #expect(throws: Problem.self) { try advice("ethos-u55-128") }
    #expect(error?.description.hasPrefix("ethos-u55-128:vela: ") ?? false)
  }
}
