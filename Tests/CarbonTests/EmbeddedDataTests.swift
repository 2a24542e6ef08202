import Documents
import Foundation
import Quantities
import Testing

@testable import Carbon

/// Embedded files are decoded fast when they are used; here as strictly as files of users.
@Suite struct EmbeddedDataTests {
  /// Files that are decoded by parts.
  private struct Grid: Decodable {
    var sources: [String: Source]
    var regions: [GridRegion]
  }

  private struct GridHistory: Decodable {
    var source: String
    var from: Int
    var grams: [String: [Double?]]
  }

  private struct Parts: Decodable {
    var sources: [String: Source]
    var sourceYears: [String: Int]
    var silicon: SiliconProcess
    var board, boardPerLayer: Estimate<GramsCO2ePer<SquareMillimetres>>
    var parts: [PartLibrary.Entry]
  }

  private func read<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    let text = EmbeddedResources.text(name)
    let limits = DocumentLimits(bytes: 1 << 22, entries: 20_000, levels: 32)
    return try Document<Content>(Array(text.utf8), name: name, limits: limits).content
  }

  @Test(arguments: EmbeddedResources.files.map(\.name)) func hasNoUnknownKey(name: String) throws {
    switch name {
    case "Data/blocks": _ = try read(name, as: BlockCatalog.self)
    case "Data/grid": _ = try read(name, as: Grid.self)
    case "Data/grid_history": _ = try read(name, as: GridHistory.self)
    case "Data/parts": _ = try read(name, as: Parts.self)
    case "Data/spec_sheet": _ = try read(name, as: SpecSheetModel.self)
    case "Data/use": _ = try read(name, as: UseConstants.self)
    case _ where name.hasPrefix("Products/"): try read(name, as: Product.self).check()
    default: #expect(name.hasPrefix("Schemas/"), "\(name) is read by no test")
    }
  }
}
