import Quantities
import Testing

@testable import Reports

@Suite struct ModuleTreeTests {
  private func names(_ tree: ModuleTree) -> [String] {
    tree.groups.map { group in
      (group.parent.map { "\(tree.groups[$0].name) > " } ?? "") + group.name
    }
  }

  /// A module of one layer is that layer, and one that holds only another is one with it.
  @Test func modulesAreNested() {
    let tree = ModuleTree([
      ["net", "stem"], ["net", "body", "block1", "a"], ["net", "body", "block1", "b"],
      ["net", "body", "block1", "b"], ["net", "head", "inner"], ["net", "head", "inner"],
    ])
    #expect(names(tree) == ["body/block1", "body/block1 > b", "head/inner"])
    #expect(tree.groupOfLayer == [nil, 0, 1, 1, 2, 2])
  }

  @Test func layersWithoutModulesStayAtTheTop() {
    let tree = ModuleTree([[], ["a"], ["a"], []])
    #expect(names(tree) == ["a"])
    #expect(tree.groupOfLayer == [nil, 0, 0, nil])
  }

  @Test func blocksDivideAModelWithoutModules() {
    let tree = ModuleTree([[], [], []], blocks: [("24x24", [0, 1]), ("12x12", [2])])
    #expect(names(tree) == ["24x24"])
    #expect(tree.groupOfLayer == [0, 0, nil])
  }

  /// However many layers there are, no group holds more than a page shows.
  @Test(arguments: [0, 1, 24, 25, 5000]) func longListsAreDivided(count: Int) {
    let tree = ModuleTree([[String]](repeating: [], count: count))
    var children: [Int?: Int] = [:]
    for group in tree.groups { children[group.parent, default: 0] += 1 }
    for group in tree.groupOfLayer { children[group, default: 0] += 1 }
    #expect(tree.groupOfLayer.count == count)
    #expect(children.values.allSatisfy { $0 <= ModuleTree.mostChildren })
    #expect(tree.groups.isEmpty == (count <= ModuleTree.mostChildren))
    if count == 5000 { #expect(tree.groups[0].name == "layers 0 to 207") }
  }
}

@Suite struct HTMLTests {
  @Test func whatIsPutInIsText() {
    let name = "<b>\"&"
    #expect(("<i>\(name)</i>" as HTML).markup == "<i>&lt;b&gt;&quot;&amp;</i>")
  }

  @Test func markupIsPutInAsItIs() {
    let inner: HTML = "<b>\(1)</b>"
    let none: HTML? = nil
    #expect(("<i>\(inner)\(none)</i>" as HTML).markup == "<i><b>1</b></i>")
    #expect(("\([inner, inner])" as HTML).markup == "<b>1</b>\n<b>1</b>")
  }

  /// A long expression is cut, and opens.
  @Test func aLongValueIsCut() {
    let long = String(repeating: "1024*batch + ", count: 20)
    let tile = PageParts.tile("MACs", long, "").markup
    #expect(tile.contains("<details>") && tile.contains("…") && tile.contains(long))
    #expect(!PageParts.tile("MACs", "2656768*batch", "").markup.contains("<details>"))
  }

  @Test func dataEndNoElement() { #expect(Page.embedded("</script>") == "\\u003c/script>") }
}

@Suite struct FitVerdictTests {
  @Test(arguments: [
    (0, "0 B"), (1000, "1000 B"), (24_371, "23.8 KiB"), (2_097_152, "2 MiB"), (655_360, "640 KiB"),
  ])
  func sizesAreThoseOfDatasheets(bytes: Int, text: String) { #expect(binarySize(bytes) == text) }
}

@Suite struct LayerPlotTests {
  /// So many layers share a column that columns stay apart.
  @Test(arguments: [(1, 1), (234, 1), (235, 2), (468, 2), (469, 3), (5000, 22)])
  func manyLayersShareColumns(layers: Int, inColumn: Int) {
    #expect(LayerPlot.layersPerColumn(of: layers) == inColumn)
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
    #expect(Axis.label(2560, "B") == "2.5 KiB")
    #expect(Axis.label(2500, "") == "2.5 k")
    #expect(Axis.label(0.1, "") == "0.1")
    #expect(Axis.label(0.0002, "J") == "200 µJ")
  }
}
