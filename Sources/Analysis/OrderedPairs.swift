/// Pairs of elements of two lists that have the same key, in the order of both.
package enum OrderedPairs {
  /// The longest common subsequence, as places in both lists.
  package static func common<Key: Hashable>(_ olds: [Key], _ news: [Key]) -> [(Int, Int)] {
    // What only one side has is in no common subsequence; the search takes as long as they differ.
    let (oldKeys, newKeys) = (Set(olds), Set(news))
    let shared = (
      olds.indices.filter { newKeys.contains(olds[$0]) },
      news.indices.filter { oldKeys.contains(news[$0]) }
    )
    let pairs =
      shared.0.count * shared.1.count <= mostPairs
      ? longest(shared.0.map { olds[$0] }, shared.1.map { news[$0] })
      : greedy(shared.0.map { olds[$0] }, shared.1.map { news[$0] })
    return pairs.map { (shared.0[$0], shared.1[$1]) }
  }

  /// Beyond so many pairs, each element takes the first that fits.
  private static let mostPairs = 4_000_000

  private static func greedy<Key: Hashable>(_ olds: [Key], _ news: [Key]) -> [(Int, Int)] {
    var queues: [Key: [Int]] = [:]
    for (place, key) in olds.enumerated().reversed() { queues[key, default: []].append(place) }
    return news.enumerated().compactMap { place, key in
      queues[key]?.popLast().map { ($0, place) }
    }
  }

  private static func longest<Key: Hashable>(_ olds: [Key], _ news: [Key]) -> [(Int, Int)] {
    let changes = news.difference(from: olds)
    var isRemoved = [Bool](repeating: false, count: olds.count)
    var isInserted = [Bool](repeating: false, count: news.count)
    for change in changes {
      switch change {
      case .remove(let offset, _, _): isRemoved[offset] = true
      case .insert(let offset, _, _): isInserted[offset] = true
      }
    }
    let kept = olds.indices.filter { !isRemoved[$0] }
    let found = news.indices.filter { !isInserted[$0] }
    return Array(zip(kept, found))
  }
}
