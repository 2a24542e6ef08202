/// Sets of numbers that only grow together (union-find).
package struct DisjointSets: Sendable {
  private var parents: [Int]

  /// Each number below the count in a set of its own.
  package init(_ count: Int) { parents = Array(0..<count) }

  /// The number that stands for the set of another.
  package mutating func root(of number: Int) -> Int {
    var root = number
    while parents[root] != root { root = parents[root] }
    var next = number
    while parents[next] != root { (next, parents[next]) = (parents[next], root) }
    return root
  }

  /// Joins the sets of two numbers; the smaller root stands for both.
  package mutating func join(_ one: Int, _ other: Int) {
    let roots = (root(of: one), root(of: other))
    parents[max(roots.0, roots.1)] = min(roots.0, roots.1)
  }

  /// The sets in the order of their smallest numbers.
  package mutating func sets(of numbers: some Sequence<Int>) -> [[Int]] {
    var members: [Int: [Int]] = [:]
    for number in numbers { members[root(of: number), default: []].append(number) }
    return members.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }
}
