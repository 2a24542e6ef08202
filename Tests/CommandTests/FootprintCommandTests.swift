import Foundation
import TestSupport
import Testing

private let model = "Fixtures/tflite/ds_cnn_int8.tflite"
private let spotter = [
  "footprint", model, "--device", "stm32l4r5", "--deployment",
  "Fixtures/carbon/keyword_spotter.yaml",
  "--product", "Fixtures/carbon/keyword_spotter_product.yaml",
]

@Suite struct FootprintCommandTests {
  private func number(_ path: [String], in report: [String: Any]) throws -> Double {
    var value: Any = report
    for key in path {
      value = try #require((value as? [String: Any])?[key], "\(path): \(key)")
    }
    return try #require(value as? Double, "\(path)")
  }

  @Test func stagesBlocksAndInferencesAgree() throws {
    let report = try Command(spotter + ["--format", "json"]).json()
    let life = try #require(report["life"] as? [String: Any])
    let inferences = try number(["inferences"], in: life)
    #expect(abs(inferences - 8640 * 365.25 * 5) < 1)
    let total = try number(["total", "value"], in: life)
    let stages = try #require(life["stages"] as? [[String: Any]])
    let sum = try stages.map { try number(["carbon", "value"], in: $0) }.reduce(0, +)
    #expect(abs(sum - total) < 1e-6 * total)
    let shares = try stages.map { try number(["share"], in: $0) }.reduce(0, +)
    #expect(abs(shares - 1) < 1e-9)
    #expect(
      abs(try number(["perInference", "total", "value"], in: report) * inferences - total)
        < 1e-6 * total)
    let fleet = try number(["fleet", "total", "value"], in: life)
    #expect(abs(fleet - 10_000 * total) < 1e-3 * fleet)
    // Primary batteries: no electricity of the grid, and more than the first set.
    #expect(try number(["perInference", "operational", "value"], in: report) == 0)
    #expect(try number(["batterySets", "value"], in: life) > 1)
  }

  /// Paths of two models may be alike up to their ends.
  @Test func changesOfModelsAreToldApart() throws {
    let folder = try TemporaryFolder()
    let start = String(repeating: "long-", count: 12)
    let bytes = try Array(
      Data(contentsOf: URL(filePath: Paths.fixture("tflite/ds_cnn_int8.tflite"))))
    var command = ["footprint", model, "--device", "rp2040", "--inferences-per-day", "100"]
    for name in ["first", "second"] {
      command += ["--what-if", "model=" + (try folder.file("\(start)\(name).tflite", bytes))]
    }
    let run = try Command(command)
    #expect(run.status == 0, "\(run.errors)")
    let rows = run.output.split(separator: "\n").filter { $0.hasPrefix("  …") }
    #expect(rows.map { $0.contains("first.tflite") } == [true, false], "\(run.output)")
    #expect(rows.map { $0.contains("second.tflite") } == [false, true])
  }

  @Test func theScoreIsItsParts() throws {
    let arguments = [
      "footprint", model, "--device", "rp2040", "--inferences-per-day", "1000", "--region", "DE",
      "--format", "json",
    ]
    let report = try Command(arguments).json()
    let sci = try #require((report["perInference"] as? [String: Any])?["sci"] as? [String: Any])
    let energy = try number(["energyKilowattHours"], in: sci)
    let expected =
      energy * (try number(["intensity"], in: sci)) + (try number(["embodied"], in: sci))
    let score = try number(["score", "value"], in: sci)
    #expect(abs(score - expected) < 1e-12)
  }

  @Test func flagsWinOverTheFile() throws {
    let report = try Command(
      spotter + [
        "--format", "json", "--lifetime", "2", "--region", "FR", "--power", "mains",
        "--inferences-per-day", "10",
      ]
    ).json()
    #expect(try number(["life", "years"], in: report) == 2)
    #expect(try number(["life", "inferences"], in: report) == 10 * 730.5)
    let electricity = try #require(report["electricity"] as? [String: Any])
    #expect(electricity["region"] as? String == "FR")
    #expect(try number(["perInference", "operational", "value"], in: report) > 0)
  }

  @Test func aPastUseHasItsOwnYears() throws {
    let report = try Command(
      "footprint", model, "--device", "raspberry-pi-4", "--deployment",
      "Fixtures/carbon/mains_camera.yaml", "--format", "json"
    ).json()
    let years = try #require((report["life"] as? [String: Any])?["yearly"] as? [[String: Any]])
    #expect(years.map { $0["year"] as? Int } == [2021, 2022, 2023, 2024, 2025])
    #expect(years.last?["fraction"] as? Double == 0.5)
    let intensities = try years.map { try number(["intensity", "value"], in: $0) }
    #expect(Set(intensities).count > 2)
  }

  @Test func changesAreComputedAnew() throws {
    let arguments = [
      "footprint", model, "--device", "rp2040", "--inferences-per-day", "1000", "--what-if",
      "lifetime=8", "--what-if", "region=FR,lifetime=8", "--what-if",
      "model=Fixtures/tflite/ds_cnn_float32.tflite", "--what-if", "inferences-per-day=1e9",
      "--format", "json",
    ]
    let rows = try #require(try Command(arguments).json()["whatIf"] as? [[String: Any]])
    #expect(rows.count == 4)
    let longer = try Command(
      "footprint", model, "--device", "rp2040", "--inferences-per-day", "1000", "--lifetime", "8",
      "--format", "json"
    ).json()
    #expect(
      try number(["perInference", "value"], in: rows[0])
        == number(["perInference", "total", "value"], in: longer))
    #expect(try number(["relativeChange"], in: rows[0]) < 0)
    #expect(try number(["relativeChange"], in: rows[2]) > 0)
    // More inferences than a day has room for are no number but a reason.
    #expect((rows[3]["problem"] as? String)?.contains("days of compute") == true)
  }

  private static let grid = ["--grid", "Fixtures/carbon/own_grid.csv", "--region"]
  private static let use = [
    "footprint", model, "--device", "rp2040", "--inferences-per-day", "1000",
  ]

  /// A table of the user's own is the one in which changes look regions up, too.
  @Test func changesLookUpTheUsersTable() throws {
    let rows = try #require(
      try Command(
        Self.use + Self.grid + [
          "DE", "--what-if", "region=DE-night", "--what-if", "usual", "--format", "json",
        ]
      ).json()["whatIf"] as? [[String: Any]])
    let night = try Command(Self.use + Self.grid + ["DE-night", "--format", "json"]).json()
    #expect(
      try number(["perInference", "value"], in: rows[0])
        == number(["perInference", "total", "value"], in: night))
    #expect(
      (rows[0]["warnings"] as? [String])?.contains { $0.contains("intensity is marginal") } == true)
    #expect(rows.compactMap { $0["change"] as? String }.contains("region=DE"))
    #expect(rows.allSatisfy { $0["problem"] == nil || $0["problem"] is NSNull })
    // What is not in the table is a region of the built-in one, and that is said.
    let others = try #require(
      try Command(Self.use + Self.grid + ["DE", "--what-if", "region=SE", "--format", "json"])
        .json()["whatIf"] as? [[String: Any]])
    #expect(
      others[0]["warnings"] as? [String] == [
        "'SE' is not in Fixtures/carbon/own_grid.csv, so its built-in intensity is taken"
      ])
    let unknown = try Command(Self.use + Self.grid + ["DE", "--what-if", "region=XX"])
    #expect(unknown.status == 2 && unknown.errors.contains("region 'XX' is not known"))
  }

  /// The year of a table counts: 2026 is more than three years before 2030.
  @Test func anOldRowOfATableIsAWarning() throws {
    let arguments = Self.use + Self.grid + ["DE", "--start-year"]
    func words(_ year: String) throws -> String {
      try Command(arguments + [year]).output.split { $0.isWhitespace }.joined(separator: " ")
    }
    #expect(
      try words("2030").contains("the stated carbon intensity of Germany is from 2026, more than"))
    #expect(try !words("2029").contains("more than three years"))
  }

  /// Every form says whether the grid's intensity is an average or a marginal one.
  @Test(arguments: [
    "text", "json", "csv", "markdown", "html", "sci", "cyclonedx", "spdx", "impact-framework",
    "pact",
  ])
  func everyFormNamesTheKindOfIntensity(form: String) throws {
    let publisher = [
      "--company", "Example", "--company-id", "urn:example:1", "--standard", "ISO14067",
    ]
    for (region, kind, other) in [("DE", "average", "marginal"), ("DE-night", "marginal", nil)] {
      let run = try Command(
        Self.use + Self.grid + [region, "--product", "archetype-smart-speaker", "--format", form]
          + (form == "pact" ? publisher : []))
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains(kind), "\(form) \(region)")
      if let other { #expect(!run.output.contains(other), "\(form) \(region)") }
    }
  }

  /// An inference hears two seconds of audio: the score is half of its carbon.
  @Test func theFunctionalUnitIsInEveryForm() throws {
    let arguments = [
      "footprint", model, "--device", "esp32-s3", "--deployment",
      "Fixtures/carbon/measured_sensor.yaml", "--product",
      "Fixtures/carbon/keyword_spotter_product.yaml", "--format",
    ]
    let says = [
      "text": "SCI per second of audio", "markdown": "SCI per second of audio",
      "html": "SCI per second of audio", "csv": "\nscore,second of audio,",
      "sci": "one second of audio",
      "cyclonedx": "\"one second of audio\"", "spdx": "an inference is 2 seconds of audio, each ",
      "impact-framework": "functional-unit: seconds-of-audio",
      "huggingface": "a million inferences of 2 seconds of audio each",
    ]
    for (form, words) in says {
      #expect(try Command(arguments + [form]).output.contains(words), "\(form)")
    }
    let report = try Command(arguments + ["json"]).json()
    let total = try number(["perInference", "total", "value"], in: report)
    let score = try number(["perInference", "sci", "score", "value"], in: report)
    #expect(abs(score - total / 2) < 1e-12 * total)
  }

  /// A table of hours, from the file to the report: 200 g/kWh in the first half of the day and 400 in the second, all
  /// use in the first, is two thirds of 300.
  @Test func aTableOfHoursIsUsed() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<24).map { "\($0),\($0 < 12 ? 200 : 400)" }
    _ = try folder.file("hours.csv", (["hour,gCO2e_per_kWh"] + rows).joined(separator: "\n").utf8)
    let load = ((0..<24).map { $0 < 12 ? "1" : "0" }).joined(separator: ", ")
    let file = try folder.file(
      "d.yaml",
      "{intensity: 300, inferencesPerDay: 10, hourlyProfile: {file: hours.csv, load: [\(load)]}}"
        .utf8)
    let report = try Command(
      "footprint", model, "--device", "rp2040", "--deployment", file, "--format", "json"
    ).json()
    #expect(abs(try number(["electricity", "intensity", "value"], in: report) - 200) < 1e-9)
    #expect(abs(try number(["electricity", "hourlyFactor"], in: report) - 2.0 / 3) < 1e-12)
    let text = try Command("footprint", model, "--device", "rp2040", "--deployment", file).output
    #expect(text.contains("Hours of use: 0.67 times the mean intensity, included"), "\(text)")
  }

  /// A microwatt over ten seconds is less than any inference takes.
  @Test func aProfileBelowItsInferencesIsAWarning() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("d.yaml", "powerProfile: {periodS: 10, meanW: 1e-6}".utf8)
    let run = try Command("footprint", model, "--device", "esp32-s3", "--deployment", file)
    #expect(run.status == 0, "\(run.errors)")
    let words = run.output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("the power profile has 10.0 µJ in a period, less than the"), "\(words)")
    #expect(words.contains("predicted for its 1 inference alone"), "\(words)")
    #expect(words.contains("measured at the board"), "\(words)")
  }

  /// Inputs that a reviewer found to end in a trap or in numbers that are none.
  @Test(arguments: [
    ["--deployment", "{intensity: {value: 0, high: 100}, inferencesPerDay: 10}"],
    ["--deployment", "{inferencesPerDay: 0}"],
    [
      "--deployment",
      "{dutyCycle: {periodS: 10, inferences: 0}, wakeEnergyJ: {value: 1, low: 0, high: 2}}",
    ],
    ["--deployment", "{region: LA, gridTrend: recent, lifetimeYears: 1000, inferencesPerDay: 1}"],
    [
      "--deployment",
      "{power: {kind: primary, battery: battery-cr2032}, inferencesPerDay: 10, idlePowerW: 1}",
    ],
  ])
  func unusualDeploymentsHaveNumbers(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("d.yaml", Array(arguments[1].utf8))
    for form in ["text", "json", "cyclonedx", "spdx", "sci", "markdown", "csv"] {
      let run = try Command(
        [
          "footprint", model, "--device", "rp2040", arguments[0], file, "--tornado", "--what-if",
          "usual", "--format", form,
        ], environment: ["COLUMNS": "140"])
      #expect(run.status == 0, "\(form): \(run.errors)")
      #expect(!run.output.contains(/\b(inf|nan)\b/), "\(form)")
    }
  }

  @Test func anEpochOfZeroIsNoYear() throws {
    let run = try Command(
      ["footprint", model, "--device", "rp2040"], environment: ["SOURCE_DATE_EPOCH": "0"])
    #expect(run.status == 0)
  }

  @Test func aProductOfOnesOwnStaysWhenTheDeviceChanges() throws {
    let rows = try #require(
      try Command(
        "footprint", model, "--device", "rp2040", "--product", "archetype-smart-speaker",
        "--inferences-per-day", "10", "--what-if", "device=esp32-s3", "--what-if",
        "device=esp32-s3,product=archetype-smart-speaker", "--what-if",
        "product=archetype-smart-speaker,device=esp32-s3", "--format", "json"
      ).json()["whatIf"] as? [[String: Any]])
    let totals = try rows.map { try number(["perInference", "value"], in: $0) }
    #expect(Set(totals).count == 1)
  }

  static let wrong: [([String], String)] = [
    (["footprint", model], "footprint needs --device"),
    (
      ["footprint", model, "--device", "rp2040", "--what-if", "lifetime=1,lifetime=2"],
      "has 'lifetime' twice"
    ),
    (["footprint", model, "--device", "rp2040", "--what-if", ","], "expected a change"),
    (["analyze", model, "--lifetime", "3"], "--lifetime needs --device"),
    (
      ["footprint", model, "--device", "rp2040", "--what-if", "colour=red"],
      "change 'colour=red', expected 'usual' or key=value with a key of: lifetime, region"
    ),
    (
      ["footprint", model, "--device", "rp2040", "--product", "teapot"],
      "product 'teapot' is not known, expected an identifier from 'iotco2-graph products'"
    ),
    (
      ["footprint", model, "--device", "rp2040", "--product", "nowhere.yaml"],
      "nowhere.yaml: cannot be read, expected a file in YAML or JSON"
    ),
    (
      ["footprint", model, "--device", "rp2040", "--deployment", "README.md"],
      "README.md:"
    ),
    (
      ["footprint", model, "--device", "rp2040", "--region", "DE", "--intensity", "3"],
      "--region and --intensity cannot be used together"
    ),
    (
      ["footprint", model, "--device", "rp2040", "--inferences-per-day", "1e9"],
      "1000000000 inferences a day need"
    ),
    (
      ["footprint", model, "--device", "rp2040", "--power", "primary"],
      "--power primary needs a battery: write power.battery"
    ),
    (["analyze", model, "--product", "pico"], "--product needs --device"),
    (
      ["footprint", model, "--device", "rp2040", "--format", "pact"],
      "expected a company, its identifier and a standard"
    ),
  ]

  @Test(arguments: wrong) func saysWhatIsWrong(arguments: [String], expected: String) throws {
    let run = try Command(arguments)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(expected), "\(run.errors)")
  }

  @Test func everyFormHasTheSameNumbers() throws {
    let report = try Command(spotter + ["--format", "json"]).json()
    let total = try number(["perInference", "total", "value"], in: report)
    // Forms write exponents each in its way; the digits are the same.
    let digits = "\(total)".split(separator: "e")[0].filter { "123456789".contains($0) }.prefix(8)
    for form in ["sci", "cyclonedx", "csv"] {
      let text = try Command(spotter + ["--format", form]).output.filter { !"0.".contains($0) }
      #expect(text.contains(digits), "\(form)")
    }
    let markdown = try Command(spotter + ["--format", "markdown"]).output
    #expect(markdown.contains("| total carbon (SCI) |"))
  }
}

