import Assessment

/// Where the nodes of a graph go when it is drawn in rows, each node below all that it reads.
///
/// The steps are those of layered drawing (Sugiyama et al. 1981,
/// https://doi.org/10.1109/TSMC.1981.4308636): rows by the longest way, places along a row by the mean
/// of neighbours, positions by pulling nodes to their neighbours. Its time grows with nodes and edges
/// together.
package struct GraphLayout {
  struct Edge {
    var from, to: Int
    /// Where the edge passes each row between its ends; empty when there are none, or when so many
    /// edges pass rows that they are drawn straight.
    var bends: [Double]
  }

  /// The row of each node.
  private(set) var row: [Int]
  /// The middle of each node, in widths of a node from the left edge of the leftmost.
  private(set) var x: [Double]
  private(set) var edges: [Edge] = []

  /// Something with a place in a row: a node, or a bend of an edge.
  private struct Item {
    var width: Double
    var above: [Int] = []
    var below: [Int] = []
    var x = 0.0
  }

  private static let gap = 0.25
  private static let bendWidth = 0.15
  private static let sweeps = 4

  /// - Parameter pairs: Nodes with an edge between them; one that leads back, as a loop's does, is
  ///   not drawn, and several between the same nodes are one.
  init(nodes: Int, _ pairs: [(from: Int, to: Int)]) {
    let sorted = pairs.filter { $0.from < $0.to }.sorted { $0 < $1 }
    var connections: [(from: Int, to: Int)] = []
    for pair in sorted where connections.last.map({ $0 != pair }) ?? true {
      connections.append(pair)
    }
    row = Self.rows(nodes, connections)
    var items = [Item](repeating: Item(width: 1), count: nodes)
    var rows = [[Int]](repeating: [], count: (row.max() ?? -1) + 1)
    for node in 0..<nodes { rows[row[node]].append(node) }
    let bendBudget = 4 * nodes + 1000
    var bendsOfEdge: [[Int]] = []
    for (from, to) in connections {
      let between = row[from] + 1..<row[to]
      var bends: [Int] = []
      if items.count - nodes + between.count <= bendBudget {
        for place in between {
          bends.append(items.count)
          rows[place].append(items.count)
          items.append(Item(width: Self.bendWidth))
        }
        let way = [from] + bends + [to]
        for (upper, lower) in zip(way, way.dropFirst()) {
          items[upper].below.append(lower)
          items[lower].above.append(upper)
        }
      }
      bendsOfEdge.append(bends)
    }
    Self.order(&rows, &items)
    Self.place(rows, &items)
    let left = items.map { $0.x - $0.width / 2 }.min() ?? 0
    x = items.prefix(nodes).map { $0.x - left }
    edges = zip(connections, bendsOfEdge).map { connection, bends in
      Edge(from: connection.from, to: connection.to, bends: bends.map { items[$0].x - left })
    }
  }

  /// Each node one row below the lowest that it reads; a node without operands just above its first consumer.
  private static func rows(_ nodes: Int, _ connections: [(from: Int, to: Int)]) -> [Int] {
    var row = [Int](repeating: 0, count: nodes)
    var readsSomething = [Bool](repeating: false, count: nodes)
    for (from, to) in connections {
      row[to] = max(row[to], row[from] + 1)
      readsSomething[to] = true
    }
    var firstUser = [Int?](repeating: nil, count: nodes)
    for (from, to) in connections where !readsSomething[from] {
      firstUser[from] = min(firstUser[from] ?? row[to], row[to])
    }
    for (node, user) in firstUser.enumerated() {
      if let user { row[node] = max(0, user - 1) }
    }
    return row
  }

  /// Sorts each row by where its items' neighbours are in the row before, down and up in turn.
  private static func order(_ rows: inout [[Int]], _ items: inout [Item]) {
    for row in rows {
      for (place, item) in row.enumerated() { items[item].x = Double(place) }
    }
    for sweep in 0..<2 * sweeps {
      let isDown = sweep.isMultiple(of: 2)
      for index in isDown ? Array(rows.indices) : rows.indices.reversed() {
        let keyed = rows[index].map { item in (key: wish(items, item, isDown), item: item) }
        rows[index] = keyed.sorted { ($0.key, $0.item) < ($1.key, $1.item) }.map(\.item)
        for (place, item) in rows[index].enumerated() { items[item].x = Double(place) }
      }
    }
  }

  /// The mean of the neighbours in the row before, or where the item is.
  private static func wish(_ items: [Item], _ item: Int, _ isDown: Bool) -> Double {
    let neighbours = isDown ? items[item].above : items[item].below
    guard !neighbours.isEmpty else { return items[item].x }
    return neighbours.map { items[$0].x }.reduce(0, +) / Double(neighbours.count)
  }

  /// Pulls items to their neighbours without changing the order in a row.
  private static func place(_ rows: [[Int]], _ items: inout [Item]) {
    for row in rows {
      var x = 0.0
      for item in row {
        items[item].x = x + items[item].width / 2
        x += items[item].width + gap
      }
      for item in row { items[item].x -= x / 2 }
    }
    for sweep in 0..<2 * sweeps {
      let isDown = sweep.isMultiple(of: 2)
      for index in isDown ? Array(rows.indices) : rows.indices.reversed() {
        pull(rows[index], &items, isDown)
      }
    }
  }

  /// The mean of two rows that both keep distances: one pushed to the right, one to the left.
  private static func pull(_ row: [Int], _ items: inout [Item], _ isDown: Bool) {
    let wishes = row.map { wish(items, $0, isDown) }
    var right = wishes
    var left = wishes
    for place in row.indices.dropFirst() {
      let distance = (items[row[place - 1]].width + items[row[place]].width) / 2 + gap
      right[place] = max(right[place], right[place - 1] + distance)
    }
    for place in row.indices.dropLast().reversed() {
      let distance = (items[row[place]].width + items[row[place + 1]].width) / 2 + gap
      left[place] = min(left[place], left[place + 1] - distance)
    }
    for place in row.indices { items[row[place]].x = (right[place] + left[place]) / 2 }
  }
}
