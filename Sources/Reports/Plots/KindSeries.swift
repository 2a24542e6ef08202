import HardwareMapping
import Assessment
import Analysis
import OpGraph

/// The colours of kernel kinds: the costliest have their own, the others share the last.
struct KindSeries {
  /// Names of the series, in order.
  let names: [String]
  private let places: [KernelKind: Int]

  /// Kinds by energy where it is known, by multiply-accumulates otherwise.
  init(_ table: LayerTable) {
    var costs: [KernelKind: Double] = [:]
    for row in table.rows where !row.isElsewhere {
      costs[row.layer.kind, default: 0] += table.cost(row)
    }
    let ranked = costs.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
      .map(\.key)
    let own = ranked.prefix(
      ranked.count > SVGPicture.seriesCount ? SVGPicture.seriesCount - 1 : SVGPicture.seriesCount)
    names = own.map(\.title) + (ranked.count > own.count ? ["other kinds"] : [])
    places = Dictionary(uniqueKeysWithValues: own.enumerated().map { ($1, $0) })
  }

  func series(of kind: KernelKind) -> Int { places[kind] ?? SVGPicture.seriesCount - 1 }
}
