/// Who reads each value, in two flat lists.
package struct Consumers: Sendable {
  /// For each value where its readers start in `readers`, and then where the last ones end.
  private let starts: [Int32]
  private let readers: [Int32]

  /// No values.
  package init() { (starts, readers) = ([], []) }

  /// - Parameters:
  ///   - values: How many values there are; like readers, fewer than 2^31.
  ///   - readers: How many readers there are.
  ///   - visit: Calls a function with each value that a reader reads; more than once does no harm.
  package init(
    values: Int, readers: Int, _ visit: (_ reader: Int, _ read: (_ value: Int) -> Void) -> Void
  ) {
    // A large concatenation has as many operands as a graph has values: marks find repeated ones.
    var lastReader = [Int32](repeating: -1, count: values)
    var ends = [Int32](repeating: 0, count: values + 1)
    for reader in 0..<readers {
      visit(reader) { value in
        guard lastReader[value] != Int32(reader) else { return }
        lastReader[value] = Int32(reader)
        ends[value] += 1
      }
    }
    var sum: Int32 = 0
    for value in ends.indices {
      (ends[value], sum) = (sum, sum + ends[value])
    }
    let starts = ends
    var list = [Int32](repeating: 0, count: Int(sum))
    for value in lastReader.indices { lastReader[value] = -1 }
    for reader in 0..<readers {
      visit(reader) { value in
        guard lastReader[value] != Int32(reader) else { return }
        lastReader[value] = Int32(reader)
        list[Int(ends[value])] = Int32(reader)
        ends[value] += 1
      }
    }
    self.starts = starts
    self.readers = list
  }

  /// The readers of a value, in order, each once.
  package subscript(value: Int) -> Readers {
    Readers(all: readers, start: Int(starts[value]), end: Int(starts[value + 1]))
  }

  /// The readers of one value.
  package struct Readers: RandomAccessCollection {
    fileprivate let all: [Int32]
    fileprivate let start: Int
    fileprivate let end: Int

    package var startIndex: Int { 0 }
    package var endIndex: Int { end - start }
    package subscript(place: Int) -> Int { Int(all[start + place]) }
  }
}
