import Documents
import Quantities

/// The slices of a file in Chrome's Trace Event Format: an array of events, or an object with one.
struct TraceEvents: Decodable {
  /// A slice of time in microseconds.
  struct Slice {
    var name: String
    var category: String
    var thread: String
    var start: Double
    var duration: Double
    var arguments: Arguments?

    var end: Double { start + duration }
  }

  /// What onnxruntime says of a node.
  struct Arguments: Decodable {
    var operatorName: String?
    /// Elements of its first result.
    var outputElements: Int?

    private enum CodingKeys: String, CodingKey {
      case operatorName = "op_name"
      case shapes = "output_type_shape"
    }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      operatorName = try members.decodeIfPresent(String.self, forKey: .operatorName)
      // Each is a type with a shape.
      let shapes = try members.decodeIfPresent([[String: [Int]]].self, forKey: .shapes)
      outputElements = shapes?.first?.values.first?.reduce(1, saturatingProduct)
    }
  }

  var slices: [Slice] = []
  /// Whether there are more than can be read.
  var isTooLong = false

  /// Slices of 100 runs of a network of 10,000 operators.
  private static let most = 1_000_000

  /// - Returns: Slices of a trace; nil for other files.
  static func slices(_ json: JSONText) throws(Problem) -> [Slice]? {
    guard let events: TraceEvents = json.decoded(), !events.slices.isEmpty else { return nil }
    guard !events.isTooLong else {
      throw Problem("has more than \(grouped(most)) events", expected: "fewer runs")
    }
    return events.slices
  }

  private enum CodingKeys: CodingKey { case traceEvents }

  init(from decoder: any Decoder) throws {
    var list =
      if let object = try? decoder.container(keyedBy: CodingKeys.self),
        object.contains(.traceEvents)
      {
        try object.nestedUnkeyedContainer(forKey: .traceEvents)
      } else {
        try decoder.unkeyedContainer()
      }
    // Where slices of each thread began that are not yet at their ends.
    var open: [String: [Slice]] = [:]
    var openCount = 0
    while !list.isAtEnd {
      guard slices.count + openCount < Self.most else {
        isTooLong = true
        return
      }
      let event = try list.decode(Event.self)
      switch event.ph {
      case "X":
        if let slice = event.slice, let duration = event.dur {
          slices.append(slice)
          slices[slices.count - 1].duration = duration
        }
      case "B":
        if let slice = event.slice {
          open[slice.thread, default: []].append(slice)
          openCount += 1
        }
      case "E":
        guard let end = event.ts, var slice = open[event.thread]?.popLast() else { continue }
        openCount -= 1
        slice.duration = end - slice.start
        slices.append(slice)
      default: continue
      }
    }
    slices.removeAll { !($0.start.isFinite && $0.duration.isFinite && $0.duration >= 0) }
  }

  /// An event of any kind; what it lacks or has in another form is nil.
  private struct Event: Decodable {
    var name: String?
    var cat: String?
    var ph: String?
    var ts: Double?
    var dur: Double?
    var thread: String
    var args: Arguments?

    private enum CodingKeys: CodingKey { case name, cat, ph, ts, dur, pid, tid, args }

    init(from decoder: any Decoder) throws {
      let event = try? decoder.container(keyedBy: CodingKeys.self)
      func value<Value: Decodable>(_ key: CodingKeys) -> Value? {
        try? event?.decodeIfPresent(Value.self, forKey: key)
      }
      func identifier(_ key: CodingKeys) -> String {
        let number: Int? = value(key)
        return number.map(String.init) ?? value(key) ?? ""
      }
      ph = value(.ph)
      guard ph == "X" || ph == "B" || ph == "E" else {
        thread = ""
        return
      }
      name = value(.name)
      cat = value(.cat)
      ts = value(.ts)
      dur = value(.dur)
      args = value(.args)
      thread = "\(identifier(.pid))/\(identifier(.tid))"
    }

    var slice: Slice? {
      guard let name, let ts else { return nil }
      return Slice(
        name: abridged(name, to: 4096), category: cat ?? "", thread: thread, start: ts, duration: 0,
        arguments: args)
    }
  }
}

/// A slice of a list among the others.
struct NestedSlice {
  /// Its place in the list.
  var index: Int
  /// Microseconds that no slice within it on its thread has.
  var own: Double
  /// How many slices it lies in.
  var depth: Int
}

extension [TraceEvents.Slice] {
  /// The slices in the order of their starts.
  func nested() -> [NestedSlice] {
    let order = indices.sorted {
      (self[$0].start, self[$1].duration) < (self[$1].start, self[$0].duration)
    }
    var result = order.map { NestedSlice(index: $0, own: self[$0].duration, depth: 0) }
    // The slices of each thread that the next one may lie in, the innermost last.
    var open: [String: [Int]] = [:]
    for place in result.indices {
      let slice = self[result[place].index]
      // Taken out, so that it is not copied when it grows.
      var stack = open.removeValue(forKey: slice.thread) ?? []
      while let last = stack.last, self[result[last].index].end <= slice.start {
        stack.removeLast()
      }
      if let last = stack.last, slice.end <= self[result[last].index].end {
        result[last].own = Swift.max(0, result[last].own - slice.duration)
        result[place].depth = result[last].depth + 1
      }
      stack.append(place)
      open[slice.thread] = stack
    }
    return result
  }
}

/// The times of named things in several runs, in the order in which they first occur.
struct RunTimes {
  private var names: [String] = []
  private var places: [String: Int] = [:]
  private var times: [[Int: Double]] = []
  private var additions = 0
  private let runs: Int

  init(runs: Int) { self.runs = runs }

  /// Adds to the time of a name in a run.
  mutating func add(_ seconds: Double, to name: String, run: Int) {
    let place = places[name] ?? names.count
    if place == names.count {
      places[name] = place
      names.append(name)
      times.append([:])
    }
    times[place][run, default: 0] += seconds
    additions += 1
  }

  /// The names with their times; a name that some run lacks took none in it.
  /// - Throws: `Problem` when most names are in few runs, and so are more numbers than the file has.
  func timings() throws(Problem) -> [(name: String, timing: Timing)] {
    guard names.count * runs <= Self.least + Self.share * additions else {
      throw Problem(
        "\(grouped(names.count)) names in \(grouped(runs)) runs, of which few have each",
        expected: "runs of one network")
    }
    return zip(names, times).map { name, times in
      (name, Timing(runs: (0..<runs).map { times[$0] ?? 0 }))
    }
  }

  /// How many runs may lack a name for each that has it: loops and branches leave operators out.
  private static let share = 8
  /// Numbers that any file may have.
  private static let least = 100_000
}
