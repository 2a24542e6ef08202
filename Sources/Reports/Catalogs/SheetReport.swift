package import Carbon
import Quantities

/// What `products new` answers with: the carbon of a new spec sheet, and what it rests on.
package struct SheetReport {
  /// The lines of it.
  package var text: String

  /// - Parameters:
  ///   - path: The file of the sheet.
  ///   - flags: The flags that state keys of a sheet.
  package init(_ product: Product, at path: String, flags: [String: String]) {
    let embodied = EmbodiedCarbon(product)
    var lines = ["\(path): \(printable(product.title))"]
    if let total = embodied.total {
      lines.append(
        "  \(engineering(total.value, unit: "g"))CO2e to make, ship and dispose of, "
          + "\(total.ends(unit: "g")) (nine of ten products)")
    }
    guard let sensitivity = product.specSheet.map(SheetSensitivity.init) else {
      text = lines.joined(separator: "\n") + "\n"
      return
    }
    let leftOut = sensitivity.bars.filter(\.isLeftOut)
    if !leftOut.isEmpty {
      lines += ["", "Left out, so taken as products of the kind have it:"]
      lines += leftOut.map { "  \($0.assumption): \($0.assumed)" }
    }
    lines += ["", "What each assumption does to the carbon, the largest first:"]
    var table = TextTable(columns: [
      .init(title: "assumption", alignment: .left), .init(title: "assumed", alignment: .left),
      .init(title: "carbon", alignment: .right), .init(title: "stated by", alignment: .left),
    ])
    table.rows = sensitivity.bars.prefix(Self.shown).map { bar in
      let ends = [bar.atFrom, bar.atTo].sorted().map { number in
        let percent = 100 * (number / sensitivity.base - 1)
        return (percent < 0 ? "" : "+") + fixed(percent, decimals: 0) + " %"
      }
      return [
        bar.assumption, bar.assumed, ends.joined(separator: " to "),
        bar.key.map { flags[$0] ?? $0 } ?? "a list of parts",
      ]
    }
    lines += table.lines(in: TextLayout(width: 120, isColoured: false))
    let facts = sensitivity.keysThatNarrow.map { flags[$0] ?? "\($0) in the file" }
    if product.specSheet?.sort == nil {
      lines += ["", "Without a kind nothing is taken for what is left out; --kind states one."]
    }
    lines += [
      "", "These facts would narrow it most: \(facts.joined(separator: ", "))",
      "Next: iotco2-graph footprint MODEL --device DEVICE --product \(path)",
    ]
    text = lines.joined(separator: "\n") + "\n"
  }

  private static let shown = 10
}
