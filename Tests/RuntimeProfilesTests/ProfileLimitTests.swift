import Quantities
import Testing

@testable import RuntimeProfiles

/// Profiles that are small for what they stand for.
@Suite struct ProfileLimitTests {
  /// Ranges one after the other, and which of ten layers each lists.
  static let ranges: [([ClosedRange<Int>], [[Int]])] = [
    ([0...9, 0...9, 0...9], [Array(0...9), [0, 9], [0, 9]]),
    ([2...4, 6...7, 0...9], [[2, 3, 4], [6, 7], [0, 1, 2, 5, 6, 8, 9]]),
    // Neighbours are not together before a range has both.
    (
      [0...3, 4...6, 7...9, 0...9, 1...8],
      [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9], [0, 4, 7, 9], [1, 8]]
    ),
    ([0...5, 3...8], [Array(0...5), [3, 6, 7, 8]]),
    ([0...9, 3...5], [Array(0...9), [3, 5]]),
    ([4...4, 4...4, 3...4], [[4], [4], [3, 4]]),
  ]

  @Test(arguments: ranges) func aLayerIsListedForOneRange(
    ranges: [ClosedRange<Int>], expected: [[Int]]
  ) {
    var layers = LayerRanges(layers: 10)
    #expect(ranges.map { layers.take($0) } == expected)
  }

  /// All ranges of 60 layers, in some order: what is listed joins the same layers as all of each range would.
  @Test func rangesJoinWhatAllOfTheirLayersWould() {
    let count = 60
    let all = (0..<count).flatMap { first in (first..<count).map { first...$0 } }
    for step in [7, 11, 997] {
      var (ranges, listed) = (LayerRanges(layers: count), 0)
      var (own, whole) = (DisjointSets(count), DisjointSets(count))
      // The first ranges are short, so that they are apart.
      let few = all.filter { $0.count < 4 }.enumerated().filter { $0.offset % 9 == step % 9 }
      let many = all.indices.map { all[$0 * step % all.count] }
      for range in few.map(\.element) + many {
        let layers = ranges.take(range)
        #expect(layers.first == range.lowerBound && layers.last == range.upperBound)
        listed += layers.count
        for layer in layers { own.join(layer, layers[0]) }
        for layer in range { whole.join(layer, range.lowerBound) }
        #expect(own.sets(of: 0..<count) == whole.sets(of: 0..<count))
      }
      #expect(listed <= count + 2 * (few.count + many.count))
    }
  }

  /// A name that a run lacks takes no time in it, but few names are in few runs only.
  @Test(arguments: [
    // All names in all runs.
    (100, 1000, 1, true), (400, 400, 1, true),
    // Each name in each eighth run, or in one.
    (1000, 800, 8, true), (300, 300, 300, true), (1000, 1000, 1000, false), (3000, 300, 300, false),
  ])
  func namesAreInMostRuns(names: Int, runs: Int, step: Int, isRead: Bool) throws {
    var times = RunTimes(runs: runs)
    for name in 0..<names {
      for run in stride(from: name % step, to: runs, by: step) {
        times.add(1, to: "n\(name)", run: run)
      }
    }
    let read = times
    if isRead {
      #expect(try read.timings().count == names)
    } else {
      #expect(throws: Problem.self) { try read.timings() }
    }
  }

  /// Any line feed or carriage return ends a line, and those without anything in them are none.
  @Test(arguments: [
    ("a\nb\n", ["a", "b"]), ("a\r\nb", ["a", "b"]), ("a\rb\r", ["a", "b"]),
    ("\n\r\n\ra\n\n", ["a"]), ("é\nb\r\n ", ["é", "b", " "]), ("", []),
  ])
  func linesHaveAnyEnd(text: String, lines: [String]) throws {
    let profile = try ProfileText(Array(text.utf8), named: "log.txt")
    #expect(profile.lines.map(String.init) == lines)
  }

  /// Each slice lies in the one before it.
  @Test func slicesMayLieDeep() {
    let count = 3000
    let slices = (0..<count).map { place in
      TraceEvents.Slice(
        name: "s", category: "", thread: "1/1", start: Double(place),
        duration: Double(2 * (count - place)))
    }
    let nested = slices.nested()
    #expect(nested.map(\.depth) == Array(0..<count))
    // Each is 2 µs longer than the next.
    #expect(nested.allSatisfy { $0.own == 2 })
  }

  /// Runs of other operators, and one that was cut off, are none.
  @Test func aLogHasRunsOfTheSameOperators() throws {
    func block(_ tags: [String], _ ticks: Int) -> String {
      tags.map { "\($0) took \(ticks) ticks (1 ms).\n" }.joined() + "-\n"
    }
    let log =
      block(["CONV_2D", "ADD"], 10) + block(["CONV_2D", "MUL"], 90) + block(["CONV_2D"], 90)
      + block(["CONV_2D", "ADD", "ADD"], 90) + block(["CONV_2D", "ADD"], 30)
    let profile = try RuntimeProfile(ProfileText(Array(log.utf8), named: "log.txt"))
    #expect(profile.format == .microProfiler && profile.entries.count == 2)
    #expect(profile.entries.map(\.timing.runs) == [[10, 30], [10, 30]])
  }
}
