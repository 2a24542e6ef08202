import Analysis
import Foundation
import GraphImport
import OpGraph
import Quantities
import RuntimeProfiles
import TestSupport
import Testing

/// What each format of profiles is read as, and which layers its entries are.
@Suite struct FormatTests {
  /// A sample of `Fixtures/profiles` with numbers that its generator or the file itself shows.
  struct Sample: Sendable, CustomTestStringConvertible {
    var file: String
    var model: String
    var format: ProfileFormat
    var entries: Int
    /// Microseconds of the first entry, and of all together where a reader can add them up.
    var first: Double
    var sum: Double?
    /// Microseconds of the whole inference where the file states it.
    var whole: Double?
    /// Cycles a microsecond.
    var clock: Double?
    /// Entries that are no layer.
    var unmatched = 0

    var testDescription: String { file }
  }

  /// 800 + 300 + 400 + 310 + 410 + 320 + 420 + 330 + 430 + 50 + 20 + 9.
  private static let keywords = 3799.0

  static let samples: [Sample] = [
    // The five times of the first kernel are 14, 15, 16, 31, 16222, those of the runs 264, 276, 296, 398, 16797.
    Sample(
      file: "onnxruntime_1_32_resnet8.json", model: "onnx/resnet8.onnx", format: .onnxruntime,
      entries: 14, first: 16, whole: 296, unmatched: 1),
    // Transpositions around the convolutions in integers, which the file does not have.
    Sample(
      file: "onnxruntime_1_32_resnet8_qdq.json", model: "onnx/resnet8_qdq.onnx",
      format: .onnxruntime, entries: 54, first: 6, whole: 1000,
      unmatched: 6),
    Sample(
      file: "litert_2_3_resnet8_int8.txt", model: "tflite/resnet8_int8.tflite", format: .liteRT,
      entries: 19, first: 9, sum: 80, unmatched: 1),
    Sample(
      file: "tflite_benchmark_model.txt", model: "tflite/ds_cnn_int8.tflite", format: .liteRT,
      entries: 12, first: 800, sum: keywords, whole: keywords + 20),
    Sample(
      file: "tflite_benchmark_model.csv", model: "tflite/ds_cnn_int8.tflite", format: .liteRT,
      entries: 12, first: 800, sum: keywords, whole: keywords + 20),
    // Two runs, the second half as long again: the median is between them.
    Sample(
      file: "micro_profiler_log.txt", model: "tflite/ds_cnn_int8.tflite", format: .microProfiler,
      entries: 12, first: 1000, sum: 1.25 * keywords, clock: 100),
    Sample(
      file: "micro_profiler.csv", model: "tflite/ds_cnn_int8.tflite", format: .microProfiler,
      entries: 12, first: 1000, sum: 1.25 * keywords, clock: 100),
    Sample(
      file: "micro_profiler_esp_nn.csv", model: "tflite/ds_cnn_int8.tflite",
      format: .microProfiler, entries: 12, first: 800, sum: keywords),
    // 205,475 cycles together, as Vela's summary says; 14,752 of the first convolution.
    Sample(
      file: "vela_5_2_resnet8_int8.csv", model: "tflite/resnet8_int8.tflite", format: .vela,
      entries: 50, first: 29.504, sum: 410.95, clock: 500),
    Sample(
      file: "tensorrt_10.json", model: "onnx/resnet8.onnx", format: .tensorRT, entries: 10,
      first: 4, sum: 240, unmatched: 1),
    Sample(
      file: "st_edge_ai_2.txt", model: "tflite/ds_cnn_int8.tflite", format: .stEdgeAI, entries: 12,
      first: 800, sum: keywords, whole: keywords),
    Sample(
      file: "x_cube_ai_7.txt", model: "tflite/ds_cnn_int8.tflite", format: .stEdgeAI, entries: 12,
      first: 800, sum: keywords, whole: keywords),
    Sample(
      file: "esp_dl_3.txt", model: "onnx/resnet8.onnx", format: .espDL, entries: 15, first: 5000,
      sum: 51700, whole: 51700),
  ]

