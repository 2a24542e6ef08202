import Documents
package import Quantities

/// A product as a file says it: by its parts, by a published footprint, by functional blocks, or by
/// what its page tells.
package struct Product: Decodable, Sendable {
  /// Version of the format; `1.0` is the only one.
  package var schemaVersion: String?
  /// Identifier; of a product that is built in, the file's name too.
  package var name: String
  package var title: String
  /// Mass of the product itself in grams; that of what is disposed of when left out.
  package var massG: UserInput?
  /// Parts with their amounts.
  package var parts: [Part]?
  /// Functional blocks at their hardware specification level, 0 to 3.
  package var blocks: [FunctionalBlock: Int]?
  /// Factor on the carbon of the listed parts for their production, 1 for a complete list: studies of
  /// whole products count what no list of parts has, and find 1.5 to 2.8 times as much
  /// (`docs/accuracy.md`), which is what counts when left out.
  package var unlisted: UserInput?
  /// What a page about the product tells.
  package var specSheet: SpecSheet?
  /// What its maker published.
  package var published: PublishedFootprint?
  /// Documents by the identifiers that numbers name.
  package var sources: [String: Source]?

  /// Creates a product of parts.
  package init(name: String, title: String, parts: [Part]) {
    schemaVersion = "1.0"
    self.name = name
    self.title = title
    self.parts = parts
  }

  /// Creates a product of what its page tells.
  package init(name: String, title: String, specSheet: SpecSheet) {
    self.init(name: name, title: title, parts: [])
    parts = nil
    self.specSheet = specSheet
  }

  /// Mass in grams, as far as something tells it.
  package var mass: Double? {
    if let mass = massG?.value ?? specSheet?.massG { return mass }
    let disposed = parts?.filter { $0.part == .entry("end-of-life") } ?? []
    let masses = disposed.compactMap(\.wholeMassG)
    return masses.isEmpty ? nil : masses.reduce(0, +)
  }

  /// Checks beyond the types.
  /// - Throws: `Problem` that says what is wrong.
  package func check() throws(Problem) {
    try checkSources()
    if let schemaVersion, schemaVersion != "1.0" {
      throw Problem("schemaVersion '\(schemaVersion)', expected '1.0'")
    }
    let ways = [published != nil, specSheet != nil, parts != nil || blocks != nil]
    guard ways.filter(\.self).count == 1 else {
      throw Problem(
        "expected exactly one of: 'published'; 'specSheet'; 'parts', 'blocks' or both of these")
    }
    if let unlisted,
      parts == nil && blocks == nil || !(1...10).contains(unlisted.low)
        || unlisted.high > 10
    {
      throw Problem("unlisted: expected 1 to 10, with parts or blocks to scale")
    }
    if let error = published?.relativeError, !(0...10).contains(error) {
      throw Problem("published.relativeError of \(error), expected 0 to 10")
    }
    if parts?.isEmpty ?? true, blocks?.isEmpty ?? true, published == nil, specSheet == nil {
      throw Problem("no parts, expected at least one part or block")
    }
    try specSheet?.check()
    for (block, level) in blocks ?? [:] where BlockCatalog.standard.amounts(block, level) == nil {
      throw Problem("blocks: no level \(level) of '\(block.rawValue)' is known")
    }
  }
}

extension Product {
  /// Numbers can have plain words as their source, so only a name that is nearly one of `sources` is
  /// wrong.
  private func checkSources() throws(Problem) {
    guard let sources else { return }
    let numbers =
      [massG, unlisted, published?.productionKg, published?.transportKg, published?.endOfLifeKg]
      + (parts ?? []).flatMap(\.inputs)
    let cited = Set(numbers.compactMap { $0?.source })
    let (words, others) = (cited.subtracting(sources.keys), Set(sources.keys).subtracting(cited))
    guard Suggestion.isQuick(words, among: others) else { return }
    for name in words.sorted() {
      let suggestion = Suggestion.text(for: name, among: others)
      guard suggestion.isEmpty else {
        throw Problem("source '\(name)' is not described in 'sources'\(suggestion)")
      }
    }
  }
}

extension Part {
  fileprivate var inputs: [UserInput?] {
    [
      count, areaMm2, massG, capacityGB, energyWh, lengthM, powerW, distanceKm, yield,
    ]
  }
}

/// A product of a spec sheet as its file has it.
package struct SpecSheetFile: Encodable {
  private var schemaVersion, name, title: String
  private var specSheet: SpecSheet?

  package init(_ product: Product) {
    schemaVersion = product.schemaVersion ?? "1.0"
    (name, title, specSheet) = (product.name, product.title, product.specSheet)
  }
}

/// A footprint that a maker published, in kilograms of CO2 equivalent, without the use phase.
package struct PublishedFootprint: Decodable, Sendable {
  /// Cradle to gate.
  package var productionKg: UserInput
  package var transportKg: UserInput?
  package var endOfLifeKg: UserInput?
  /// Relative error of all three, where the publication states one: 0.2 is 20 %.
  package var relativeError: Double?
  /// The publication.
  package var source: Source
}
