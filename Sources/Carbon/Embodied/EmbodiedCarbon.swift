package import Quantities

/// Carbon of making, shipping and disposing of a product, part by part.
package struct EmbodiedCarbon: Sendable {
  /// How an item's carbon was come by, best first.
  package enum Method: String, Codable, Sendable, Comparable, CaseIterable {
    case billOfMaterials, published, archetype, specSheet

    package static func < (left: Self, right: Self) -> Bool {
      allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
  }

  /// One part and its carbon.
  package struct Item: Sendable {
    package var name: String
    package var block: FunctionalBlock
    package var method: Method
    /// The part that the item is, where it is one.
    package var part: Part?
    /// Nil when no factor is known for it or its amount is missing.
    package var carbon: CarbonMass?
    /// Why the carbon is not known.
    package var problem: String?
    /// Which number its carbon rests on.
    var factorName: String

    /// Whether its factor is that of a finished part, with what its production takes.
    ///
    /// Differences between models of one product with more and less memory and storage show it of these; a power
    /// supply is bought whole, and its factor is of whole ones.
    fileprivate var isComplete: Bool {
      block == .memory || part?.part.rawValue.starts(with: "power-supply") ?? false
    }
    fileprivate var isDisplay: Bool { part?.part.rawValue.starts(with: "display-") ?? false }
  }

  package var items: [Item]
  /// Documents and data sets behind the numbers.
  package var sources: [String: Source]
  /// How many times the sum the total may be, where that is known better than by its items.
  private var spread: Estimate<Ratio>?

  /// Adds up a product.
  package init(_ product: Product, library: PartLibrary = .standard) {
    sources = library.sources.merging(product.sources ?? [:]) { _, own in own }
    if let published = product.published {
      items = Self.items(of: published)
      sources["published"] = published.source
      return
    }
    if let sheet = product.specSheet {
      let model = SpecSheetModel.standard
      items = Self.items(of: sheet, model: model, library: library)
      spread = model.spread(of: sheet)
      sources.merge(model.sources) { own, _ in own }
      return
    }
    items = (product.parts ?? []).map { Self.item($0, .billOfMaterials, library) }
    if let blocks = product.blocks {
      let catalog = BlockCatalog.standard
      sources["pirson-bol"] = catalog.source
      for (block, level) in blocks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        let parts = catalog.amounts(block, level) ?? []
        items += parts.map { Self.item($0, .archetype, library) }
      }
    }
    let model = SpecSheetModel.standard
    // A stated ratio is that of the whole list.
    items += Self.unlisted(
      product.unlisted == nil ? items.filter { !$0.isComplete } : items,
      product.unlisted?.estimate() ?? model.unlisted[nil], method: method ?? .billOfMaterials)
    sources.merge(model.sources) { own, _ in own }
  }

  /// What a spec sheet gives.
  /// - Parameters:
  ///   - scaling: Features that the sheet leaves out, at so many times what is usual.
  ///   - unlisted: Production over that of the parts, where it is not the model's.
  static func items(
    of sheet: SpecSheet, model: SpecSheetModel, scaling: [Feature: Double] = [:],
    unlisted: Estimate<Ratio>? = nil, library: PartLibrary
  ) -> [Item] {
    let items = model.parts(of: sheet, scaling: scaling).map { item($0, .specSheet, library) }
    // A monitor that is built in says nothing of what products without one leave out.
    let scaled = items.filter {
      !$0.isComplete && (!$0.isDisplay || sheet.sort != .thinClient)
    }
    return items
      + Self.unlisted(scaled, unlisted ?? model.unlisted(of: sheet), method: .specSheet)
  }

  private static func item(_ part: Part, _ method: Method, _ library: PartLibrary) -> Item {
    var item = Item(
      name: part.title, block: part.resolvedBlock(library) ?? .passives, method: method, part: part,
      factorName: part.factorName)
    do throws(Problem) {
      item.carbon = try part.carbon(library)
    } catch {
      item.problem = error.description
    }
    return item
  }

  /// What no list of parts has, as a part of what the production of the listed ones emits; nothing at a
  /// factor of 1.
  private static func unlisted(
    _ items: [Item], _ factor: Estimate<Ratio>, method: Method
  ) -> [Item] {
    guard factor.high > 1,
      let production = sum(items.filter { $0.block.stage == .production })
    else { return [] }
    // The listed parts have their own intervals; here only the factor's counts.
    let carbon = CarbonMass(
      production.value * (factor.value - 1), low: production.value * max(0, factor.low - 1),
      high: production.value * (factor.high - 1), provenance: .assumed, sources: factor.sources)
    return [
      Item(
        name: "unlisted production", block: .unlisted, method: method,
        carbon: carbon, factorName: "unlisted")
    ]
  }

  private static func items(of published: PublishedFootprint) -> [Item] {
    let stages: [(String, FunctionalBlock, UserInput?)] = [
      ("production", .whole, published.productionKg),
      ("transport", .transport, published.transportKg),
      ("end of life", .endOfLife, published.endOfLifeKg),
    ]
    return stages.compactMap { name, block, mass in
      guard let mass else { return nil }
      var carbon = mass.estimate(KilogramsCO2e.self).grams
      if let error = published.relativeError {
        carbon.low = min(carbon.low, carbon.value / (1 + error))
        carbon.high = max(carbon.high, carbon.value * (1 + error))
      }
      carbon.sources = ["published"]
      // One publication errs in all stages alike.
      return Item(
        name: name, block: block, method: .published, carbon: carbon, factorName: "published")
    }
  }

  /// The sum of the items whose carbon is known; nil when no item's is.
  ///
  /// Of a spec sheet the interval is not that of its guesses but what published footprints of other
  /// products were found to scatter about such sums.
  package var total: CarbonMass? {
    scattered(Self.sum(items))
  }

  private func scattered(_ sum: CarbonMass?) -> CarbonMass? {
    guard let sum, let spread else { return sum }
    return Estimate(
      sum.value, low: sum.value * spread.low, high: sum.value * spread.high,
      provenance: sum.provenance,
      sources: sum.sources)
  }

  /// The sum of some of the items: those that rest on one factor err together, others do not.
  package static func sum(_ items: some Sequence<Item>) -> CarbonMass? {
    var groups: [String: CarbonMass] = [:]
    for item in items {
      guard let carbon = item.carbon else { continue }
      groups[item.factorName] = groups[item.factorName].map { $0 + carbon } ?? carbon
    }
    guard !groups.isEmpty else { return nil }
    return .independentSum(groups.sorted { $0.key < $1.key }.map(\.value))
  }

  /// What each functional block sums to, in the blocks' order; blocks without items are left out.
  package var byBlock: [(block: FunctionalBlock, carbon: CarbonMass?)] {
    FunctionalBlock.allCases.compactMap { block in
      let own = items.filter { $0.block == block }
      return own.isEmpty ? nil : (block, Self.sum(own))
    }
  }

  /// What a stage of the life cycle sums to; nil when nothing is known of it.
  package func carbon(of stage: LifeCycleStage) -> CarbonMass? {
    scattered(Self.sum(items.filter { $0.block.stage == stage }))
  }

  /// The same with so many times the carbon in a block, or in all of them.
  func scaled(_ block: FunctionalBlock? = nil, by factor: Double) -> Self {
    var result = self
    for index in items.indices where block == nil || items[index].block == block {
      result.items[index].carbon = items[index].carbon?.scaled(by: factor)
    }
    return result
  }

  /// Mass of its parts of plastic in grams.
  package var plasticG: Double {
    let plastics = [CasingMaterial.plastic, .recycledPlastic].map(\.part)
    return items.compactMap(\.part).filter { plastics.contains($0.part) }
      .compactMap(\.wholeMassG).reduce(0, +)
  }

  /// The weakest of the methods that its items were come by.
  package var method: Method? { items.map(\.method).max() }

  /// What is wrong with the items whose carbon is not known; the total is without them.
  package var problems: [String] { items.compactMap(\.problem) }
}
