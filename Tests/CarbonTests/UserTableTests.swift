import Foundation
import Quantities
import TestSupport
import Testing

@testable import Carbon

/// Tables that users write: power over time, intensity by hour, intensity by region.
@Suite struct UserTableTests {
  /// 1 W for 2 s, then a ramp to 3 W in 2 s: 2 + 4 J over 4 s.
  @Test func aProfileIsIntegrated() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("watts.csv", "time_s,power_W\n10,1\n12,1\n14,3\n".utf8)
    let path = try folder.file(
      "use.yaml", "powerProfile: {file: watts.csv, inferences: 1}".utf8)
    let deployment = try Deployment(contentsOf: path)
    #expect(deployment.powerProfile?.periodS == 4 && deployment.powerProfile?.meanW == 1.5)
    #expect(deployment.inferencesEachDay == 21_600)
  }

  static let wrongProfiles: [(String, String)] = [
    ("time_s,power_W\n0,1\n", "fewer than two rows"),
    ("time_s,power_W\n0,1\n0,1\n", "row 3, column 'time_s': 0, expected more than 0"),
    ("time_s,power_W\n0,1\n1,x\n", "row 3, column 'power_W': 'x', expected a number from 0"),
    ("time_s,power_W\n0,1\n1,\n", "row 3, column 'power_W': is empty"),
    ("time_s,power_w\n0,1\n", "column 'power_w' is not known, expected time_s, power_W; did you"),
    ("time_s\n0\n", "column 'power_W' is missing"),
    ("", "is empty"),
  ]

  @Test(arguments: wrongProfiles) func aWrongProfileIsRefused(text: String, says: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("watts.csv", text.utf8)
    let path = try folder.file("use.yaml", "powerProfile: {file: watts.csv}".utf8)
    let error = #expect(throws: Problem.self) { try Deployment(contentsOf: path) }
    let answer = error?.description ?? ""
    #expect(answer.contains("watts.csv: ") && answer.contains(says), "\(answer)")
  }

  /// Two days: the hours 0 to 11 have 100 and 300 g/kWh, the others 400; load by day alone doubles it.
  @Test func hoursOfManyDaysAreAveraged() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<48).map { hour in
      "\(hour % 24),\(hour % 24 < 12 ? (hour < 24 ? 100 : 300) : 400)"
    }
    _ = try folder.file("hours.csv", (["hour,gCO2e_per_kWh"] + rows).joined(separator: "\n").utf8)
    let path = try folder.file("use.yaml", "hourlyProfile: {file: hours.csv}".utf8)
    let deployment = try Deployment(contentsOf: path)
    #expect(
      deployment.hourlyProfile?.intensity
        == Array(repeating: 200, count: 12) + Array(repeating: 400, count: 12))

    _ = try folder.file("hours.csv", "hour,gCO2e_per_kWh\n0,1\n".utf8)
    let error = #expect(throws: Problem.self) { try Deployment(contentsOf: path) }
    #expect(error?.description.contains("has no row of hour 1") == true)
  }

  @Test func aGridTableIsLookedUp() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      "grid.csv",
      "code,name,gCO2e_per_kWh,year,low,high,kind\nDE,Germany,350,2026,300,420,\nX,,90,,,,marginal\n"
        .utf8)
    let table = try GridTable(contentsOf: path)
    let germany = try table.row("DE")
    #expect(germany.name == "Germany" && germany.year == 2026 && germany.kind == nil)
    #expect(germany.intensity.low == 300 && germany.intensity.high == 420)
    let other = try table.row("X")
    #expect(other.name == "X" && other.intensity.value == 90)
    #expect(other.year == nil && other.kind == .marginal)
    // No error is stated: that of the built-in table.
    #expect(abs(other.intensity.low - 81) < 1e-12 && abs(other.intensity.high - 99) < 1e-12)
    let error = #expect(throws: Problem.self) { try table.row("DEE") }
    #expect(error?.description.contains("did you mean 'DE'") == true)
  }

  /// The region of a deployment's file is one of the table, with all that the table says of it.
  @Test func aFilesRegionIsLookedUpInTheTable() throws {
    let folder = try TemporaryFolder()
    let table = try GridTable(
      contentsOf: folder.file(
        "grid.csv", "code,gCO2e_per_kWh,year,kind\nplant,90,2021,marginal\n".utf8))
    let path = try folder.file("use.yaml", "region: plant".utf8)
    let deployment = try Deployment(contentsOf: path, grid: table)
    #expect(deployment.region == nil && deployment.intensity?.value == 90)
    #expect(deployment.intensityYear == 2021 && deployment.intensityKind == .marginal)
    #expect(throws: Problem.self) { try Deployment(contentsOf: path) }
    _ = try folder.file("use.yaml", "region: plant\nintensity: 100".utf8)
    let error = #expect(throws: Problem.self) { try Deployment(contentsOf: path, grid: table) }
    #expect(error?.description.contains("both state the grid intensity") == true)
  }

  @Test(arguments: ["intensityName: x", "intensityKind: average", "intensityYear: 2024"])
  func factsOfAnIntensityNeedOne(line: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("use.yaml", line.utf8)
    let error = #expect(throws: Problem.self) { try Deployment(contentsOf: path) }
    #expect(error?.description.contains("without intensity; expected both") == true)
  }

  /// However far the two rows of a code are apart.
  @Test func aGridOfManyRowsHasEachCodeOnce() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<2000).map { "c\($0),\($0)" }
    let text = (["code,gCO2e_per_kWh"] + rows).joined(separator: "\n")
    let table = try GridTable(contentsOf: folder.file("grid.csv", text.utf8))
    #expect(table.rows.count == 2000)
    #expect(try table.row("c1999").intensity.value == 1999)
    let path = try folder.file("twice.csv", (text + "\nc0,1\n").utf8)
    let error = #expect(throws: Problem.self) { try GridTable(contentsOf: path) }
    let answer = error?.description ?? ""
    #expect(answer.contains("row 2002, column 'code': 'c0', expected each code"), "\(answer)")
  }

  static let wrongGrids: [(String, String)] = [
    (
      "code,gCO2e_per_kWh\nDE,-1\n", "row 2, column 'gCO2e_per_kWh': '-1', expected a number from 0"
    ),
    ("code,gCO2e_per_kWh\nDE,1\nDE,2\n", "row 3, column 'code': 'DE', expected each code once"),
    ("code,gCO2e_per_kWh\n,1\n", "row 2, column 'code': '', expected the code of a region"),
    ("code,gCO2e_per_kWh,low\nDE,1,2\n", "row 2, column 'low': '2', expected at most 1"),
    ("code,gCO2e_per_kWh,high\nDE,2,1\n", "row 2, column 'high': '1', expected at least 2"),
    ("code,gCO2e_per_kWh\n\n\nDE,1\n\nX,-1\n", "row 6, column 'gCO2e_per_kWh': '-1'"),
    ("code,gCO2e_per_kWh,year\nDE,1,2024.5\n", "column 'year': '2024.5', expected a whole number"),
    ("code,gCO2e_per_kWh,kind\nDE,2,peak\n", "column 'kind': 'peak', expected average or marginal"),
    ("code,grams\nDE,1\n", "column 'grams' is not known"),
    ("code,gCO2e_per_kWh\nDE,1,2\n", "row 2 has 3 fields, expected 2"),
  ]

  @Test(arguments: wrongGrids) func aWrongGridIsRefused(text: String, says: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("grid.csv", text.utf8)
    let error = #expect(throws: Problem.self) { try GridTable(contentsOf: path) }
    let answer = error?.description ?? ""
    #expect(answer.hasPrefix(path) && answer.contains(says), "\(answer)")
  }
}
