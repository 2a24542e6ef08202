import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PictureCommandTests {
  private static let model = "Fixtures/onnx/resnet8_qdq.onnx"

  /// Each plot is XML, says what it shows, and needs a device where it shows one.
  @Test(arguments: ["roofline", "memory", "energy", "time", "macs", "carbon", "badge"])
  func plots(kind: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "figure-\(kind).svg").path
    let device = ["--device", "coral-edge-tpu"]
    let run = try Command(["analyze", Self.model, "--summary", "--plot", path] + device)
    #expect(run.status == 0, "\(run.errors)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let document = try XMLDocument(xmlString: text)
    let root = try #require(document.rootElement())
    #expect(root.elements(forName: "title").first?.stringValue?.isEmpty == false)
    // A badge has no style of its own, and everything else a caption with model and device.
    #expect(root.elements(forName: "style").count == (kind == "badge" ? 0 : 1))
    #expect(text.contains("resnet8_qdq.onnx") && text.contains("Edge TPU"))
    let without = try Command(["analyze", Self.model, "--summary", "--plot", path])
    #expect(without.status == (["memory", "macs"].contains(kind) ? 0 : 2))
  }

  /// What is on a badge is named for what it holds: with a use but no product, electricity alone.
  @Test(arguments: [
    (
      hasProduct: true, use: ["--inferences-per-day", "1000"], "carbon",
      "operational and embodied carbon"
    ),
    (
      hasProduct: false, use: ["--inferences-per-day", "1000"], "carbon", "operational carbon only"
    ),
    (hasProduct: true, use: [], "marginal carbon", "marginal carbon, while computing"),
    (hasProduct: false, use: [], "marginal carbon", "marginal carbon, while computing"),
  ])
  func badgeNamesItsCarbon(
    hasProduct: Bool, use: [String], name: String, description: String
  ) throws {
    let folder = try TemporaryFolder()
    var profile = try Command("devices", "show", "stm32l4r5", "--json").json()
    if !hasProduct { profile["product"] = nil }
    let device = folder.url.appending(path: "board.json")
    try JSONSerialization.data(withJSONObject: profile).write(to: device)
    let badge = folder.url.appending(path: "badge.svg").path
    let run = try Command(
      ["analyze", Self.model, "--summary", "--device", device.path, "--plot", badge] + use)
    #expect(run.status == 0, "\(run.errors)")
    let text = try String(contentsOfFile: badge, encoding: .utf8)
    #expect(text.contains(">\(name)</text>"))
    #expect(text.contains("\n\(description), "), "\(text)")
  }

  @Test func badPlots() throws {
    for arguments in [
      ["--plot", "x.svg"], ["--plot", "roofline.png"], ["--plot", "runtime.svg"],
      ["--format", "trace"],
      ["--by", "energy", "--format", "dot"], ["--by", "macs"],
      ["--measured", "5ms", "--format", "dot"], ["--measured", "5 kg", "--format", "html"],
      ["--plot", "measured.svg", "--device", "rp2040"],
    ] {
      let run = try Command(["analyze", Self.model] + arguments)
      #expect(run.status == 2, "\(arguments)")
    }
    let two = ["analyze", Self.model, Self.model, "--format"]
    for format in ["html", "dot", "trace", "model-explorer"] {
      let run = try Command(two + [format])
      #expect(run.status == 2)
    }
  }

  /// The slices of the trace follow one another and take as long as the report says.
  @Test func traceIsTheSchedule() throws {
    let arguments = ["analyze", Self.model, "--device", "coral-edge-tpu", "--format"]
    let trace = try Command(arguments + ["trace"]).json()
    let report = try Command(arguments + ["json"]).json()
    let estimate = try #require(report["estimate"] as? [String: Any])
    let latency = try #require((estimate["latency"] as? [String: Any])?["value"] as? Double)
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    var now = 0.0
    var units: Set<Int> = []
    for event in events {
      for key in ["name", "ph", "pid", "tid"] { #expect(event[key] != nil, "\(key)") }
      guard event["ph"] as? String == "X" else { continue }
      let start = try #require(event["ts"] as? Double)
      #expect(abs(start - now) < 1e-6)
      now = start + (try #require(event["dur"] as? Double))
      units.insert(try #require(event["tid"] as? Int))
    }
    #expect(abs(now / 1e6 / latency - 1) < 1e-9)
    #expect(units == [1, 2])
    let threads = events.filter { $0["name"] as? String == "thread_name" }
    #expect(threads.count == 2)
    #expect(events.contains { $0["ph"] as? String == "C" })
  }

  @Test func timesThatAreNotKnownAreInstants() throws {
    let trace = try Command(
      "analyze", "Fixtures/onnx/ds_cnn_dynamic.onnx", "--device", "rp2040", "--format", "trace"
    ).json()
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    #expect(events.contains { $0["ph"] as? String == "i" })
    #expect(!events.contains { ($0["dur"] as? Double) == 0 })
  }

  /// Node data of Model Explorer: costs by the names of output tensors, which add up to the total.
  @Test func modelExplorerData() throws {
    let arguments = ["analyze", Self.model, "--format"]
    let data = try Command(arguments + ["model-explorer", "--by", "macs"]).json()
    let results = try #require(data["results"] as? [String: [String: Double]])
    let report = try Command(arguments + ["json"]).json()
    let layers = try #require(report["layers"] as? [[String: Any]])
    let outputs = layers.compactMap {
      ($0["outputs"] as? [[String: Any]])?.first?["name"] as? String
    }
    #expect(!results.isEmpty && results.keys.allSatisfy(outputs.contains))
    let totals = try #require(report["totals"] as? [String: Any])
    #expect(results.values.compactMap { $0["value"] }.reduce(0, +) == totals["macs"] as? Double)
    #expect((data["gradient"] as? [Any])?.count == 2)
  }

  /// A node for each layer, an edge for each tensor between two, texts in quotation marks.
  @Test func dot() throws {
    let run = try Command("analyze", Self.model, "--format", "dot", "--by", "macs")
    let lines = run.output.split(separator: "\n")
    #expect(lines.first == "digraph {" && lines.last == "}")
    #expect(lines.count { $0.contains("fillcolor=") } == 70)
    // The costliest has the end of the scale.
    #expect(lines.count { $0.contains("#e06520") } >= 1)
    #expect(lines.contains { $0.contains(" -> ") && $0.contains("int8") })
    #expect(lines[1].contains("macs per inference 12.5 MMAC"))
  }
}

@Suite struct HelpTests {
  private func commands(_ command: [String: Any], _ path: [String]) -> [[String]] {
    let name = command["commandName"] as? String ?? ""
    let path = path + [name]
    let children = command["subcommands"] as? [[String: Any]] ?? []
    return [path]
      + children.filter { $0["commandName"] as? String != "help" }
      .flatMap { commands($0, path) }
  }

  /// The help of every command has an example, which names that command.
  @Test func everyHelpHasAnExample() throws {
    let root = try Command("--experimental-dump-help").json()
    let command = try #require(root["command"] as? [String: Any])
    let all = commands(command, [])
    #expect(all.count >= 26)
    for path in all {
      let help = try Command(Array(path.dropFirst()) + ["--help"])
      let text = help.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .joined(separator: " ")
      #expect(help.status == 0)
      #expect(text.contains("Example"), "\(path)")
      #expect(text.contains(path.joined(separator: " ") + " "), "\(path)")
    }
  }

  @Test func versionNamesItsData() throws {
    let run = try Command("--version")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("iotco2-graph 0."))
    for word in ["schema 2.0", "profiles", "regions, newest of 20", "Ember", "parts"] {
      #expect(run.output.contains(word), "\(word)")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let run = try Command("--generate-completion-script", shell)
    #expect(run.status == 0)
    for word in ["footprint", "inferences-per-day", "cyclonedx"] {
      #expect(run.output.contains(word), "\(word)")
    }
  }
}
