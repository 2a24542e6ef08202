import Foundation
import TestSupport
import Testing

private let real = "Fixtures/tflite/ds_cnn_float32.tflite"
private let integer = "Fixtures/tflite/ds_cnn_int8.tflite"

@Suite struct HotspotCommandTests {
  @Test func sharesAddUpAndSavingsHaveIntervals() throws {
    let report = try Command(
      "hotspots", real, "--device", "stm32l4r5", "--top", "100", "--format", "json"
    ).json()
    #expect(report["metric"] as? String == "energy")
    let entries = try #require(report["entries"] as? [[String: Any]])
    let last = try #require(entries.last?["cumulativeShare"] as? Double)
    // The rest is the runtime's overhead, which is no layer's.
    #expect(last > 0.95 && last <= 1 + 1e-9)
    let findings = try #require(report["findings"] as? [[String: Any]])
    let first = try #require(findings.first)
    #expect(first["rule"] as? String == "float-model")
    let savings = try #require(first["savings"] as? [String: [String: Double]])
    let energy = try #require(savings["energy"])
    #expect(energy["low"]! <= energy["value"]! && energy["value"]! <= energy["high"]!)
    // Four bytes become one.
    #expect(abs(savings["arenaBytes"]!["value"]! - 0.75) < 0.01)
  }

  @Test(arguments: ["energy", "latency", "carbon"])
  func aMetricOfADeviceNeedsOne(metric: String) throws {
    let run = try Command("hotspots", integer, "--by", metric)
    #expect(run.status == 2)
    #expect(run.errors == "error: --by \(metric) needs --device\n")
  }

  @Test(arguments: ["layer", "operator", "module", "block"])
  func groupsHoldEveryMultiplyAccumulate(group: String) throws {
    let report = try Command(
      "hotspots", integer, "--group", group, "--top", "100", "--format", "json"
    ).json()
    let entries = try #require(report["entries"] as? [[String: Any]])
    #expect(entries.compactMap { $0["value"] as? Double }.reduce(0, +) == 2_656_768)
  }

  @Test func markdownAndCSVHaveTheRows() throws {
    let markdown = try Command("hotspots", integer, "--format", "markdown", "--top", "3").output
    #expect(markdown.split(separator: "\n").filter { $0.hasPrefix("| ") }.count == 4)
    let csv = try Command("hotspots", integer, "--format", "csv", "--top", "3").output
    #expect(csv.split(separator: "\n").count == 4)
  }
}

@Suite struct DiffCommandTests {
  @Test func aModelIsTheSameAsItself() throws {
    let report = try Command("diff", integer, integer, "--format", "json").json()
    let layers = try #require(report["layers"] as? [String: Any])
    #expect(layers["same"] as? Int == 12)
    for key in ["changed", "removed", "added"] { #expect((layers[key] as? [Any])?.isEmpty == true) }
  }

  /// One network in two formats: what both have is matched by what it does.
  @Test func twoExportsAreMatchedByStructure() throws {
    let report = try Command(
      "diff", "Fixtures/onnx/ds_cnn.onnx", real, "--format", "json"
    ).json()
    let totals = try #require(report["totals"] as? [[String: Any]])
    #expect(totals.first?["name"] as? String == "MACs")
    #expect(totals.first?["change"] as? Double == 0)
    let layers = try #require(report["layers"] as? [String: Any])
    #expect((layers["added"] as? [Any])?.isEmpty == true)
    // The other format's activations are layers of their own.
    let removed = try #require(layers["removed"] as? [[String: Any]])
    #expect(removed.allSatisfy { ["Relu", "Pad", "Flatten"].contains($0["operator"] as? String) })
  }

  @Test func aFileThatCannotBeReadIsNamed() throws {
    let run = try Command("diff", integer, "no-such-file.tflite")
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("error: no-such-file.tflite: "))
    #expect(run.output.isEmpty)
  }
}

@Suite struct CompareCommandTests {
  private func rows(_ arguments: String...) throws -> [[String: Any]] {
    let report = try Command(["compare"] + arguments + ["--format", "json"]).json()
    return try #require(report["rows"] as? [[String: Any]])
  }

  @Test func marksWhatNoOtherBeats() throws {
    let rows = try rows(real, integer, "--device", "stm32l4r5", "--device", "stm32l4r5:tflm")
    #expect(rows.count == 4)
    let front = rows.filter { $0["isOnParetoFront"] as? Bool == true }
    #expect(front.count == 1)
    #expect(front[0]["model"] as? String == integer)
    #expect(front[0]["runtime"] as? String == "x-cube-ai")
    // Ordered by energy.
    let energies = rows.compactMap { ($0["energy"] as? [String: Any])?["value"] as? Double }
    #expect(energies == energies.sorted())
  }

  /// A model of which costs are not known is a lower bound, and beats nothing.
  @Test func whatIsUnknownIsOnNoFront() throws {
    let rows = try rows("Fixtures/onnx/ds_cnn_dynamic.onnx", "--device", "stm32l4r5")
    #expect(rows[0]["isComplete"] as? Bool == false)
    #expect(rows[0]["isOnParetoFront"] as? Bool == false)
  }

  @Test func saysThatBoundariesDiffer() throws {
    let run = try Command(
      "compare", integer, "--device", "stm32l4r5", "--device", "raspberry-pi-4")
    #expect(run.output.contains("energy boundaries of the devices differ"))
  }

  @Test func aRuntimeThatTheDeviceDoesNotHaveIsAnError() throws {
    let run = try Command("compare", integer, "--device", "stm32l4r5:foo")
    #expect(run.status == 2)
    #expect(run.errors.contains("it has: x-cube-ai, tflm"))
  }

