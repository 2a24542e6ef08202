import Analysis
import Hotspots
import OpGraph

/// The layers of a model in the modules that the file names, each inside the one that holds it.
///
/// No group has more than `mostChildren` children: longer lists are divided by the size of images, or
/// into runs of layers. So a page can show thousands of layers a group at a time.
struct ModuleTree {
  struct Group: Encodable, Equatable {
    var name: String
    /// The place of the group that holds it; nil at the top.
    var parent: Int?
  }

  /// A group comes behind the one that holds it.
  private(set) var groups: [Group] = []
  /// The group that each layer is in; nil at the top.
  private(set) var groupOfLayer: [Int?]

  static let mostChildren = 24

  /// Modules inside each other beyond this number are shown as one with the last.
  static let mostLevels = 64

  init(_ workload: Workload) {
    let paths = Ranking.modulePaths(of: workload)
    let blocks =
      paths.allSatisfy(\.isEmpty) && paths.count > Self.mostChildren
      ? Ranking.blocks(workload) : []
    self.init(paths, blocks: blocks.count > 1 ? blocks : [])
  }

  /// - Parameters:
  ///   - paths: The names of the modules of each layer, the outermost first.
  ///   - blocks: Runs of layers with their names, which divide a model without modules.
  init(_ paths: [[String]], blocks: [(name: String, layers: [Int])] = []) {
    let paths = paths.map { $0.count > Self.mostLevels ? Array($0.prefix(Self.mostLevels)) : $0 }
    groupOfLayer = [Int?](repeating: nil, count: paths.count)
    let children: [Child] =
      blocks.isEmpty
      ? Self.children(
        Array(paths.indices), paths, depth: Self.sharedDepth(paths.indices, paths, from: 0))
      : blocks.map { Self.child($0.name, $0.layers, $0.layers.map(Child.layer)) }
    add(children, to: nil)
  }

  private indirect enum Child {
    case layer(Int)
    case module(name: String, layers: [Int], [Child])

    /// Its first and last layer.
    var ends: ClosedRange<Int> {
      switch self {
      case .layer(let index): index...index
      case .module(_, let layers, _): (layers.min() ?? 0)...(layers.max() ?? 0)
      }
    }
  }

  /// A module of one layer is that layer.
  private static func child(_ name: String, _ layers: [Int], _ children: [Child]) -> Child {
    layers.count == 1 ? .layer(layers[0]) : .module(name: name, layers: layers, children)
  }

  /// How many names the paths of layers share at their start; they are known to share the first `depth`.
  private static func sharedDepth(
    _ layers: some Collection<Int>, _ paths: [[String]], from depth: Int
  ) -> Int {
    guard let first = layers.first.map({ paths[$0] }) else { return depth }
    var shared = first.count
    for layer in layers.dropFirst() where shared > depth {
      let path = paths[layer]
      let most = min(shared, path.count)
      shared = (depth..<most).first { path[$0] != first[$0] } ?? most
    }
    return shared
  }

  /// The modules and single layers below a depth, in the order of their first layers.
  private static func children(_ layers: [Int], _ paths: [[String]], depth: Int) -> [Child] {
    var order: [String] = []
    var members: [String: [Int]] = [:]
    var result: [(first: Int, child: Child)] = []
    for layer in layers {
      guard paths[layer].count > depth else {
        result.append((layer, .layer(layer)))
        continue
      }
      let name = paths[layer][depth]
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(layer)
    }
    for name in order {
      let inside = members[name] ?? []
      // A module that only holds another one is shown as one with it.
      let next = sharedDepth(inside, paths, from: depth + 1)
      let title = paths[inside[0]][depth..<next].joined(separator: "/")
      result.append(
        (inside[0], child(title, inside, children(inside, paths, depth: next))))
    }
    return result.sorted { $0.first < $1.first }.map(\.child)
  }

  private mutating func add(_ children: [Child], to parent: Int?) {
    for child in Self.divided(children) {
      switch child {
      case .layer(let index): groupOfLayer[index] = parent
      case .module(let name, _, let inner):
        groups.append(Group(name: name, parent: parent))
        add(inner, to: groups.count - 1)
      }
    }
  }

  /// Long lists as runs of equal length.
  private static func divided(_ children: [Child]) -> [Child] {
    guard children.count > mostChildren else { return children }
    let runs = min((children.count + mostChildren - 1) / mostChildren, mostChildren)
    return (0..<runs).map { run in
      let part = Array(
        children[children.count * run / runs..<children.count * (run + 1) / runs])
      let ends = part.map(\.ends)
      let (first, last) = (ends.map(\.lowerBound).min() ?? 0, ends.map(\.upperBound).max() ?? 0)
      return .module(name: "layers \(first) to \(last)", layers: [first, last], part)
    }
  }
}
