import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

private let model = "Fixtures/tflite/ds_cnn_int8.tflite"
private let check = ["check", model, "--policy", "Fixtures/policies/keyword_spotter.yaml"]

@Suite struct CheckCommandTests {
  private func policy(_ rules: String) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("policy-\(UUID().uuidString).yaml").path
    try rules.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test(arguments: [
    ("{metric: macs, max: 2656768}", 0), ("{metric: macs, max: 2656767}", 1),
    ("{metric: parameters, max: 22604}", 0), ("{metric: weightBytes, max: 24 KiB}", 0),
    ("{metric: arenaBytes, max: 15 kB}", 1), ("{metric: unquantizedShare, max: 0}", 0),
    ("{metric: latency, max: 1}", 1), ("{metric: latency, max: 1, allowUnknown: true}", 0),
    ("{metric: macs, max: 2368000, operator: Conv2D}", 0),
    ("{metric: macs, max: 2367999, operator: Conv2D}", 1),
    ("{metric: macs, max: 511999, layer: '*'}", 1), ("{metric: watts, max: 1}", 2),
    ("{metric: macs, maxIncreasePercent: 1}", 2),
  ]) func decides(rule: String, code: Int32) throws {
    let path = try policy("rules: [\(rule)]")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try Command("check", model, "--policy", path).status == code)
  }

  /// A product, and an operator that nobody knows: 256 multiply-accumulates at least.
  private static let incomplete = WireBytes.model(
    graph: WireBytes().node("MatMul", ["x", "w"], ["a"])
      .node("Mystery", ["a"], ["y"], domain: "local")
      .initializer("w", type: 1, [16, 16], raw: [UInt8](repeating: 0, count: 1024))
      .input("x", [1, 16]).output("y", [1, 16]))

  @Test(arguments: ["latency", "energy", "carbon", "embodiedCarbon", "operationalCarbon", "macs"])
  func aLowerBoundPassesNoLimit(metric: String) throws {
    let folder = try TemporaryFolder()
    let model = try folder.file("m.onnx", Self.incomplete.bytes)
    for straddle in ["value", "pessimistic", "optimistic"] {
      let path = try policy("rules: [{metric: \(metric), max: 1e9, straddle: \(straddle)}]")
      defer { try? FileManager.default.removeItem(atPath: path) }
      let run = try Command(
        "check", model, "--policy", path, "--device", "stm32l4r5", "--region", "DE")
      #expect(run.status == 1)
      #expect(run.output.contains("UNKNOWN"))
    }
  }

  @Test func aLowerBoundHasNoUpperEndInReports() throws {
    let folder = try TemporaryFolder()
    let model = try folder.file("m.onnx", Self.incomplete.bytes)
    let device = ["--device", "stm32l4r5", "--region", "DE", "--attribution", "activeTime"]
    let report = try Command(["analyze", model, "--format", "json"] + device).json()
    let estimate = try #require(report["estimate"] as? [String: Any])
    let carbon = try #require(estimate["carbon"] as? [String: Any])
    for part in [estimate["latency"], estimate["energy"], carbon["total"], carbon["embodied"]] {
      let number = try #require(part as? [String: Any])
      #expect(number["high"] is NSNull && number["low"] is Double)
    }
    for format in ["text", "markdown"] {
      let text = try Command(["analyze", model, "--format", format] + device).output
      #expect(text.contains("or more") && !text.contains("to inf"))
    }
    let table = try Command(["analyze", model, "--format", "csv", "--summary"] + device).output
    #expect(!table.contains(",inf"))
    // As a baseline it is none.
    let baseline = try folder.file(
      "report.json", Array(JSONSerialization.data(withJSONObject: report)))
    let rules = try policy("rules: [{metric: latency, maxIncreasePercent: 5}]")
    defer { try? FileManager.default.removeItem(atPath: rules) }
    let run = try Command(
      ["check", model, "--policy", rules, "--baseline", baseline] + device)
    #expect(run.status == 1 && run.output.contains("UNKNOWN"))
  }

  @Test func comparesWithAnOlderReport() throws {
    let device = ["--device", "stm32l4r5", "--inferences-per-day", "1440"]
    let old = try Command(["analyze", model, "--format", "json"] + device).output
    let baseline = try policy(old)
    let rules = try policy(
      """
      rules:
        - {metric: energy, maxIncreasePercent: 0}
        - {metric: carbon, maxIncreasePercent: 0}
        - {metric: macs, maxIncreasePercent: 0, operator: Conv2D}
        - {metric: energy, maxIncreasePercent: -1}
      """)
    defer { [baseline, rules].forEach { try? FileManager.default.removeItem(atPath: $0) } }
    let arguments = ["--policy", rules, "--baseline", baseline, "--format", "json"] + device
    #expect(try broken(["check", model] + arguments) == [3])
    // Another model is held against the one of the baseline: floats take more energy.
    let other = try broken(["check", "Fixtures/tflite/ds_cnn_float32.tflite"] + arguments)
    #expect(other == [0, 1, 3])
  }

  /// What the tool itself changed would look like a change of the model.
  @Test func aBaselineOfAnotherVersionIsTold() throws {
    let old = try Command("analyze", model, "--format", "json").output
    let rules = try policy("rules: [{metric: macs, maxIncreasePercent: 0}]")
    let same = try policy(old)
    let other = try policy(old.replacing("\"version\" : \"0", with: "\"version\" : \"9"))
    defer { [rules, same, other].forEach { try? FileManager.default.removeItem(atPath: $0) } }
    for format in ["text", "github", "markdown", "json"] {
      let arguments = ["check", model, "--policy", rules, "--format", format, "--baseline"]
      for (baseline, isTold) in [(same, false), (other, true)] {
        // On one line: text is wrapped.
        let output = try Command(arguments + [baseline]).output
          .split { $0.isWhitespace }.joined(separator: " ")
        #expect(output.contains("is from version 9") == isTold, "\(format)")
      }
    }
  }

  /// Indices of the rules that are broken.
  private func broken(_ arguments: [String]) throws -> [Int] {
    let command = try Command(arguments)
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any])
    let subjects = try #require(report["subjects"] as? [[String: Any]])
    let verdicts = subjects.flatMap { $0["verdicts"] as? [[String: Any]] ?? [] }
    let broken = verdicts.filter { $0["isBroken"] as? Bool == true }
    #expect(report["brokenRules"] as? Int == broken.count)
    #expect(command.status == (broken.isEmpty ? 0 : 1))
    return broken.compactMap { $0["ruleIndex"] as? Int }
  }

  @Test func sarifNamesRulesAndLayers() throws {
    let rules = try policy("rules: [{metric: macs, max: 511999, layer: '*'}]")
    defer { try? FileManager.default.removeItem(atPath: rules) }
    let output = try Command(
      "check", model, "--policy", rules, "--device", "stm32l4r5", "--format", "sarif"
    ).output
    let log = try #require(
      JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let known = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count { $0["level"] as? String == "error" } == 4)
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(known[index] == result["ruleId"] as? String)
      let location = try #require((result["locations"] as? [[String: Any]])?.first)
      #expect((location["logicalLocations"] as? [Any])?.isEmpty == false)
    }
  }

  @Test func junitIsXMLWithItsCounts() throws {
    let output = try Command(check + ["--format", "junit"]).output
    let counter = Counter()
    let parser = XMLParser(data: Data(output.utf8))
    parser.delegate = counter
    #expect(parser.parse())
    #expect(counter.elements["failure"] == counter.failures && counter.failures == 1)
    #expect(counter.elements["testcase"] == counter.tests)
  }

  @Test func annotationsAreOneLineEach() throws {
    let lines = try Command(check + ["--format", "github"]).output.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("::error file=\(model),title=") } == 1)
    #expect(lines.allSatisfy { $0.hasPrefix("::") })
  }

}

/// Counts elements, and reads the counts that the first of them states.
private final class Counter: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var tests: Int?
  var failures: Int?

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    elements[name, default: 0] += 1
    if name == "testsuites" {
      tests = attributes["tests"].flatMap { Int($0) }
      failures = attributes["failures"].flatMap { Int($0) }
    }
  }
}
