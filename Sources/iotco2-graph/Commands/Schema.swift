public import ArgumentParser
public import Carbon

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of a kind of file that you write.",
    discussion: """
      Editors check files against it; YAML files too.

      Examples:
        iotco2-graph schema deployment > deployment.schema.json
        iotco2-graph schema bom
      """)

  @Argument(help: "Kind of file: a deployment, or a product's bill of materials or spec sheet.")
  var kind: FileSchema

  mutating func run() throws { try Output.write(kind.text + "\n", to: nil) }
}

extension FileSchema: ExpressibleByArgument {}
