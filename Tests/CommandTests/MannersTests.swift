import Foundation
import TestSupport
import Testing

/// What people type, right or wrong, and what the answer must say.
@Suite struct MannersTests {
  /// One invocation.
  struct Row: CustomTestStringConvertible, Sendable {
    /// `@name` is the path of a file of `files`.
    var typed: [String]
    var status: Int32
    /// What output and errors say together.
    var says: [String]
    /// What neither says.
    var avoids: [String]

    init(_ typed: String..., status: Int32 = 0, says: [String] = [], avoids: [String] = []) {
      self.typed = typed
      (self.status, self.says, self.avoids) = (status, says, avoids)
    }

    var testDescription: String { typed.joined(separator: " ") }
  }

  private static let model = "Fixtures/tflite/ds_cnn_int8.tflite"
  private static let dynamic = "Fixtures/onnx/ds_cnn_dynamic.onnx"
  /// Its weights are too large for the flash of `stm32g0b1`, and its activations for the RAM.
  private static let large = "Fixtures/tflite/resnet8_float32.tflite"

  private static let files = [
    "checkpoint.pt": "x", "checkpoint.pth": "x", "weights.h5": "x",
    "pointer.tflite": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "latency.yaml": "rules: [{metric: latency, max: 300 ms}]",
    "macs.yaml": "rules: [{metric: macs, max: 300 M}]",
    "unfit.yaml": "{allowUnfit: true, rules: [{metric: macs, max: 300 M}]}",
    "share.yaml": "rules: [{metric: ramShare, max: 50}]",
    "growth.yaml": "rules: [{metric: energy, maxIncreasePercent: 3}]",
    "two.yml": "device: [esp32, rp2040]",
    "lifetime.yaml": "lifetime: 5", "perDay.yaml": "inferences_per_day: 5",
    "battery.yaml": "power: {kind: primary, battery: alkaline-aa}",
    "product.yaml": "{name: x, title: X, parts: [{part: ic, areaMm2: 10, nodeNm: 40, count: 1}]}",
    "grid.csv": "code,name,gCO2e_per_kWh,year,kind\nNO,Norway,30,2026,marginal\n",
    "columns.csv": "region,gCO2e_per_kWh\nNO,30\n",
    "unit.yaml": "functionalUnit: {name: tokens}",
    "broken.json": "{\"name\": \"x\",\n  \"title\": [ }",
  ]

  private static let commands: [Row] = [
    Row(model, says: ["12 operators"]),
    Row("-d", "esp32", model, says: ["ESP32"]),
    Row("analyse", model, status: 2, says: ["no command 'analyse'", "did you mean 'analyze'?"]),
    Row("help", "analyse", status: 2, says: ["did you mean 'analyze'?"], avoids: ["OVERVIEW"]),
    Row("help", "analyze", says: ["OVERVIEW"]),
    Row("analyze", model, "--json", says: ["\"schemaVersion\""]),
    Row("analyze", model, "--board", "x", status: 2, says: ["Unknown option"], avoids: ["mean"]),
    Row("analyze", model, "--devcie", "x", status: 2, says: ["Did you mean '--device'?"]),
    Row("analyze", model, "-q", "--summary", says: ["2,656,768"]),
    Row("analyze", model, "--format", "md", says: ["|---"]),
    Row(
      "analyze", model, "--format", "yaml", status: 2,
      says: ["error: ", "text, json, csv, markdown"],
      avoids: ["Error:", "  - json"]),
    Row(
      "analyze", model, "-o", "x.tflite", status: 2, says: ["refusing to overwrite a model file"]),
  ]

