import Quantities
import Testing

@testable import Documents

/// Tables and names of strangers, of which no search takes the square.
@Suite struct TableLimitTests {
  private static func header(_ columns: Int) -> String {
    (1...columns).map { "c\($0)" }.joined(separator: ",")
  }

  static let cases: [(String, String?)] = [
    (header(256) + "\n", nil),
    (header(257) + "\n", "t.csv: has 257 columns, expected at most 256"),
    (header(50_000) + "\n", "t.csv: has 50,000 columns, expected at most 256"),
    // Many columns of one name are too many first.
    (String(repeating: ",", count: 300), "t.csv: has 301 columns, expected at most 256"),
    (header(200) + ",c7\n", "t.csv: column 'c7' is there twice, expected once"),
    ("a, a\n1,2\n", "t.csv: column 'a' is there twice, expected once"),
    ("a,b\n1,\"2\n", "t.csv: a quote is not closed"),
    ("\"a", "t.csv: a quote is not closed"),
    ("a,b\n1,2,3\n", "t.csv: row 2 has 3 fields, expected 2"),
    ("\n \n\n", nil),
  ]

  @Test(arguments: cases) func isReadOrRefused(text: String, error: String?) {
    var found: String?
    do throws(Problem) { _ = try CSVTable(text, named: "t.csv") } catch { found = "\(error)" }
    #expect(found == error)
  }

  @Test func rowsAreOfTheirFields() throws {
    let table = try CSVTable("a,b\n1,2\n\n,4\n 5 ,\"6\"", named: "t.csv")
    #expect(table.rows.count == 3 && table.rows.indices == 0..<3 && table.numbers == [2, 4, 5])
    #expect(table.rows.map { Array($0.values) } == [["1", "2"], ["", "4"], ["5", "6"]])
    #expect(table.rows[2]["b"] == "6" && table.rows[0]["c"] == nil)
    #expect(try CSVTable("a\n", named: "t.csv").rows.isEmpty)
  }

  /// A name is compared with so many known ones that it takes tenths of a second, and with no more.
  @Test func namesAreComparedWithAsManyAsIsQuick() {
    func known(_ count: Int) -> [String] {
      (0..<count).map { String(repeating: "a", count: 94) + String(1_000_000 + $0).dropFirst() }
    }
    let name = String(repeating: "a", count: 94) + "00000x"
    #expect(Suggestion.nearest(to: name, among: known(10)).count == 3)
    #expect(Suggestion.isQuick([name], among: known(2000)))
    #expect(!Suggestion.isQuick([name], among: known(2001)))
    #expect(Suggestion.nearest(to: name, among: known(2001)).isEmpty)
    #expect(!Suggestion.isQuick(known(50), among: known(50)))
  }
}
