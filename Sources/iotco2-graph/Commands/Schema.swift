import ArgumentParser
import Carbon
import Policies

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of a kind of file that you write.",
    discussion: """
      Editors check files against it; YAML files too.

      Examples:
        iotco2-graph schema deployment > deployment.schema.json
        iotco2-graph schema bom
        iotco2-graph schema policy
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case deployment, bom, policy, configuration
  }

  @Argument(
    help:
      "Kind of file: a deployment, a product's bill of materials or spec sheet, a policy, or defaults."
  )
  var kind: Kind

  mutating func run() throws {
    let text =
      switch kind {
      case .deployment: FileSchema.deployment.text
      case .bom: FileSchema.bom.text
      case .policy: Policy.schema
      case .configuration: Configuration.schema
      }
    try Output.write(text + "\n", to: nil)
  }
}