  private static let devices: [Row] = [
    Row("analyze", model, "--device", "STM32L4R5", says: ["NUCLEO-L4R5ZI"]),
    Row("analyze", model, "--device", "nucleo-l4r5zi", says: ["NUCLEO-L4R5ZI"]),
    Row("analyze", model, "--device", "Raspberry Pi 4", says: ["BCM2711"]),
    Row("analyze", model, "--device", "stm32f746zg", says: ["STM32F746"]),
    Row("analyze", model, "--device", "esp32,rp2040", says: ["ESP32", "RP2040"]),
    Row("analyze", model, "--device", "esp32", "--device", "rp2040", says: ["ESP32", "RP2040"]),
    Row(
      "footprint", model, "--device", "esp32,rp2040", status: 2, says: ["--device names 2 devices"]),
    Row("analyze", model, "--device", "all", status: 2, says: ["'iotco2-graph devices'"]),
    Row("analyze", model, "--device", ".", status: 2, says: [".: is a folder"]),
    Row("analyze", model, "--device", "esp32-s2", status: 2, says: ["did you mean 'esp32-s3'?"]),
    Row(
      "analyze", model, "--device", "stm32", status: 2,
      says: ["'stm32f411', 'stm32f746' or 'stm32n6'"], avoids: ["stm32u575"]),
    Row("devices", says: ["cortex-m4", "120 MHz", "RAM", "flash", "x-cube-ai", "9%"]),
    Row("devices", "show", "stm32l4r5", says: ["leave-one-network-out", "sleep power"]),
    Row("devices", "Raspberry Pi 4", says: ["raspberry-pi-4"]),
    Row(
      "devices", "validate", "@broken.json", status: 2,
      says: ["broken.json:2:14: is neither YAML nor JSON"]),
  ]

  private static let regions: [Row] = [
    Row("regions", "show", "Germany", says: ["DE"]), Row("regions", "DE", says: ["Germany"]),
    Row("regions", "show", "UK", says: ["GB", "United Kingdom"]),
    Row("regions", "show", "EU", says: ["27 members", "weighted by their generation"]),
    Row("regions", "California", says: ["US-CA"]),
    Row("regions", "Georgia", status: 2, says: ["several regions", "'GE' or 'US-GA'"]),
    Row("regions", "Germny", status: 2, says: ["did you mean 'Germany'?"]),
    Row("footprint", model, "-d", "esp32", "--region", "Germany", says: ["Germany"]),
    Row(
      "analyze", model, "--region", "DE", status: 2, says: ["--region needs --device"],
      avoids: ["--runtime"]),
  ]

  private static let otherFiles: [Row] = [
    Row("@checkpoint.pt", status: 2, says: ["PyTorch checkpoint", "torch.onnx.export"]),
    Row("analyze", "@checkpoint.pth", status: 2, says: ["torch.onnx.export", "docs/tutorial.md"]),
    Row("analyze", "@weights.h5", status: 2, says: ["Keras", "TFLiteConverter"]),
    Row("analyze", "@pointer.tflite", status: 2, says: ["git lfs pull"]),
    Row("analyze", model, "--config", "@two.yml", status: 2, says: ["one device; repeat --device"]),
    Row(
      "analyze", model, "-d", "esp32", "--deployment", "@lifetime.yaml", status: 2,
      says: ["did you mean 'lifetimeYears'?"]),
    Row(
      "analyze", model, "-d", "esp32", "--deployment", "@perDay.yaml", status: 2,
      says: ["did you mean 'inferencesPerDay'?"]),
    Row(
      "analyze", model, "-d", "esp32", "--deployment", "@battery.yaml", status: 2,
      says: ["did you mean 'battery-alkaline-aa'"]),
    Row("products", "validate", "@product.yaml", says: ["a valid product"]),
    Row(
      "footprint", model, "-d", "esp32", "--grid", "@grid.csv", "--region", "XX", status: 2,
      says: ["region 'XX' is not in", "one of its codes"]),
    Row(
      "footprint", model, "-d", "esp32", "--grid", "@grid.csv", status: 2,
      says: ["--grid needs a region to look up"]),
    Row(
      "footprint", model, "-d", "esp32", "--grid", "@grid.csv", "--region", "NO",
      "--inferences-per-day", "10", says: ["Norway, 2026, 30.0 gCO2e/kWh, marginal"]),
    Row(
      "footprint", model, "-d", "esp32", "--grid", "@grid.csv", "--region", "NO",
      "--inferences-per-day", "10", "--what-if", "region=SE",
      says: ["region=SE", "'SE' is not in"],
      avoids: ["not possible"]),
    Row(
      "footprint", model, "-d", "esp32", "--grid", "@columns.csv", "--region", "NO", status: 2,
      says: ["column 'region' is not known"]),
    Row(
      "footprint", model, "-d", "esp32", "--deployment", "@unit.yaml", status: 2,
      says: ["functionalUnit.name: expected one of: inference", "did you mean 'token'?"]),
  ]

