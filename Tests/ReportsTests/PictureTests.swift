import Testing

@testable import Reports

@Suite struct GraphLayoutTests {
  @Test func aChainIsAColumn() {
    let layout = GraphLayout(nodes: 4, [(0, 1), (1, 2), (2, 3)])
    #expect(layout.row == [0, 1, 2, 3])
    #expect(Set(layout.x).count == 1)
    #expect(layout.edges.allSatisfy { $0.bends.isEmpty })
  }

  /// A residual block: the edge around it passes each row beside the nodes in it.
  @Test func aSkipGoesAroundWhatItSkips() throws {
    let layout = GraphLayout(nodes: 4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    let skip = try #require(layout.edges.first { $0.from == 0 && $0.to == 3 })
    #expect(skip.bends.count == 2)
    for (bend, node) in zip(skip.bends, [1, 2]) {
      #expect(abs(bend - layout.x[node]) > 0.5, "bend at \(bend), node at \(layout.x[node])")
    }
  }

  @Test func nodesOfARowDoNotOverlap() {
    // Eight branches that join, and constants that only the last reads.
    let branches = (1...8).flatMap { [(0, $0), ($0, 9)] }
    let layout = GraphLayout(nodes: 13, branches + [(10, 12), (11, 12), (9, 12)])
    for row in Set(layout.row) {
      let places = layout.row.indices.filter { layout.row[$0] == row }.map { layout.x[$0] }.sorted()
      for (left, right) in zip(places, places.dropFirst()) { #expect(right - left >= 1) }
    }
    #expect(layout.row[10] == layout.row[12] - 1)
    #expect((layout.x.min() ?? 0) >= 0.5)
  }

  @Test func oddGraphs() {
    #expect(GraphLayout(nodes: 0, []).row.isEmpty)
    #expect(GraphLayout(nodes: 2, [(1, 0), (0, 0), (0, 1), (0, 1)]).edges.count == 1)
  }

  /// A value that every later layer reads makes as many bends as the square of the layers; past a
  /// budget, edges are drawn straight.
  @Test func bendsAreLimited() {
    let count = 2000
    let pairs = (1..<count).flatMap { [($0 - 1, $0), (0, $0)] }
    let layout = GraphLayout(nodes: count, pairs)
    #expect(layout.edges.map(\.bends.count).reduce(0, +) <= 4 * count + 1000)
  }
}

@Suite struct EscapingTests {
  /// A mark that joins a character hides it from comparisons of what people see.
  @Test(arguments: [
    ("a<b", "a&lt;b"), ("\u{600}<", "\u{600}&lt;"), ("<\u{301}", "&lt;\u{301}"), ("plain", "plain"),
    ("\u{600}\"&", "\u{600}&quot;&amp;"), ("\u{1B}[1m\u{202E}", "\u{FFFD}[1m\u{FFFD}"),
  ])
  func markup(text: String, escaped: String) {
    #expect(Array(Markup.escaped(text).unicodeScalars) == Array(escaped.unicodeScalars))
  }

  @Test func tables() {
    let lines = Markdown.table(["a"], alignments: [.left], [["\u{600}|"]])
    #expect(lines[2].unicodeScalars.count { $0 == "|" } == 3)
    #expect(lines[2].unicodeScalars.contains("\\"))
  }
}

@Suite struct AxisTests {
  @Test(arguments: [
    (12.0, 15.0, 4), (100, 100, 6), (0.7, 0.8, 5), (0, 1, 6), (1e-9, 1e-9, 6),
  ])
  func linear(largest: Double, high: Double, ticks: Int) {
    let axis = Axis(upTo: largest, start: 0, end: 100)
    #expect(abs(axis.high - high) < 1e-12 * max(1, high))
    #expect(axis.ticks.count == ticks)
    #expect(axis.place(axis.high / 2) == 50)
    #expect(axis.place(10 * axis.high) == 100)
  }

  @Test func logarithmic() {
    let axis = Axis(decadesAround: [3, 4000, 0], start: 100, end: 0)
    #expect(axis.ticks == [1, 10, 100, 1000, 10_000])
    #expect(abs(axis.place(100) - 50) < 1e-9)
    #expect(axis.place(0) == 100)
  }

  @Test func labels() {
    #expect(Axis.label(500, "B") == "500 B")
    #expect(Axis.label(2500, "") == "2.5 k")
    #expect(Axis.label(0.1, "") == "0.1")
    #expect(Axis.label(0.0002, "J") == "200 µJ")
  }
}