@Suite struct ProductCommandTests {
  @Test func listsEveryProduct() throws {
    let text = try Command("products").output
    for name in ["pico", "raspberry-pi-5", "jetson-nano-devkit", "archetype-smart-watch"] {
      #expect(text.contains(name))
    }
  }

  @Test(arguments: ["keyword_spotter_product", "doorbell_sheet"]) func validates(file: String)
    throws
  {
    let run = try Command("products", "validate", "Fixtures/carbon/\(file).yaml")
    #expect(run.status == 0)
    #expect(run.output.contains("a valid product"))
  }

  @Test func refusesAFileThatIsNone() throws {
    let run = try Command("products", "validate", "Fixtures/carbon/mains_camera.yaml")
    #expect(run.status == 2)
    #expect(run.errors.contains("Fixtures/carbon/mains_camera.yaml:"))
  }

  @Test func tableHasTotalStagesAndItems() throws {
    let csv = try Command("products", "show", "pico", "pico-2", "--format", "csv").output
    let rows = csv.split(separator: "\n")
    #expect(rows.filter { $0.hasPrefix("pico,total,") }.count == 1)
    #expect(rows.filter { $0.hasPrefix("pico-2,item,") }.count > 10)
  }

  @Test(arguments: ["deployment", "bom"]) func schemasAreJSON(kind: String) throws {
    let schema = try Command("schema", kind).json()
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }
}