  private static let numbers: [Row] = [
    Row(
      "footprint", model, "-d", "esp32", "--lifetime", "-1", status: 2, says: ["-1 is below 0.001"]),
    Row("analyze", model, "--top", "-1", status: 2, says: ["--top -1, expected 0 or more"]),
    Row(
      "footprint", model, "-d", "esp32", "--lifetime", "5y", "--inferences-per-day", "10k",
      "--intensity", "400 g", says: ["400 gCO2e/kWh"]),
    Row("footprint", model, "-d", "esp32", "--lifetime", "5q", status: 2, says: ["'18 months'"]),
    Row(
      "footprint", model, "-d", "esp32", "--intensity", "0.4",
      says: ["warning: --intensity 0.4", "0.40 gCO2e/kWh"]),
    Row(
      "footprint", model, "-d", "esp32", "--inferences-per-day", "1e9", status: 2,
      says: ["1000000000 inferences a day need 2693 days of compute"]),
    Row("footprint", model, "-d", "esp32", "--what-if", "lifetime=8years"),
    Row(
      "footprint", model, "-d", "esp32", "--what-if", "lifetime=8x", status: 2,
      says: ["'18 months'"]),
    Row(
      "footprint", model, "-d", "esp32", "--what-if", "region=XX", status: 2,
      says: ["region 'XX' is not known"]),
    Row(
      "footprint", model, "-d", "esp32", "--power", "primary", status: 2,
      says: ["write power.battery", "--deployment"]),
    Row(
      "footprint", model, "-d", "esp32", "--power", "battery", status: 2,
      says: ["rechargeable, primary (disposable battery)"]),
    Row(
      "analyze", model, "--plot", "carbon.svg", status: 2,
      says: ["--plot carbon.svg needs --device"],
      avoids: ["12 operators"]),
    Row(
      "analyze", model, "--plot", "x.png", status: 2, says: ["roofline.svg"], avoids: ["<roofline"]),
    Row("analyze", dynamic, "--bind", "batch", status: 2, says: ["expected NAME=SIZE"]),
    Row("analyze", dynamic, "--bind", "batch=-1", status: 2, says: ["-1 is not positive"]),
    Row("analyze", dynamic, "--bind", "batch=0", status: 2, says: ["0 is not positive"]),
    Row("analyze", dynamic, "--bind", "batch=1,7", status: 2, says: ["'1,7' is not a size"]),
    Row("analyze", dynamic, "--bind", "batch=1e3", says: ["2,656,768,000"]),
  ]

  private static let checks: [Row] = [
    Row(
      "check", model, "--policy", "@latency.yaml", status: 1,
      says: ["UNKNOWN", "no device", "--device"]),
    Row(
      "check", model, "b-missing", "--policy", "@macs.yaml", status: 2,
      says: ["b-missing: cannot be opened", "PASS"]),
    Row(
      "analyze", model, "b-missing", status: 2,
      says: ["b-missing: cannot be opened", "12 operators"]),
    Row("check", model, "--policy", "@share.yaml", status: 2, says: ["write 50 %"]),
    Row(
      "check", large, "-d", "stm32g0b1", "--policy", "@macs.yaml", status: 1,
      says: ["FAIL", "fits the device", "warning: does not fit: activations need"]),
    Row(
      "check", large, "-d", "stm32g0b1", "--policy", "@unfit.yaml",
      says: ["warning: does not fit"], avoids: ["FAIL"]),
    Row(
      "scan", large, "-d", "stm32g0b1", "--format", "text", says: ["warning: does not fit"]),
    Row("scan", large, "-d", "stm32g0b1", "--format", "csv", says: ["does-not-fit"]),
    Row(
      "check", model, "-d", "esp32", "--max-latency", "50ms", status: 1, says: ["latency <= 50 ms"]),
    Row("check", model, "-d", "esp32", "--max-ram", "80%", "--max-flash", "1MiB", says: ["PASS"]),
    Row("check", model, "--max-ram", "5s", status: 2, says: ["--max-ram: '5 s': 'ramShare'"]),
    Row("check", model, status: 2, says: ["--policy", "--init writes a policy"]),
    Row(
      "check", "Fixtures/policies", "--policy", "@macs.yaml", status: 2,
      says: ["no model files found"]),
    Row(
      "check", "Fixtures/tflite/ds_cnn_*.tflite", "--policy", "@macs.yaml",
      says: ["float32", "int8"]),
    Row(
      "check", model, "-d", "esp32", "--init", says: ["devices: [esp32]", "metric: latency, max:"]),
  ]