  private func near(_ one: Double, _ other: Double) -> Bool { abs(one - other) < 1e-6 * other }

  @Test(arguments: samples) func readsAndMatches(sample: Sample) throws {
    let read = try RuntimeProfile(contentsOf: Paths.fixture("profiles/\(sample.file)"))
    #expect(read.format == sample.format)
    #expect(read.isInCycles == (sample.clock != nil))
    let profile = try read.inSeconds(clock: sample.clock.map { $0 * 1e6 })
    #expect(profile.entries.count == sample.entries)
    #expect(near(1e6 * (profile.entries.first?.timing.value ?? 0), sample.first))
    if let sum = sample.sum {
      #expect(near(1e6 * profile.entries.reduce(0) { $0 + $1.timing.value }, sum))
    }
    if let whole = sample.whole {
      #expect(near(1e6 * (profile.whole?.value ?? 0), whole))
    }
    let workload = try Workload(
      InferredGraph(Model(contentsOf: Paths.fixture(sample.model))))
    let matching = ProfileMatching(profile, workload)
    #expect(
      matching.unmatched.count == sample.unmatched,
      "\(matching.unmatched.map { profile.entries[$0].name })")
    #expect(matching.unmeasured.isEmpty, "\(matching.unmeasured)")
    // Each entry is of one kernel or of none, so that no time is lost or counted twice.
    let entries = matching.kernels.flatMap(\.entries) + matching.unmatched
    #expect(entries.sorted() == Array(profile.entries.indices))
    let layers = matching.kernels.flatMap(\.layers)
    #expect(Set(layers).count == layers.count)
  }

  @Test func everySampleHasARow() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Paths.fixture("profiles"))
    #expect(Set(files) == Set(Self.samples.map(\.file)))
  }

  /// Texts that are no profile, or one that cannot be used, with what the error says.
  static let refused: [(text: String, message: String)] = [
    ("", "is no profile that is known, expected a profile of onnxruntime (JSON)"),
    ("nothing of the kind\n", "a trace in Chrome's Trace Event Format"),
    ("[1, 2, {}]", "is no profile that is known"), ("{\"traceEvents\": 5}", "no profile"),
    ("[{\"ph\": \"X\", \"name\": \"a\"", "begins like JSON and is none"),
    (
      """
      [{"cat":"Node","ph":"X","ts":1,"dur":2,"name":"a_kernel_time","args":{"op_name":"Conv"}}]
      """, "has no event 'model_run'"
    ),
    (
      "Original Operator,NNG Operator,Target,Op Cycles,Name\nConv2D,Conv2D,NPU,many,y\n",
      "Op Cycles is 'many'"
    ),
    ("[{\"count\": 2}, {\"name\": \"a\", \"averageMs\": -1}]", "layer 'a' has no time"),
    (
      "model,latency_ms,layer\na.onnx,-5,b\n",
      "row 2: latency_ms is '-5', expected a number above 0"
    ),
    ("\"Event\",\"Tag\",\"Ticks\"\n0,CONV_2D,0\n", "without any time"),
    (
      "model,latency_ms\n" + String(repeating: "a.onnx,1\n", count: 50_001),
      "has 50,001 rows, expected at most 50,000"
    ),
    (
      "model,latency_ms,layer\n" + (0...30_000).map { "a.onnx,1,l\($0)\n" }.joined(),
      "has 30,001 entries, expected at most 30,000"
    ),
    (String(repeating: "x\n", count: 1_000_001), "has more than 1,000,000 lines"),
    (String(repeating: "x\r", count: 1_000_001), "has more than 1,000,000 lines"),
  ]

  @Test(arguments: refused) func refuses(text: String, message: String) throws {
    let error = #expect(throws: Problem.self) {
      _ = try RuntimeProfile(ProfileText(Array(text.utf8), named: "file"))
    }
    #expect(
      error.map { "\($0)".hasPrefix("file: ") && "\($0)".contains(message) } ?? false,
      "\(error as Any)")
  }

  @Test func needsAClockForCycles() throws {
    let profile = try RuntimeProfile(
      contentsOf: Paths.fixture("profiles/micro_profiler_log.txt"))
    #expect(throws: Problem.self) { _ = try profile.inSeconds(clock: nil) }
  }

  /// 300 µs of a loop's kernel, of which its body's two runs have 100 and 80.
  @Test func givesTimeToTheInnermostKernel() throws {
    func event(_ name: String, _ start: Int, _ duration: Int, _ category: String = "Node") -> String
    {
      """
      {"cat":"\(category)","ph":"X","pid":1,"tid":1,"ts":\(start),"dur":\(duration),"name":"\(name)",\
      "args":{"op_name":"Op"}}
      """
    }
    let events = [
      event("body_kernel_time", 10, 100), event("body_kernel_time", 120, 80),
      event("loop_kernel_time", 5, 300), event("model_run", 0, 400, "Session"),
    ]
    let profile = try RuntimeProfile(
      ProfileText(Array("[\(events.joined(separator: ","))]".utf8), named: "file"))
    let times = Dictionary(uniqueKeysWithValues: profile.entries.map { ($0.name, $0.timing.value) })
    #expect(near(times["body"] ?? 0, 180e-6) && near(times["loop"] ?? 0, 120e-6))
    #expect(near(profile.whole?.value ?? 0, 400e-6))
  }

  /// Outermost slices are runs of 10 and 12 µs; what is in them are operators.
  @Test func readsATraceOfAnyProgram() throws {
    let text = """
      {"traceEvents": [
        {"ph": "M", "name": "process_name"},
        {"ph": "X", "name": "invoke", "ts": 0, "dur": 10, "pid": 1, "tid": "main"},
        {"ph": "X", "name": "a", "ts": 1, "dur": 4, "pid": 1, "tid": "main"},
        {"ph": "B", "name": "b", "ts": 5, "pid": 1, "tid": "main"},
        {"ph": "E", "ts": 9, "pid": 1, "tid": "main"},
        {"ph": "X", "name": "invoke", "ts": 20, "dur": 12, "pid": 1, "tid": "main"},
        {"ph": "X", "name": "a", "ts": 21, "dur": 6, "pid": 1, "tid": "main"},
        {"ph": "X", "name": "b", "ts": 27, "dur": 5, "pid": 1, "tid": "main"}]}
      """
    let profile = try RuntimeProfile(ProfileText(Array(text.utf8), named: "file"))
    #expect(profile.format == .trace && profile.entries.map(\.name) == ["a", "b"])
    #expect(near(profile.entries[0].timing.value, 5e-6))
    #expect(near(profile.entries[1].timing.value, 4.5e-6))
    #expect(near(profile.whole?.value ?? 0, 11e-6))
  }

  @Test func readsATableOfSeveralModels() throws {
    let text = """
      Model,Latency_ms,LAYER,latency_low_ms,latency_high_ms,energy_uJ,device
      folder/a.onnx,2,conv + relu,1.5,2.5,,
      a.onnx,7,,,,30,rp2040
      b.onnx,9,,,,,

      """
    let folder = try TemporaryFolder()
    let file = try MeasuredFile(contentsOf: folder.file("table.csv", Array(text.utf8)))
    #expect(file.isTable)
    let own = try #require(file.profile(of: "models/a.onnx", device: "rp2040", runtime: "x"))
    #expect(own.entries.map(\.parts) == [["conv", "relu"]] && own.entries[0].timing.low == 1.5e-3)
    #expect(own.whole?.value == 7e-3 && near(own.energy ?? 0, 30e-6))
    let other = try #require(file.profile(of: "a.onnx", device: "esp32", runtime: nil))
    #expect(other.whole == nil && other.entries.count == 1)
    #expect(file.profile(of: "c.onnx", device: nil, runtime: nil) == nil)
  }
}
