import OpGraph

/// Which layers of two workloads are the same layer of the network.
///
/// First those of one name, where it is unique in both; then, in the order of execution, those that
/// do the same work (operator, multiply-accumulates, trained elements and size of the result, which
/// do not depend on the file format); then those of the same operator and result; then those of the
/// same operator. Layers that do not run when the model does are left out.
package struct LayerMatching: Sendable {
  /// How two layers were found to be the same.
  package enum Reason: String, Sendable { case name, structure }

  /// A layer of both workloads.
  package struct Match: Sendable {
    package var old: Int
    package var new: Int
    package var reason: Reason
  }

  /// In the order of the new workload.
  package private(set) var matches: [Match] = []
  /// Layers that only one of them has, in order.
  package private(set) var removed: [Int]
  package private(set) var added: [Int]

  /// Matches the layers of two workloads.
  package init(_ old: Workload, _ new: Workload) {
    removed = old.layers.filter { $0.fold == nil }.map(\.index)
    added = new.layers.filter { $0.fold == nil }.map(\.index)
    matchNames(old, new)
    // The formats have different names for convolutions and matmuls; what they are is the same.
    func operatorName(_ layer: Layer) -> String {
      layer.kind.isContraction ? layer.kind.rawValue : layer.operatorTitle
    }
    let levels: [(Layer, Workload) -> [String]] = [
      { layer, workload in
        [
          operatorName(layer), layer.work.macs.description, layer.parameters.description,
          Self.resultSize(layer, workload),
        ]
      },
      { layer, workload in [operatorName(layer), Self.resultSize(layer, workload)] },
      { layer, _ in [operatorName(layer)] },
    ]
    for level in levels {
      matchInOrder(
        removed.map { level(old.layers[$0], old) }, added.map { level(new.layers[$0], new) })
    }
    matches.sort { $0.new < $1.new }
  }

  private static func resultSize(_ layer: Layer, _ workload: Workload) -> String {
    layer.outputs.map { workload.graph[$0].type.elementCount }.sum.description
  }

  private mutating func matchNames(_ old: Workload, _ new: Workload) {
    // A root that all names share, such as the model's own name, does not distinguish layers.
    func unique(_ layers: [Int], _ workload: Workload) -> [String: Int] {
      let root = Self.sharedRoot(layers.map { workload.layers[$0].shortName })
      return Dictionary(grouping: layers) {
        String(workload.layers[$0].shortName.dropFirst(root.count))
      }.compactMapValues { $0.count == 1 ? $0[0] : nil }
    }
    let olds = unique(removed, old)
    for (name, place) in unique(added, new) {
      guard let before = olds[name],
        old.layers[before].operatorTitle == new.layers[place].operatorTitle
      else { continue }
      matches.append(Match(old: before, new: place, reason: .name))
    }
    leaveOutMatched()
  }

  /// The folders at the start that most of the names have: a model's input may have none.
  static func sharedRoot(_ names: [String]) -> String {
    let scoped = names.filter { $0.contains("/") }
    guard scoped.count > 1, 2 * scoped.count > names.count else { return "" }
    var root = scoped[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for name in scoped {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      while !root.isEmpty, parts.prefix(root.count) != root { root = root.dropLast() }
    }
    return root.isEmpty ? "" : root.joined(separator: "/") + "/"
  }

  /// The longest common subsequence of the rest.
  private mutating func matchInOrder(_ olds: [[String]], _ news: [[String]]) {
    for (before, place) in OrderedPairs.common(olds, news) {
      matches.append(Match(old: removed[before], new: added[place], reason: .structure))
    }
    leaveOutMatched()
  }

  private mutating func leaveOutMatched() {
    let olds = Set(matches.map(\.old))
    let news = Set(matches.map(\.new))
    removed.removeAll(where: olds.contains)
    added.removeAll(where: news.contains)
  }
}