  static let rows = commands + devices + regions + otherFiles + numbers + checks

  @Test(arguments: rows) func answers(row: Row) throws {
    let folder = try TemporaryFolder()
    let typed = try row.typed.map { word in
      guard word.hasPrefix("@"), let text = Self.files[String(word.dropFirst())] else {
        return word
      }
      return try folder.file(String(word.dropFirst()), text.utf8)
    }
    let run = try Command(typed, environment: ["COLUMNS": "200"])
    let answer = run.errors + run.output
    #expect(run.status == row.status, "\(answer)")
    for words in row.says { #expect(answer.contains(words), "\(answer)") }
    for words in row.avoids { #expect(!answer.contains(words), "\(answer)") }
  }

  /// The warnings of a model are in every form of a check.
  @Test(arguments: ["text", "json", "csv", "markdown", "junit", "sarif", "github"])
  func everyFormWarns(form: String) throws {
    let run = try Command(
      "check", Self.large, "-d", "stm32g0b1", "--max-latency", "10s", "--format", form)
    #expect(run.status == 1)
    #expect(run.output.contains("does not fit: activations need"), "\(run.output)")
    #expect(run.output.contains("fits the device"), "\(run.output)")
  }

  @Test func theStarterPolicyPasses() throws {
    let folder = try TemporaryFolder()
    let policy = folder.url.appending(path: "policy.yaml").path
    #expect(try Command("check", Self.model, "-d", "esp32", "--init", "-o", policy).status == 0)
    #expect(try Command("check", Self.model, "--policy", policy).status == 0)
  }

  @Test func aBaselineIsRegenerated() throws {
    let folder = try TemporaryFolder()
    let baseline = folder.url.appending(path: "baseline.json").path
    let policy = try folder.file("growth.yaml", (Self.files["growth.yaml"] ?? "").utf8)
    let update = ["check", Self.model, "--baseline", baseline, "--update-baseline"]
    let compare = [
      "check", Self.model, "--baseline", baseline, "--policy", policy, "-d", "esp32", "--format",
      "csv",
    ]
    #expect(try Command(update).status == 0)
    let alone = try Command(compare)
    #expect(alone.status == 1)
    #expect(alone.output.contains("was made without a device; make it with --device esp32"))
    #expect(try Command(update + ["-d", "esp32"]).status == 0)
    #expect(try Command(compare).status == 0)
  }

  @Test(arguments: [
    (["TERM": "dumb", "FORCE_COLOR": "1"], true), (["CLICOLOR_FORCE": "1"], true),
    (["FORCE_COLOR": "1", "NO_COLOR": "1"], false), (["FORCE_COLOR": "0"], false),
  ])
  func coloursAsTheEnvironmentSays(settings: [String: String], isColoured: Bool) throws {
    let plain = ["NO_COLOR": "", "CLICOLOR_FORCE": "", "FORCE_COLOR": ""]
    let run = try Command(
      ["check", Self.model, "-d", "esp32", "--max-latency", "50ms"],
      environment: plain.merging(settings) { _, own in own })
    #expect(run.output.contains("\u{1B}[31m  FAIL") == isColoured, "\(run.output)")
    #expect(run.output.contains("\u{1B}[32m  PASS") == isColoured, "\(run.output)")
  }

  /// Shells ask for names when they are needed.
  @Test(arguments: [
    ("--device", "raspberry-pi-4"), ("--region", "US-CA"), ("--product", "pico"),
    ("--runtime", "tflite"),
  ])
  func namesAreCompleted(option: String, name: String) throws {
    let run = try Command(
      ["---completion", "analyze", "--", option, "1", "0", "iotco2-graph", "analyze", option],
      environment: ["SAP_SHELL": "bash"])
    #expect(run.output.split(separator: "\n").contains { $0 == name }, "\(run.output)\(run.errors)")
  }
}
