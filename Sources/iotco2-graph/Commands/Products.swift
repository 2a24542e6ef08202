import ArgumentParser
import Carbon
import Quantities

struct Products: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What products are made of and its carbon: list, show, or check one of your own.",
    discussion: """
      A product is a bill of materials, functional blocks, a published footprint or a spec sheet.
      The keys of its file are what 'iotco2-graph schema bom' tells.

      Examples:
        iotco2-graph products
        iotco2-graph products show pico
        iotco2-graph products show my-product.yaml --format csv
        iotco2-graph products parts
      """,
    subcommands: [List.self, Show.self, Parts.self, Validate.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the built-in products.",
      discussion: """
        Example:
          iotco2-graph products list --format json
        """)

    @Option(help: "Form of the list.")
    var format = Devices.Format.text

    mutating func run() throws {
      let reports = try ProductCatalog.names.map {
        ProductReport(try DeploymentOptions.product($0))
      }
      guard format == .text else {
        return try Output.write(JSON.document(reports.map(\.withoutItems)), to: nil)
      }
      var table = TextTable(columns: [
        .init(title: "product", alignment: .left),
        .init(title: "what it is", alignment: .left, flexibility: .losesEnd),
        .init(title: "gCO2e", alignment: .right), .init(title: "interval", alignment: .left),
      ])
      for report in reports {
        table.rows.append([
          report.name, report.title, report.total.value.map { engineering($0.value) } ?? "unknown",
          report.total.value.map { "\(engineering($0.low)) to \(engineering($0.high))" } ?? "",
        ])
      }
      let lines = table.lines(for: .standardOutput, margin: 0)
      try Output.write(
        lines.joined(separator: "\n")
          + "\n\nMaking, shipping and disposing of one; 'products show' tells its parts.\n", to: nil
      )
    }
  }

  struct Show: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv }

    static let configuration = CommandConfiguration(
      abstract: "Show the parts of products and their carbon.",
      discussion: """
        Example:
          iotco2-graph products show nucleo-l4r5zi
        """)

    @Argument(help: ArgumentHelp("Identifiers or files.", valueName: "product"))
    var products: [String]

    @Option(help: "Form of the answer.")
    var format = Format.text

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let reports = try products.map { ProductReport(try DeploymentOptions.product($0)) }
      switch format {
      case .text:
        try output.write(reports.map { $0.text(for: output.terminal) }.joined(separator: "\n"))
      case .json:
        try output.write(
          reports.count == 1 ? try JSON.document(reports[0]) : try JSON.document(reports))
      case .csv: try output.write(ProductReport.csv(reports))
      }
    }
  }

  struct Parts: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the library of parts with their factors.",
      discussion: """
        Example:
          iotco2-graph products parts
        """)

    @Option(help: "Form of the list.")
    var format = Devices.Format.text

    mutating func run() throws {
      let library = PartLibrary.standard
      guard format == .text else { return try Output.write(JSON.document(library), to: nil) }
      var table = TextTable(columns: [
        .init(title: "part", alignment: .left),
        .init(title: "what it is", alignment: .left, flexibility: .losesEnd),
        .init(title: "amount", alignment: .left), .init(title: "gCO2e", alignment: .right),
        .init(title: "interval", alignment: .left), .init(title: "provenance", alignment: .left),
      ])
      table.rows = library.parts.map { part in
        let factor = part.factor
        return [
          part.id, part.title, part.factor.amountKey, significant(factor.value),
          "\(significant(factor.low)) to \(significant(factor.high))", factor.provenance.rawValue,
        ]
      }
      let own = [
        "die: areaMm2, nodeNm; also fabRegion, abatement, yield",
        "package: count; also areaMm2 of the die in it", "ic: a die in its package",
        "pcb: areaMm2, layers",
      ]
      let lines = table.lines(for: .standardOutput, margin: 0)
      try Output.write(
        (lines + ["", "With equations of their own:"] + own.map { "  " + $0 })
          .joined(separator: "\n") + "\n", to: nil)
    }
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that a product's file decodes and that all its parts are known.",
      discussion: """
        Example:
          iotco2-graph products validate doorbell.yaml
        """)

    @Argument(help: ArgumentHelp("Product in YAML or JSON.", valueName: "file"))
    var file: String

    mutating func run() throws {
      let path = file.contains("/") ? file : "./\(file)"
      let product = try DeploymentOptions.product(path)
      if let problem = EmbodiedCarbon(product).problems.first {
        throw CommandFailure(code: .badInput, message: "\(file): \(problem)")
      }
      try Output.write("\(file): a valid product, '\(product.name)'\n", to: nil)
    }
  }
}

/// A product with its carbon, as `products` shows it.
struct ProductReport: Encodable {
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

  func text(for terminal: Terminal) -> String {
    var lines = [terminal.bold(title)]
    lines += wrapped(
      "\(name), \(FootprintReport.methodTitle(method))", width: terminal.width, margin: 2, indent: 4
    )
    var table = TextTable(columns: [
      .init(title: "part", alignment: .left, flexibility: .losesEnd),
      .init(title: "block", alignment: .left), .init(title: "carbon", alignment: .right),
      .init(title: "interval", alignment: .left), .init(title: "provenance", alignment: .left),
    ])
    func row(_ name: String, _ block: String, _ carbon: CarbonMass?) -> [String] {
      [
        name, block, carbon.map { engineering($0.value) + "g" } ?? "unknown",
        carbon.map { "\(engineering($0.low))g to \(engineering($0.high))g" } ?? "",
        carbon?.provenance.rawValue ?? "",
      ]
    }
    table.rows = items.map { row($0.name, $0.block, $0.carbon.value) }
    table.rows.append(row("together", "", total.value))
    lines += table.lines(for: terminal)
    lines += ["", "  in gCO2e; intervals of single parts do not add up, since parts err apart"]
    for problem in problems {
      lines += wrapped("warning: \(problem)", width: terminal.width, margin: 2, indent: 4)
        .map(terminal.yellow)
    }
    lines += ["", terminal.bold("Sources")] + sourceLines(sources, width: terminal.width)
    return lines.joined(separator: "\n") + "\n"
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
            + (carbon.map { ["\($0.value)", "\($0.low)", "\($0.high)", $0.provenance.rawValue] }
              ?? ["", "", "", ""]))
      }
      add("total", "total", report.total.value)
      for stage in report.stages { add("stage", stage.name, stage.carbon.value) }
      for item in report.items { add("item", item.name, item.carbon.value, item) }
    }
    return CSVReport.document(rows)
  }
}