  @Test func csvHasARowForEachModelAndDevice() throws {
    let run = try Command(
      "compare", real, integer, "--device", "stm32l4r5", "--format", "csv")
    #expect(run.output.split(separator: "\n").count == 3)
  }
}

@Suite struct ConventionCommandTests {
  @Test func theDifferencesExplainTheTotal() throws {
    let report = try Command(
      "analyze", integer, "--convention", "vela", "--format", "json"
    ).json()
    let convention = try #require(report["convention"] as? [String: Any])
    #expect(convention["total"] as? Int == 2_664_792)
    let differences = try #require(convention["differences"] as? [[String: Any]])
    let told = differences.reduce(0) {
      $0 + ($1["theirs"] as? Int ?? 0) - ($1["macs"] as? Int ?? 0)
    }
    #expect(told == 2_664_792 - 2_656_768)
  }

  @Test func aConventionThatIsNotKnownIsAUsageError() throws {
    let run = try Command("analyze", integer, "--convention", "flops")
    #expect(run.status == 2)
    #expect(run.errors.contains("contraction"))
  }
}

@Suite struct MemoryReportTests {
  @Test func writesWhatFirmwareReserves() throws {
    let run = try Command("inspect", integer, "--tflm")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("static tflite::MicroMutableOpResolver<5> resolver;\n"))
    #expect(run.output.contains("\nresolver.AddDepthwiseConv2D();\n"))
    #expect(run.output.contains("\nconstexpr int kTensorArenaSize = 35696;\n"))
    // So are kernels of the signal library.
    let sound = try Command("inspect", "Fixtures/arena/sound.tflite", "--tflm").output
    #expect(sound.contains("resolver.AddRfft();"))
    let refused = try Command("inspect", "Fixtures/onnx/ds_cnn.onnx", "--tflm")
    #expect(refused.status == 2 && refused.errors.contains("ds_cnn.onnx"))
  }

  /// What Vela needs is told where it compiles the file, of the memory that has no fixed size.
  ///
  /// SRAM: live activations of 16,000 bytes, times 1 (0.6 to 1.6). DRAM: these and constants of 24,368 bytes, times
  /// 0.8 (0.35 to 1.25).
  @Test(arguments: [
    (
      integer, "ethos-u55-128", "SRAM", [9_600, 16_000, 25_600],
      "15.6 KiB, 9.38 KiB to 25 KiB"
    ),
    (
      integer, "ethos-u65-256", "DRAM", [14_128.8, 32_294.4, 50_460],
      "31.5 KiB, 13.8 KiB to 49.3 KiB"
    ),
    (integer, "stm32l4r5", "", [], ""),
    ("Fixtures/arena/convolution_int8.tflite", "ethos-u65-256", "", [], ""),
    ("Fixtures/compiled/parts_ethos_u85.tflite", "ethos-u55-128", "", [], ""),
  ])
  func velasMemoryIsNamed(
    model: String, device: String, name: String, bytes: [Double], words: String
  ) throws {
    let report = try Command("analyze", model, "--device", device, "--format", "json").json()
    let memory = try #require(report["memory"] as? [String: Any])
    for memoryName in ["SRAM", "DRAM"] {
      let stated = memory["vela\(memoryName)"] as? [String: Any]
      #expect((stated != nil) == (memoryName == name))
      guard let stated else { continue }
      let ends = ["low", "value", "high"].compactMap { stated[$0] as? Double }
      #expect(zip(ends, bytes).allSatisfy { abs($0 - $1) < 1e-6 } && ends.count == 3)
    }
    let text = try Command("analyze", model, "--device", device).output
    #expect(text.contains("Vela's ") == !name.isEmpty)
    #expect(name.isEmpty || text.contains("Vela's \(name): \(words);"))
  }

  @Test func theThreeNumbersAreNamedAndWhatIsNotModelledIsNull() throws {
    let report = try Command(
      "analyze", integer, "--device", "stm32l4r5", "--format", "json"
    ).json()
    let memory = try #require(report["memory"] as? [String: Any])
    #expect(memory["liveLowerBoundBytes"] as? Int == 16_000)
    #expect(memory["greedyPlanBytes"] as? Int == 16_000)
    // TFLite Micro does not run ONNX files.
    let onnx = try Command("analyze", "Fixtures/onnx/ds_cnn.onnx", "--format", "json").json()
    let other = try #require(onnx["memory"] as? [String: Any])
    #expect(other["runtimeOverheadBytes"] is NSNull && other["tensorArena"] == nil)
    #expect(memory["runtimeOverheadBytes"] as? Int == 22_972 - 16_000)
    let arena = try #require(memory["tensorArena"] as? [String: Any])
    let libraries = try #require(arena["libraries"] as? [[String: Any]])
    #expect(
      libraries.compactMap { $0["library"] as? String } == ["reference", "cmsis-nn", "esp-nn"])
    let recording = try #require(arena["recording"] as? [String: Any])
    #expect(recording["headBytes"] as? Int == 16_000)
    // As tflite-micro 0.dev20261023182759 says.
    #expect(recording["usedBytes"] as? Int == 24_224)
    let peak = try #require(memory["peak"] as? [String: Any])
    let tensors = try #require(peak["tensors"] as? [[String: Any]])
    #expect(tensors.compactMap { $0["bytes"] as? Int } == [8000, 8000])
    let device = try #require(report["device"] as? [String: Any])
    let fits = try #require(device["memoryFit"] as? [[String: Any]])
    #expect(fits.map { $0["fits"] as? Bool } == [true, true, true])
    let kernels = try #require(report["kernels"] as? [[String: Any]])
    #expect(kernels.allSatisfy { $0["bound"] != nil && $0["operationsPerByte"] != nil })
  }
}
