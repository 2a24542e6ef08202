package import Carbon
import Quantities

/// A product with its carbon, as `products` shows it.
package struct ProductReport: Encodable {
  var name, title: String
  var method: String?
  var total: Nullable<CarbonMass>
  var blocks: [FootprintReport.SharePart]
  var stages: [FootprintReport.SharePart]
  var items: [EmbodiedPart]
  var problems: [String]
  var sources: [String: Source]

  init(_ product: Product) {
    let embodied = EmbodiedCarbon(product)
    name = printable(product.name)
    title = printable(product.title)
    method = embodied.method?.rawValue
    let whole = embodied.total
    total = Nullable(whole)
    blocks = embodied.byBlock.map { .init($0.block.title, $0.carbon, of: whole) }
    stages = LifeCycleStage.allCases.compactMap { stage in
      embodied.carbon(of: stage).map { .init(stage.title, $0, of: whole) }
    }
    items = EmbodiedPart.all(embodied)
    problems = embodied.problems
    let cited = Set(whole?.sources ?? [])
    sources = embodied.sources.filter { cited.contains($0.key) }
  }

  /// For a list of many.
  var withoutItems: ProductReport {
    var report = self
    (report.items, report.sources) = ([], [:])
    return report
  }

  private var methodLine: String { "\(name), \(FootprintReport.methodTitle(method))" }

  private var table: TextTable {
    var table = TextTable(columns: [
      .init(title: "part", alignment: .left, flexibility: .losesEnd),
      .init(title: "block", alignment: .left), .init(title: "carbon", alignment: .right),
      .init(title: "interval", alignment: .left), .init(title: "provenance", alignment: .left),
    ])
    func row(_ name: String, _ block: String, _ carbon: CarbonMass?) -> [String] {
      [
        name, block, carbon.map { engineering($0.value, unit: "g") } ?? "unknown",
        carbon?.ends(unit: "g") ?? "",
        carbon?.provenance.rawValue ?? "",
      ]
    }
    table.rows = items.map { row($0.name, $0.block, $0.carbon.value) }
    table.rows.append(row("total", "", total.value))
    return table
  }

  func text(in layout: TextLayout) -> String {
    var lines = [layout.bold(title)]
    lines += wrapped(methodLine, width: layout.width, margin: 2, indent: 4)
    lines += table.lines(in: layout)
    lines += ["", "  CO2e; intervals of parts do not add up, since their errors are independent"]
    for problem in problems {
      lines += wrapped("warning: \(problem)", width: layout.width, margin: 2, indent: 4)
        .map(layout.yellow)
    }
    lines += ["", layout.bold("Sources")] + sourceLines(sources, width: layout.width)
    return lines.joined(separator: "\n") + "\n"
  }

  var markdown: String {
    var lines: [Markdown] = ["### \(title)", "", "\(methodLine)", ""]
    let table = table
    lines += Markdown.table(
      table.columns.map(\.title), alignments: table.columns.map(\.alignment),
      table.rows)
    for problem in problems { lines += ["", "Warning: \(problem)."] }
    return Markdown.document(lines)
  }

  /// Rows of all products: the total, every stage, and every item.
  static func csv(_ reports: [ProductReport]) -> String {
    var rows = [
      [
        "product", "scope", "name", "part", "block", "stage", "method", "gCO2e", "low", "high",
        "provenance",
      ]
    ]
    for report in reports {
      func add(_ scope: String, _ name: String, _ carbon: CarbonMass?, _ part: EmbodiedPart? = nil)
      {
        rows.append(
          [
            report.name, scope, name, part?.part ?? "", part?.block ?? "", part?.stage ?? "",
            part?.method ?? "",
          ]
            + (carbon.map { CSV.fields($0) + [$0.provenance.rawValue] }
              ?? ["", "", "", ""]))
      }
      add("total", "total", report.total.value)
      for stage in report.stages { add("stage", stage.name, stage.carbon.value) }
      for item in report.items { add("item", item.name, item.carbon.value, item) }
    }
    return CSV.document(rows)
  }
}

/// What `products show` answers with.
package struct ProductReports: Report {
  private let reports: [ProductReport]

  package init(_ products: [Product]) { reports = products.map(ProductReport.init) }

  package func encode(to encoder: any Encoder) throws {
    try OneOrMany(reports).encode(to: encoder)
  }

  package func text(in layout: TextLayout) -> String {
    reports.map { $0.text(in: layout) }.joined(separator: "\n")
  }

  package var csv: String { ProductReport.csv(reports) }

  package var markdown: String { reports.map(\.markdown).joined(separator: "\n") }
}
