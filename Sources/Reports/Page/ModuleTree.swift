import Hotspots
import Quantities

/// The modules of a model as a table, each below the one that holds it, with their share of the cost.
struct ModuleTree {
  private struct Row {
    var path: [String]
    var layers: Int
    var value: Double
    var share: Double?
  }

  /// Deeper modules are for `hotspots --depth`.
  private static let depths = 1...3
  private static let mostRows = 200

  private let metric: Metric
  private var rows: [Row] = []

  /// Nil when no names tell of several modules.
  init?(_ evaluation: Evaluation, by metric: Metric) {
    self.metric = metric
    var seen: Set<String> = []
    for depth in Self.depths {
      let ranking = Ranking(evaluation, by: metric, grouping: .module, depth: depth)
      for entry in ranking.entries where seen.insert(entry.name).inserted {
        rows.append(
          Row(
            path: entry.name.split(separator: "/").map(String.init), layers: entry.layers.count,
            value: entry.value, share: entry.share))
      }
    }
    guard rows.count > 1 else { return nil }
    rows.sort { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// A section of the page.
  var section: String {
    let shown = rows.prefix(Self.mostRows)
    let root = shown.map(\.path.count).min() ?? 1
    let lines = shown.map { row in
      let indent = String(repeating: "&emsp;", count: row.path.count - root)
      let share = row.share.map { "\(fixed(100 * $0, decimals: 1)) %" } ?? "unknown"
      let own = row.path.count > root ? Array(row.path.suffix(1)) : row.path
      let name = own.joined(separator: "/")
      return "<tr><td>\(indent)\(Markup.escaped(name))</td><td>\(row.layers)</td>"
        + "<td>\(engineering(row.value, unit: metric.unit))</td><td>\(share)</td></tr>"
    }
    let more =
      rows.count > shown.count ? " The first \(shown.count) of \(rows.count) are shown." : ""
    return """
      <section id="modules">
      <h2>Modules</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Table of modules">
      <table>
      <caption>Modules as the file names them, with what is inside them.\(more)</caption>
      <thead><tr><th scope="col">module</th><th scope="col">layers</th>\
      <th scope="col">\(metric.title)</th><th scope="col">share</th></tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      </section>
      """
  }
}
