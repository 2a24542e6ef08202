import ArgumentParser
import Assessment
import Carbon
import Quantities
import Reports

struct ProductsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "products",
    abstract: "List, show, check or write products: their parts and their embodied carbon.",
    discussion: """
      A product is a bill of materials, functional blocks, a published footprint or a spec sheet; see \
      'iotco2-graph schema bom' for the keys of its file.

      Examples:
        iotco2-graph products
        iotco2-graph products show pico
        iotco2-graph products show my-product.yaml --format csv
        iotco2-graph products new my-camera --kind camera --mass 300g --battery 12Wh --memory 2GB
        iotco2-graph products parts
      """,
    subcommands: [List.self, Show.self, New.self, Parts.self, Validate.self],
    defaultSubcommand: List.self)

  struct List: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the built-in products, or show those that are named.",
      discussion: """
        Example:
          iotco2-graph products list --format json
        """)

    static let formats = ReportFormat.common

    @Argument(
      help: ArgumentHelp("Identifiers or files.", valueName: "product"),
      completion: Completions.products)
    var products: [String] = []

    @OptionGroup var report: ReportOptions<List>

    mutating func run() throws {
      let names = products.isEmpty ? ProductCatalog.names : products
      let found = try names.map { try ProductReference.product($0) }
      if products.isEmpty {
        try report.write(CatalogReports.products(found))
      } else {
        try report.write(ProductReports(found))
      }
    }
  }

  struct Show: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show the parts of products and their carbon.",
      discussion: """
        Example:
          iotco2-graph products show nucleo-l4r5zi
        """)

    static let formats = ReportFormat.common

    @Argument(
      help: ArgumentHelp("Identifiers or files.", valueName: "product"),
      completion: Completions.products)
    var products: [String]

    @OptionGroup var report: ReportOptions<Show>

    mutating func run() throws {
      try report.write(ProductReports(try products.map { try ProductReference.product($0) }))
    }
  }

  struct Parts: ReportingCommand {
    static let configuration = CommandConfiguration(
      commandName: "parts",
      abstract: "List the library of parts with their factors.",
      discussion: """
        Example:
          iotco2-graph products parts
        """)

    static let formats = ReportFormat.common

    @OptionGroup var report: ReportOptions<Parts>

    mutating func run() throws { try report.write(CatalogReports.parts(PartLibrary.standard)) }
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate",
      abstract: "Check that a product's file decodes and that all its parts are known.",
      discussion: """
        Example:
          iotco2-graph products validate doorbell.yaml
        """)

    @Argument(help: ArgumentHelp("Product in YAML or JSON.", valueName: "file"))
    var file: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let path = file.contains("/") ? file : "./\(file)"
      let product = try ProductReference.product(path)
      if let problem = EmbodiedCarbon(product).problems.first { throw Problem(problem, at: file) }
      try output.write("\(file): a valid product, '\(product.name)'\n")
    }
  }
}
