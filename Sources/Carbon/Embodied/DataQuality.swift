import Quantities

/// How well the data behind a carbon number represent what it is of: ratings from 1, the best, to 5.
///
/// The three dimensions are those that PACT 3.0 asks for; `docs/method/standards.md` states our rules.
package struct DataQuality: Encodable, Sendable {
  package var technological, temporal, geographical: Double
}

extension EmbodiedCarbon {
  /// The ratings of an item.
  /// - Parameter year: The first year that the number is to represent.
  package func quality(of item: Item, in year: Int) -> DataQuality {
    DataQuality(
      technological: Self.technologicalRating(item), temporal: temporalRating(item, in: year),
      geographical: Self.geographicalRating(item))
  }

  /// The ratings of a stage: the means of its items' by their carbon; nil when nothing is known of it.
  package func quality(of stage: LifeCycleStage, in year: Int) -> DataQuality? {
    let rated = items.filter { $0.block.stage == stage }
      .map { (carbon: $0.carbon?.value ?? 0, quality: quality(of: $0, in: year)) }
    let whole = rated.map(\.carbon).reduce(0, +)
    guard whole > 0 else { return nil }
    func mean(_ rating: KeyPath<DataQuality, Double>) -> Double {
      rated.map { $0.carbon * $0.quality[keyPath: rating] }.reduce(0, +) / whole
    }
    return DataQuality(
      technological: mean(\.technological), temporal: mean(\.temporal),
      geographical: mean(\.geographical))
  }

  /// By how the item was come by; one worse where its amount or its factor is assumed.
  private static func technologicalRating(_ item: Item) -> Double {
    if item.block == .unlisted { return 5 }
    let assumed = item.carbon?.provenance == .assumed ? 1.0 : 0
    switch item.method {
    case .published: return 1
    case .billOfMaterials: return 2 + assumed
    case .archetype, .specSheet: return 4 + assumed
    }
  }

  /// By the mean age of the sources whose year is known; 5 when none is.
  private func temporalRating(_ item: Item, in year: Int) -> Double {
    let years = (item.carbon?.sources ?? []).compactMap { PartLibrary.standard.sourceYears[$0] }
    guard !years.isEmpty else { return 5 }
    let age = Double(year) - Double(years.reduce(0, +)) / Double(years.count)
    switch age {
    case ...3: return 1
    case ...6: return 2
    case ...10: return 3
    case ...15: return 4
    default: return 5
    }
  }

  /// By whether the place of production is stated, or the region that it lies in is assumed.
  private static func geographicalRating(_ item: Item) -> Double {
    if item.part?.fabRegion != nil { return 1 }
    if item.method == .published { return 2 }
    let isSilicon = item.part.map { $0.part == .die || $0.part == .circuit } ?? false
    return isSilicon ? 3 : 4
  }
}
