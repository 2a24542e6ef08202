import Analysis
import Assessment
import DeviceProfiles
import Foundation
import FuzzSupport
import GraphImport
import TestSupport
import Testing

/// Inputs that once ended the process, or took it time or memory without bounds, end in answers or errors.
struct FoundInputTests {
  private static let folder = Paths.root.appending(path: "Tests/Fuzz/Found")
  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0 != "README.md" }.sorted()

  /// Devices whose reports are written, one of each sort; for the others, the estimate is enough.
  private static let asked: Set = [
    "stm32l4r5", "raspberry-pi-4", "ethos-u55-128", "coral-edge-tpu",
  ]

  private static func isModel(_ name: String) -> Bool {
    name.hasSuffix(".onnx") || name.hasSuffix(".tflite")
  }

  @Test(arguments: names.filter(isModel))
  func models(name: String) throws {
    let path = Self.folder.appending(path: name).path
    for device in [nil] + DeviceCatalog.names.map(Optional.some) {
      let target = try device.map {
        try AssessmentTarget(device: $0, inferencesPerDay: 1000, startYear: 2026)
      }
      let isAsked = device.map(Self.asked.contains) ?? true
      for keepsElements in isAsked ? [false, true] : [false] {
        guard
          let assessment = try? ModelAssessment(
            path, ImportOptions(keepsElements: keepsElements), bindings: Bindings(),
            target: target, dropsZeroFilters: keepsElements)
        else { continue }
        guard isAsked else { continue }
        for question in Questions.all { try? question(assessment) }
      }
    }
  }

  /// What the fuzzer asks can be answered: counts and reports on a device, of texts and of a step.
  @Test(arguments: [0, 200] as [UInt8], 0...ModelInput.texts.count)
  func asTheFuzzerAsks(depth: UInt8, question: Int) throws {
    let model = try Data(contentsOf: URL(filePath: Paths.fixture("language/optimum_llama.onnx")))
    let file = MemoryFile()
    try (Array(model) + [depth, UInt8(question)]).withUnsafeBytes { bytes in
      try #require(ModelInput(bytes)).ask(through: file)
    }
  }

  /// What a change saves of a cost without an upper end may have no lower end, and then is no number of a report.
  @Test func aSavingWithoutEndIsLeftOut() throws {
    let model = Self.folder.appending(path: "decoder_saving_without_end.onnx").path
    let report = try Command([
      "hotspots", model, "--quiet", "--format", "json", "--generate", "prompt=99,tokens=300",
      "--device", "ethos-u65-256:vela",
    ]).json()
    #expect(report["findings"] != nil)
  }

  /// A text of one token has reports too, also where no run is one of the graph that its layers are of.
  @Test(arguments: names.filter { isModel($0) && $0.hasPrefix("decoder") })
  func textsOfOneToken(name: String) throws {
    let target = try AssessmentTarget(device: "esp32", inferencesPerDay: 1000, startYear: 2026)
    let request = try #require(ModelInput.texts.first { $0.tokens == 1 })
    let assessment = try? ModelAssessment(
      Self.folder.appending(path: name).path, bindings: Bindings(), target: target,
      generating: request)
    guard let assessment else { return }
    for question in Questions.all { try? question(assessment) }
  }

  /// Where counts are no formulas, each change would take as long as the text itself.
  @Test func changesOfATextThatIsCountedByStepsAreNotEvaluated() throws {
    let model = Self.folder.appending(path: "decoder_counted_by_steps.onnx").path
    let report = try Command([
      "hotspots", model, "--quiet", "--format", "json", "--generate", "prompt=8,tokens=400",
      "--device", "ethos-u65-256:vela",
    ]).json()
    let codes = (report["diagnostics"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
    #expect(codes?.contains("counted-steps") == true)
    let rules = (report["findings"] as? [[String: Any]])?.compactMap { $0["rule"] as? String }
    #expect(rules?.contains("accelerator-fallback") == false)
  }

  @Test(arguments: names.filter { !isModel($0) })
  func userFiles(name: String) throws {
    let kind = try #require(UserFiles.kinds.first { name.hasPrefix($0.name) }, "of no kind")
    try? kind.use(Self.folder.appending(path: name).path)
  }

  @Test func everyFileIsDescribed() throws {
    let table = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    for name in Self.names { #expect(table.contains("| `\(name)` |")) }
  }
}
