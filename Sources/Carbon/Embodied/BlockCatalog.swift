import Documents
import Quantities

/// What functional blocks consist of at each hardware specification level (Pirson & Bol, 2021).
struct BlockCatalog: Decodable, Sendable {
  var source: Source
  /// By block, by level: parts with their low, typical and high amounts.
  var blocks: [FunctionalBlock: [Int: [Part]]]

  static let standard = embedded("Data/blocks").decoded(as: BlockCatalog.self)

  /// The parts of a block at a level; nil when no such level is known.
  func amounts(_ block: FunctionalBlock, _ level: Int) -> [Part]? {
    blocks[block]?[level]?.map { part in
      var part = part
      part.block = block
      return part
    }
  }
}
