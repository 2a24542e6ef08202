import Analysis
import ArgumentParser
import Assessment
import Carbon
import Quantities
import Reports

struct FootprintCommand: ModelCommand {
  static let configuration = CommandConfiguration(
    commandName: "footprint",
    abstract: "Show the life-cycle carbon of a model on a device: operational and embodied.",
    discussion: """
      A deployment says how the device is used and a product what it is made of; flags win over the \
      deployment's file. What-if changes are lifetime=YEARS, region=CODE, intensity=G, \
      inferences-per-day=N, device=ID, product=ID, model=FILE and power=KIND, several in one with \
      commas; 'usual' stands for a set of them.

      Examples:
        iotco2-graph footprint model.tflite -d stm32l4r5 --deployment product.yaml
        iotco2-graph footprint model.tflite -d esp32-s3 --inferences-per-day 10k --tornado
        iotco2-graph footprint model.tflite -d rp2040 --what-if lifetime=8y,region=SE
        iotco2-graph footprint model.tflite -d rp2040 --format cyclonedx
      """)

  static let formats = FootprintDocument.formats

  @Argument(help: ArgumentHelp("Model file; \(modelHelp)", valueName: "model"))
  var model: String

  @OptionGroup var assessment: AssessmentOptions
  @OptionGroup(title: "Model") var reading: ModelOptions
  @OptionGroup(title: "Model") var text: GenerationOptions
  @OptionGroup(title: "Deployment") var deployment: DeploymentOptions

  @Option(
    name: .customLong("what-if"),
    help: ArgumentHelp(
      "Also compute with a change; can be repeated.", valueName: "key=value|usual"))
  var whatIf: [String] = []

  @Flag(help: "Show a one-at-a-time sensitivity (tornado) chart.")
  var tornado = false

  @Flag(help: sourcesHelp)
  var sources = false

  @Option(
    help: ArgumentHelp(
      "Company responsible for the product footprint (pact).", valueName: "name"))
  var company: String?

  @Option(
    name: .customLong("company-id"),
    help: ArgumentHelp("Its identifier, a URN (pact).", valueName: "urn"))
  var companyIdentifier: String?

  @Option(
    help: ArgumentHelp(
      "Standard that the company follows, such as ISO14067 or GHGP-Product (pact).",
      valueName: "name"))
  var standard: String?

  @OptionGroup var report: ReportOptions<FootprintCommand>

  var generating: GenerationRequest? { text.generate }

  mutating func validate() throws { try text.check(against: reading) }

  mutating func run() throws {
    guard let target = try self.target() else { throw Problem("footprint needs --device") }
    let publisher = FootprintDocument.Publisher(
      company: company, identifier: companyIdentifier, standard: standard)
    let reader = try self.reader()
    try assess(model, on: target) { assessed in
      var document = try FootprintDocument(
        assessed, publisher: publisher, withSources: sources)
      if !whatIf.isEmpty {
        try document.addChanges(whatIf, to: assessed, target) { path, changed throws(Problem) in
          try reader.assess(path, on: changed)
        }
      }
      if tornado { document.addSensitivity() }
      try report.write(document)
      try throwAll(document.failures(of: whatIf))
    }
  }
}
