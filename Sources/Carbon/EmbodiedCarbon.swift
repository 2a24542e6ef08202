public import HardwareMapping
public import Quantities

/// Carbon of making a device, part by part.
public struct EmbodiedCarbon: Sendable {
  /// One part and its carbon.
  public struct PartCarbon: Sendable {
    public var part: BillOfMaterials.Part
    /// Nil when no factor is known for the part.
    public var carbon: CarbonMass?
  }

  public var parts: [PartCarbon]
  /// The sum of the parts whose carbon is known; nil when no part's is.
  public var total: CarbonMass?
  /// Documents and data sets behind the factors.
  public var sources: [String: Source]

  /// Adds up a bill of materials with the embedded factors.
  ///
  /// Dies, memories, packages and bare boards; passives, connectors, casing, power supply,
  /// transport and end of life are not in it yet.
  public init(_ bill: BillOfMaterials) {
    let factors = EmbodiedFactors.table
    parts = bill.parts.map { PartCarbon(part: $0, carbon: factors.carbon(of: $0)) }
    let known = parts.compactMap(\.carbon)
    total = known.isEmpty ? nil : known.reduce(.zero, +)
    sources = factors.sources
  }

  /// Names of the parts that no factor is known for; the total is without them.
  public var unknownParts: [String] { parts.filter { $0.carbon == nil }.map(\.part.name) }
}

/// Carbon per area, capacity and piece; `docs/method/embodied.md` says how each was chosen.
struct EmbodiedFactors: Codable, Sendable {
  var sources: [String: Source]
  /// By node in nanometres: fab energy, gases and materials per die area, yield included.
  var logic: [String: Estimate<GramsCO2ePerSquareMillimetre>]
  var dram: [String: Estimate<GramsCO2ePerGigabyte>]
  var flash: [String: Estimate<GramsCO2ePerGigabyte>]
  var package: Estimate<GramsCO2ePerPiece>
  /// Per board area and copper layer.
  var boardPerLayer: Estimate<GramsCO2ePerSquareMillimetre>

  static let table = embedded("embodied", as: EmbodiedFactors.self)

  func carbon(of part: BillOfMaterials.Part) -> CarbonMass? {
    switch part.kind {
    case .die:
      guard let area = part.areaSquareMillimetres, let node = part.nodeNanometres,
        let factor = logicFactor(node: node)
      else { return nil }
      return area * factor
    case .dram:
      guard let size = part.gigabytes, let factor = dram[part.technology ?? ""] else { return nil }
      return size * factor
    case .flash:
      guard let size = part.gigabytes, let factor = flash[part.technology ?? ""] else { return nil }
      return size * factor
    case .packages: return part.count.map { $0 * package }
    case .pcb:
      guard let area = part.areaSquareMillimetres, let layers = part.layers, layers > 0 else {
        return nil
      }
      return (area * boardPerLayer).scaled(by: Double(layers))
    }
  }

  /// The factor of the nearest node that is not finer; of the coarsest for still coarser ones.
  private func logicFactor(node: Int) -> Estimate<GramsCO2ePerSquareMillimetre>? {
    let nodes = logic.keys.compactMap { Int($0) }.sorted()
    guard let nearest = nodes.first(where: { $0 >= node }) ?? nodes.last else { return nil }
    return logic[String(nearest)]
  }
}
