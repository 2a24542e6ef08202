import ArgumentParser
import Carbon
import Documents
import Quantities
import Reports

extension ProductsCommand {
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new",
      abstract: "Write a spec sheet of a product of your own from a few facts.",
      discussion: """
        What is not stated is taken as products of the kind have it, and the answer says what was assumed, what each \
        assumption does to the carbon, and which facts would narrow it most. 0 states that there is none. \
        'iotco2-graph schema bom' describes each key of the file, which has more of them than there are flags here. \
        Without any facts, on a terminal, the command asks for them.

        Examples:
          iotco2-graph products new my-camera
          iotco2-graph products new my-camera --kind camera --mass 300g --battery 12Wh --display 0 --memory 2GB
          iotco2-graph products new gate-camera --kind camera --mass 0.8kg --outdoor --cable 7.5m --casing aluminium
        """)

    @Argument(help: ArgumentHelp("Identifier of the product.", valueName: "name"))
    var name: String

    @Option(
      help: ArgumentHelp(
        "Kind of product: \(SpecSheet.Sort.allCases.map(\.rawValue).joined(separator: ", ")).",
        valueName: "kind"), completion: .list(SpecSheet.Sort.allCases.map(\.rawValue)),
      transform: { try word($0) })
    var kind: SpecSheet.Sort?

    @Option(
      help: ArgumentHelp(
        "Mass of the device without what else lies in the box, such as 300g.", valueName: "mass"),
      transform: { try NumberForm.grams.number($0) })
    var mass: Double?

    @Option(
      help: ArgumentHelp(
        "What the casing is made of, such as plastic, or several with commas.",
        valueName: "material"),
      completion: .list(CasingMaterial.allCases.map(\.rawValue)),
      transform: { try words(of: $0).map { try word($0) } })
    var casing: [CasingMaterial]?

    @Option(
      help: ArgumentHelp("Energy of the battery, such as 12Wh.", valueName: "energy"),
      transform: { try NumberForm.wattHours.number($0) })
    var battery: Double?

    @Option(
      help: ArgumentHelp("Area of the display, such as 20cm2.", valueName: "area"),
      transform: { try NumberForm.squareCentimetres.number($0) })
    var display: Double?

    @Option(help: "Technology of the display (default: lcd).")
    var displayTechnology: DisplayTechnology?

    @Option(
      help: ArgumentHelp("Working memory, such as 2GB.", valueName: "size"),
      transform: { try NumberForm.gigabytes.number($0) })
    var memory: Double?

    @Option(
      help: ArgumentHelp("Storage, such as 16GB.", valueName: "size"),
      transform: { try NumberForm.gigabytes.number($0) })
    var storage: Double?

    @Option(help: ArgumentHelp("How many cameras.", valueName: "n"))
    var cameras: Int?

    @Option(help: ArgumentHelp("How many microphones.", valueName: "n"))
    var microphones: Int?

    @Option(help: ArgumentHelp("How many speakers.", valueName: "n"))
    var speakers: Int?

    @Option(help: ArgumentHelp("How many other sensors.", valueName: "n"))
    var sensors: Int?

    @Option(help: ArgumentHelp("How many buttons.", valueName: "n"))
    var buttons: Int?

    @Option(
      help: ArgumentHelp(
        "Radios with commas, such as wifi,ble,lte-m; none for no radio.", valueName: "radios"),
      transform: { try radios(of: $0) })
    var radios: [String]?

    @Option(
      help: ArgumentHelp("Power of the power supply in the box, such as 10W.", valueName: "power"),
      transform: { try NumberForm.supplyWatts.number($0) })
    var powerSupply: Double?

    @Option(
      help: ArgumentHelp("Length of the cables in the box, such as 2m.", valueName: "length"),
      transform: { try NumberForm.metres.number($0) })
    var cable: Double?

    @Flag(help: "It withstands the weather: sealed, with a cable for outdoors.")
    var outdoor = false

    @Flag(help: "Ask for the facts that no flag states, also when standard input is no terminal.")
    var ask = false

    @Option(help: ArgumentHelp("What people call it (default: its identifier).", valueName: "text"))
    var title: String?

    @Option(
      name: .shortAndLong,
      help: ArgumentHelp(
        "File of the sheet, - for standard output (default: NAME.json).", valueName: "file"))
    var output: String?

    mutating func run() throws {
      let path = try Output.newFile(output ?? "\(name).json")
      try checkIdentifier(name)
      if ask || statesNothing && Terminal.isAnswering { try askForFacts() }
      let product = Product(name: name, title: title ?? name, specSheet: try sheet())
      do throws(Problem) {
        try product.check()
      } catch {
        throw Self.problem(error)
      }
      try Output.write(JSON.document(SpecSheetFile(product)), to: path)
      let isOnOutput = path == Output.standard
      let report = SheetReport(product, at: isOnOutput ? "\(name).json" : path, flags: Self.flags)
      if isOnOutput {
        Terminal.standardError(report.text)
      } else {
        try Output.write(report.text, to: nil)
      }
    }

    /// The words that a text lists, with commas.
    private static func words(of text: String) throws(Problem) -> [String] {
      let words = text.split(separator: ",", omittingEmptySubsequences: false)
        .map { String($0).trimmingSpaces }
      guard !words.contains("") else {
        throw Problem("'\(abridged(text, to: 40))'", expected: "words with a comma between them")
      }
      return words
    }

    /// The radios that a text lists.
    private static func radios(of text: String) throws(Problem) -> [String] {
      let words = try words(of: text)
      if words == ["none"] { return [] }
      guard !words.contains("none") else {
        throw Problem(
          "'\(abridged(text, to: 40))'", expected: "names such as wifi,ble,lte-m, or none")
      }
      return words
    }

    /// Whether no flag states a fact.
    private var statesNothing: Bool {
      let numbers = [mass, battery, display, memory, storage, powerSupply, cable]
      let counts = [cameras, microphones, speakers, sensors, buttons]
      return kind == nil && numbers.allSatisfy { $0 == nil } && counts.allSatisfy { $0 == nil }
        && casing == nil && radios == nil && displayTechnology == nil && !outdoor
    }

    /// - Throws: `Problem` where a fact is missing that others need.
    private func sheet() throws(Problem) -> SpecSheet {
      guard let mass else {
        throw Problem(
          "--mass is not stated",
          expected: "the mass of the device, such as 300g; --ask asks for the facts")
      }
      guard displayTechnology == nil || display != nil else {
        throw Problem(
          "--display-technology without --display", expected: "the area of the display, too")
      }
      var sheet = SpecSheet(kind, massG: mass)
      sheet.casing = casing.map { $0.map { SpecSheet.Casing(material: $0) } }
      sheet.battery = battery.map { .init(chemistry: .lithiumIon, energyWh: $0) }
      sheet.display = display.map { .init(technology: displayTechnology ?? .lcd, areaCm2: $0) }
      (sheet.memoryGB, sheet.storageGB) = (memory, storage)
      (sheet.cameras, sheet.microphones, sheet.speakers) = (cameras, microphones, speakers)
      (sheet.sensors, sheet.buttons) = (sensors, buttons)
      sheet.radios = radios
      sheet.powerSupply = powerSupply.map { .init(powerW: $0) }
      sheet.cableM = cable
      sheet.outdoor = outdoor ? true : nil
      return sheet
    }

    /// A word of a list that is too long to be shown without the nearest one.
    static func word<Word: Choice>(_ text: String) throws(Problem) -> Word {
      guard let word = Word(rawValue: text) else {
        let known = Word.allCases.map(\.rawValue)
        throw Problem(
          "'\(abridged(text, to: 40))' is not known", expected: known.joined(separator: ", "),
          suggestions: Suggestion.nearest(to: text, among: known))
      }
      return word
    }

    /// The flags that state keys of a sheet.
    private static let flags = [
      "massG": "--mass", "casing": "--casing", "display.areaCm2": "--display",
      "display": "--display",
      "battery.energyWh": "--battery", "battery": "--battery", "memoryGB": "--memory",
      "storageGB": "--storage", "cameras": "--cameras", "microphones": "--microphones",
      "speakers": "--speakers", "sensors": "--sensors", "buttons": "--buttons",
      "radios": "--radios",
      "powerSupply.powerW": "--power-supply", "powerSupply": "--power-supply", "cableM": "--cable",
      "outdoor": "--outdoor",
    ]

    /// A problem of a key as one of its flag.
    private static func problem(_ problem: Problem) -> Problem {
      let fact = problem.fact
      for (key, flag) in flags {
        let start = "specSheet.\(key)"
        if fact.hasPrefix(start + " ") || fact.hasPrefix(start + ":") {
          return Problem(flag + fact.dropFirst(start.count))
        }
      }
      return problem
    }
  }
}

extension DisplayTechnology: WordArgument {}
