import Documents
import Quantities
import DeviceProfiles
import Analysis
import HardwareMapping
import OpGraph
import Testing

@testable import Calibration

@Suite struct CSVTableTests {
  @Test func readsQuotedFields() throws {
    let table = try CSVTable("name,note\r\na,\"one, \"\"two\"\"\nthree\"\nb,\n", named: "t.csv")
    #expect(table.columns == ["name", "note"])
    #expect(table.rows.map { $0["name"] } == ["a", "b"])
    #expect(table.rows.map { $0["note"] } == ["one, \"two\"\nthree", ""])
    #expect(table.rows.map { $0["other"] } == [nil, nil])
  }

  @Test(arguments: [
    ("", "t.csv: is empty, expected a line with the names of columns"),
    ("a,b\n1\n", "t.csv: row 2 has 1 field, expected 2"),
    // Rows are those of a spreadsheet: blank lines count, line ends in quotes do not.
    ("\na,b\n\n\"x\ny\",1\r\n\r\n2\n", "t.csv: row 6 has 1 field, expected 2"),
  ])
  func saysWhatIsWrong(text: String, error: String) {
    #expect(throws: Problem(error)) { try CSVTable(text, named: "t.csv") }
  }

  @Test func numbersOfRowsCountBlankLines() throws {
    #expect(try CSVTable("a\n\n1\n2\n\n3", named: "t.csv").numbers == [3, 4, 6])
  }
}

@Suite struct MeasuredInferenceTests {
  private static func rows(_ text: String) throws -> [MeasuredInference] {
    try MeasuredInference.rows(
      of: MeasurementTable(CSVTable(text, named: "t.csv"), named: "t.csv"))
  }

  private static let header = "device,runtime,model,clock_mhz,latency_ms,energy_uj,form\n"

  @Test func unitsAreSeconds() throws {
    let row = try #require(try Self.rows(Self.header + "d,s,m.tflite,120,2.5,50,\n").first)
    #expect(row.clock == 120e6)
    #expect(row.seconds == 2.5e-3)
    #expect(row.joules.map { abs($0 - 50e-6) < 1e-15 } == true)
    // A term that is not distinguished maps to itself.
    #expect((row.core, row.family, row.network) == ("d", "s", "m.tflite"))
    #expect(row.isFitted && row.form == .processor)
  }

  @Test(arguments: [
    (header + "d,s,m,,1,,\n", "t.csv: row 2: has no device, runtime or clock_mhz"),
    (header + ",s,m,120,1,,\n", "t.csv: row 2: has no device, runtime or clock_mhz"),
    (
      header + "\nd,s,m,120,1,,cube\n",
      "t.csv: row 3: form is 'cube', expected one of "
        + CostForm.allCases.map(\.rawValue).joined(separator: ", ")
    ),
  ])
  func saysWhatIsWrong(text: String, error: String) throws {
    #expect(throws: Problem(error)) { try Self.rows(text) }
  }
}

@Suite struct TermNameTests {
  @Test(arguments: [
    ("mac:int8:pointwiseConvolution", CostTerm.mac(.int8, .kind(.pointwiseConvolution))),
    ("mac:float32:shallowConvolution", .mac(.float32, .shallowConvolution)),
    ("result:int8:depthwiseConvolution", .result(.int8, .kind(.depthwiseConvolution))),
    ("operation:pooling", .operation(.pooling)), ("kernel", .kernel),
    ("uncachedWeights", .uncachedWeights),
  ])
  func areReadAsTheyAreWritten(text: String, term: CostTerm) {
    #expect(CostTerm(rawValue: text) == term)
    #expect(term.rawValue == text)
  }

  @Test(arguments: ["", "mac:int8", "mac:int7:pooling", "operation:nothing", "kernel:1"])
  func othersAreNone(text: String) { #expect(CostTerm(rawValue: text) == nil) }
}

@Suite struct CalibrationDataTests {
  /// Every measured model has its terms, and every row a source.
  @Test func isWhole() throws {
    let (rows, terms) = try CalibrationData.load()
    #expect(rows.count == CalibrationData.measurementCount)
    #expect(rows.count > 600)
    #expect(Set(rows.map(\.model)).subtracting(terms.amounts.keys).isEmpty)
    #expect(rows.allSatisfy { !$0.source.isEmpty && ($0.isFitted || !$0.note.isEmpty) })
  }
}
