import Assessment
import Carbon
import Documents
import Foundation
import Quantities
import Testing

@testable import Reports

/// Rows of energy times the grid intensity are the rows of carbon, and rows add up, in every form.
@Suite struct FootprintRowsTests {
  static let uses = [
    "{}", "{inferencesPerDay: 24}", "{inferencesPerDay: 24, power: {kind: mains, noLoadPowerW: 0}}",
    "{inferencesPerDay: 24, power: {kind: primary, battery: battery-alkaline-aa}}",
    """
    {inferencesPerDay: 24, region: DE, power: {kind: rechargeable, noLoadPowerW: 0.02}, \
    radio: {technology: wifi, bytesPerInference: 100}}
    """,
    """
    {region: FR, startYear: 2020, lifetimeYears: 6.5, wakeEnergyJ: 0.01, \
    dutyCycle: {periodS: 3600, inferences: 2, activeS: 1200, idleS: 600}, idlePowerW: 0.2}
    """,
    "{inferencesPerDay: 24, attribution: resourceShare, intensity: {value: 400, low: 300, high: 450}}",
  ]

  private func document(_ device: String, _ use: String) throws -> FootprintDocument {
    var target = try AssessmentTarget(device: device, startYear: 2026)
    target.deployment = try Document<Deployment>(Array(use.utf8), name: "use.yaml").content
    let assessment = try ModelAssessment(
      modelAt: "Fixtures/tflite/ds_cnn_int8.tflite", on: target)
    return try FootprintDocument(
      assessment, publisher: .init(company: nil, identifier: nil, standard: nil))
  }

  /// A row of energy with its carbon.
  private struct Row {
    var name: String
    var joules, grams: Double
  }

  /// - Parameter tolerance: Relative, of each product and of both sums.
  private func check(
    _ rows: [Row], _ intensity: Double, energy: Double, carbon: Double, within tolerance: Double,
    _ form: String
  ) {
    func equal(_ left: Double, _ right: Double) -> Bool {
      abs(left - right) <= tolerance * max(abs(left), abs(right))
    }
    #expect(!rows.isEmpty, "\(form)")
    for row in rows {
      #expect(equal(row.joules * intensity / 3.6e6, row.grams), "\(form): \(row)")
    }
    #expect(equal(rows.map(\.joules).reduce(0, +), energy), "\(form)")
    #expect(equal(rows.map(\.grams).reduce(0, +), carbon), "\(form)")
  }

  @Test(arguments: AssessmentTarget.devices, uses)
  func energyTimesIntensityIsCarbon(device: String, use: String) throws {
    let document = try document(device, use)
    let object = try JSONSerialization.jsonObject(with: Data(JSON.document(document).utf8))
    let report = try #require(object as? [String: Any])
    func value(_ object: Any?, _ path: String...) throws -> Double {
      var object = object
      for key in path + ["value"] { object = (object as? [String: Any])?[key] }
      return try #require(object as? Double, "\(path)")
    }
    let each = try #require(report["perInference"] as? [String: Any])
    let purposes = try #require(each["energyByPurpose"] as? [[String: Any]])
    let intensity = try value(report, "electricity", "intensity")
    let (energy, carbon) = (try value(each, "energyFromSupply"), try value(each, "operational"))
    let rows = try purposes.map {
      Row(
        name: $0["purpose"] as? String ?? "", joules: try value($0, "energy"),
        grams: try value($0, "carbon"))
    }
    check(rows, intensity, energy: energy, carbon: carbon, within: 1e-9, "json")
    if let years = (report["life"] as? [String: Any])?["yearly"] as? [[String: Any]] {
      for year in years {
        let grams = try value(year, "energy") * value(year, "intensity") / 3.6e6
        #expect(abs(grams - (try value(year, "carbon"))) <= 1e-9 * grams)
      }
    }

    let lines = document.csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    func cells(_ scope: String) -> [(name: String, value: Double)] {
      lines.filter { $0[0] == scope }.map { ($0[1], Double($0[5]) ?? .nan) }
    }
    let inference = Dictionary(cells("inference").map { ($0.name, $0.value) }) { first, _ in first }
    check(
      zip(cells("supply energy"), cells("supply carbon")).map {
        Row(name: $0.name, joules: $0.value, grams: $1.value)
      }, try #require(inference["grid intensity"]),
      energy: try #require(inference["energy from supply"]),
      carbon: try #require(inference["operational"]), within: 1e-9, "csv")

    // Three digits of each.
    for (form, text) in [
      ("text", document.text(in: TextLayout(width: 120, isColoured: false))),
      ("markdown", document.markdown),
    ] {
      let table = printed(text)
      let total = try #require(table.rows.last)
      check(
        Array(table.rows.dropLast()), table.intensity, energy: total.joules, carbon: total.grams,
        within: 0.02, form)
      #expect(abs(total.joules - energy) <= 0.01 * energy)
    }
  }

  /// The rows of the table of energy, its total last, and the intensity that its head states.
  private func printed(_ text: String) -> (intensity: Double, rows: [Row]) {
    let cells = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.replacingOccurrences(of: "|", with: "  ").components(separatedBy: "  ")
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
    let head = cells.firstIndex { $0.last?.hasPrefix("carbon at ") == true } ?? cells.endIndex
    guard head < cells.endIndex else { return (0, []) }
    let intensity = cells[head].last?.split(separator: " ")[2]
    let rows = cells[(head + 1)...].drop { $0.first?.contains("--") == true }
      .prefix { $0.count == 3 }
    return (
      intensity.flatMap { Double($0) } ?? .nan,
      rows.map {
        Row(name: $0[0], joules: number($0[1], of: "J"), grams: number($0[2], of: "gCO2e"))
      }
    )
  }

  /// The number of `1.5 mJ`.
  private func number(_ text: String, of unit: String) -> Double {
    let words = text.split(separator: " ")
    guard words.count == 2, let digits = Double(words[0]) else { return .nan }
    if words[1] == "tCO2e" { return digits * 1e6 }
    let exponents = [
      "a": -18, "f": -15, "p": -12, "n": -9, "µ": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9,
    ]
    return digits * pow(10, Double(exponents[String(words[1].dropLast(unit.count))] ?? 99))
  }
}
