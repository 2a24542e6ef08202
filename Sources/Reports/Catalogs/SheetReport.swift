package import Carbon
import Quantities

/// What `products new` answers with: the carbon of a new spec sheet, and what it rests on.
package struct SheetReport {
  /// The lines of it.
  package var text: String

  /// - Parameter path: The file of the sheet.
  package init(_ product: Product, at path: String) {
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
        bar.assumption, bar.assumed, ends.joined(separator: " to "), bar.key ?? "a list of parts",
      ]
    }
    lines += table.lines(in: TextLayout(width: 120, isColoured: false))
    lines += [
      "", "These facts would narrow it most: \(sensitivity.keysThatNarrow.joined(separator: ", "))",
      "Next: iotco2-graph footprint MODEL --device DEVICE --product \(path)",
    ]
    text = lines.joined(separator: "\n") + "\n"
  }

  private static let shown = 10
}
