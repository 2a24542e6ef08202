import Analysis
import DeviceProfiles
import HardwareMapping
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bandwidth at which weights and caches come, from how fast decoders were measured to make texts.
///
/// Of each text it is the one bandwidth at which the predicted speed is the measured one, with all rates as they
/// are. Several texts give its geometric mean.
package struct StreamingFit: Sendable {
  /// A measured text and what is predicted of it, in tokens per second after the first.
  package struct Comparison: Sendable {
    /// The row of the table.
    package var row: Int
    package var model: String
    package var prompt, tokens: Int
    package var measured: Double
    /// Nil where the profile predicts none.
    package var before, after: Double?
    /// Why the row says nothing of the bandwidth; nil where it does.
    package var objection: String?

    /// Whether the row is fitted.
    package var isUsed: Bool { objection == nil }

    var warning: String? {
      objection.map { "row \(row): tokens_per_second \(tidy(measured)) \($0)" }
    }
  }

  package let runtime: String
  package private(set) var comparisons: [Comparison] = []
  /// Nil where no row says anything of it.
  package private(set) var bandwidth: Estimate<BytesPerSecond>?
  let unit: String
  let memory: MemoryName

  /// How far speeds of other lengths and of other decoders lie from what one that was measured makes of them, and of the same
  /// one measured again: docs/language-models.md, "How good predictions are".
  private static let spread = 1.3
  /// Bytes per second that are looked through: from a serial flash memory to beyond any processor's caches.
  private static let limits = (least: 1e3, most: 1e14)
  /// Bisections, after which the ends differ by a thousandth.
  private static let bisections = 16
  /// A speed that is nearer to what everything else lets through says nothing of a memory.
  private static let nearest = 1.1

  /// A fit for each memory that decides how fast some of the texts are made.
  /// - Parameter runtime: That of all texts, with its rates.
  /// - Throws: `Problem` when a count of a step does not fit in 64 bits.
  static func fits(
    _ texts: [BoardMeasurements.Text], of runtime: Runtime, on profile: DeviceProfile
  ) throws(Problem) -> [StreamingFit] {
    guard let last = profile.memories.last(where: { $0.holds != .activations })?.name else {
      return []
    }
    var places: [Place] = []
    var groups: [Place: [BoardMeasurements.Text]] = [:]
    for text in texts {
      let place =
        try Place.deciding(text, of: runtime, on: profile) ?? Place(unit: 0, memory: last)
      if groups[place] == nil { places.append(place) }
      groups[place, default: []].append(text)
    }
    return try places.map { place throws(Problem) in
      try StreamingFit(groups[place] ?? [], place, of: runtime, on: profile)
    }
  }

  /// - Parameter texts: Those whose speed the bandwidth of one place decides.
  private init(
    _ texts: [BoardMeasurements.Text], _ place: Place, of runtime: Runtime,
    on profile: DeviceProfile
  ) throws(Problem) {
    self.runtime = runtime.name
    memory = place.memory
    unit = runtime.units[place.unit].name
    let old = runtime.units[place.unit].streamingBandwidth?[memory]
    var found: [(low: Double, value: Double, high: Double)] = []
    for text in texts {
      func speed(_ bandwidth: Double) throws(Problem) -> Double? {
        try place.speed(text, at: bandwidth, of: runtime, on: profile)
      }
      /// The bandwidth at which the predicted speed is another one, which lies between those at the limits.
      func bandwidth(_ wanted: Double) throws(Problem) -> Double {
        var (low, high) = Self.limits
        for _ in 0..<Self.bisections {
          let middle = (low * high).squareRoot()
          if try speed(middle) ?? 0 < wanted { low = middle } else { high = middle }
        }
        return (low * high).squareRoot()
      }
      let measured = text.tokensPerSecond
      var comparison = Comparison(
        row: text.row.number, model: text.row.model, prompt: text.work.request.prompt,
        tokens: text.work.request.tokens, measured: measured,
        before: try place.speed(text, at: nil, of: runtime, on: profile))
      if let slowest = try speed(Self.limits.least), let fastest = try speed(Self.limits.most) {
        if fastest < slowest * Self.nearest {
          comparison.objection =
            "says nothing of a memory: starts of kernels and multiplying take all of the predicted time"
        } else if measured * Self.nearest > fastest {
          comparison.objection =
            "is not below \(significant(fastest / Self.nearest)), near what starts of kernels and multiplying alone let "
            + "through: is it the speed of steps, of one text?"
        } else if measured < slowest * Self.spread {
          comparison.objection = "is slower than any memory"
        } else {
          let value = try bandwidth(measured)
          let isOpen = measured * Self.spread >= fastest
          found.append(
            (
              low: try bandwidth(measured / Self.spread), value: value,
              // Where all else decides at that speed, the row has no upper end.
              high: isOpen
                ? max(old?.high ?? 0, 10 * value) : try bandwidth(measured * Self.spread)
            ))
        }
      } else {
        comparison.objection = "is of a text whose time is not known"
      }
      comparisons.append(comparison)
    }
    guard let least = found.map(\.low).min(), let most = found.map(\.high).max() else { return }
    let mean = exp(found.map { log($0.value) }.reduce(0, +) / Double(found.count))
    bandwidth = Estimate(
      rounded(mean), low: min(rounded(mean), rounded(least)),
      high: max(rounded(mean), rounded(most)), provenance: .derived,
      sources: [CalibrationRecord.sourceOfTexts],
      note: "from tokens per second of \(counted(found.count, "measured text"))")
    for index in comparisons.indices {
      comparisons[index].after = try place.speed(texts[index], at: mean, of: runtime, on: profile)
    }
  }

  /// A memory of a unit.
  private struct Place: Hashable {
    var unit: Int
    var memory: MemoryName

    /// The one whose bandwidth changes the speed of a text most: weights lie where there is room, and layers run where they can.
    static func deciding(
      _ text: BoardMeasurements.Text, of runtime: Runtime, on profile: DeviceProfile
    ) throws(Problem) -> Place? {
      var best: (place: Place, ratio: Double)?
      for unit in runtime.units.indices {
        for memory in profile.memories where memory.holds != .activations {
          let place = Place(unit: unit, memory: memory.name)
          let slow = try place.speed(text, at: limits.least, of: runtime, on: profile)
          let fast = try place.speed(text, at: limits.most, of: runtime, on: profile)
          guard let slow, let fast, slow > 0 else { continue }
          if fast / slow > best?.ratio ?? 0 { best = (place, fast / slow) }
        }
      }
      return best?.place
    }

    /// Tokens per second at a bandwidth; nil for that of the profile.
    func speed(
      _ text: BoardMeasurements.Text, at bandwidth: Double?, of runtime: Runtime,
      on profile: DeviceProfile
    ) throws(Problem) -> Double? {
      var runtime = runtime
      if let bandwidth {
        runtime.units[unit].stream(
          at: [memory: Estimate(exactly: bandwidth, provenance: .derived)])
      }
      return try GenerationEstimate(text.work, on: profile, runtime: runtime)
        .tokensPerSecond(text.work.request)?.value
    }
  }
}
