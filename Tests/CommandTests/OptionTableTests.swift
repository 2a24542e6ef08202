import Foundation
import TestSupport
import Testing

/// Commands x options x forms: what one command takes, every command like it takes.
@Suite struct OptionTableTests {
  private static let model = "Fixtures/tflite/ds_cnn_int8.tflite"
  private static let device = ["--device", "stm32l4r5"]

  /// The commands that take models, with what each of them needs besides.
  static let modelCommands: [[String]] = [
    ["analyze", model], ["inspect", model], ["hotspots", model],
    ["footprint", model] + device, ["compare", model] + device, ["diff", model, model],
    ["check", model, "--policy", "Fixtures/policies/keyword_spotter.yaml"], ["scan", model],
  ]

  /// Options that each of them takes, as many in one run as do not exclude each other; the model has
  /// one input, and its signature is the default.
  static let options: [[String]] = [
    [
      "--device", "raspberry-pi-4", "--runtime", "tflite", "--signature", "serving_default",
      "--batch", "1", "--maxima", "--strict", "--no-config",
    ],
    ["--device", "raspberry-pi-4", "--stack", "tflite"], ["--original", model], ["--bind", "x=4"],
  ]

  @Test(arguments: modelCommands, options)
  func takesTheOptions(command: [String], options: [String]) throws {
    // A command that takes one device cannot take it twice.
    let command =
      options[0] == "--device" ? Array(command.filter { !Self.device.contains($0) }) : command
    let run = try Command(command + options)
    // What the model does not have is reported in one line; an unknown option is not.
    #expect(!run.errors.contains("Unknown option"), "\(run.errors)")
    #expect([0, 1, 2].contains(run.status), "\(run.errors)")
    if run.status == 2 { #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)") }
  }

  /// Every command that answers with a report.
  static let reportCommands: [[String]] =
    modelCommands + [
      ["devices", "list"], ["devices", "list", "--runtimes"], ["regions", "list"],
      ["regions", "show", "DE"], ["products", "list"], ["products", "show", "pico"],
      ["products", "parts"],
    ]

  @Test(arguments: reportCommands, ["text", "json", "csv", "markdown"])
  func writesTheForm(command: [String], form: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "report").path
    let run = try Command(command + ["--format", form, "--output", path])
    #expect([0, 1].contains(run.status), "\(run.errors)")
    #expect(run.output.isEmpty)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    switch form {
    case "json": _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
    case "csv":
      let widths = Set(lines.map { Self.fields(String($0)) })
      #expect(lines.count > 1 && widths.count == 1, "\(widths)")
    case "markdown": #expect(lines.contains { $0.hasPrefix("|---") })
    default: #expect(lines.allSatisfy { $0.count <= 120 })
    }
  }

  /// How many fields a line of CSV has; no field of these reports has a line end.
  private static func fields(_ line: String) -> Int {
    var count = 1
    var isQuoted = false
    for character in line {
      if character == "\"" { isQuoted.toggle() }
      if character == ",", !isQuoted { count += 1 }
    }
    return count
  }

  /// Commands whose answer is no report still write it to the stated file.
  @Test(arguments: [
    ["devices", "show", "rp2040"], ["schema", "policy"], ["operators"], ["terms", model],
  ])
  func writesToAFile(command: [String]) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "answer").path
    let run = try Command(command + ["--output", path])
    #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
    #expect(try !String(contentsOfFile: path, encoding: .utf8).isEmpty)
  }

  @Test func refusesAFormThatACommandHasNot() throws {
    let run = try Command(["inspect", Self.model, "--format", "sarif"])
    #expect(run.status == 2)
    #expect(run.errors.contains("text, json, csv, markdown") || run.errors.contains("'text'"))
  }
}
