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

/// The bandwidth at which a unit streams weights and caches, from how fast decoders were measured to make texts on it.
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
    /// Bytes per second at which the prediction is what was measured; nil where no bandwidth has it.
    var bandwidth: Double?

    /// What is odd about the measured speed; nil where nothing is.
    var warning: String? {
      bandwidth == nil
        ? "row \(row): tokens_per_second \(tidy(measured)) is reached at no bandwidth of the memory; expected less than "
          + "starts of kernels and multiplying alone let through: is it the speed of steps, of one text?"
        : nil
    }
  }

  package let runtime: String
  package private(set) var comparisons: [Comparison]
  /// Of the memory that weights lie in; nil where no row has any.
  package private(set) var bandwidth: Estimate<BytesPerSecond>?
  package let unit: String
  let memory: MemoryName

  /// What other lengths and other decoders differ by from one that was measured: docs/language-models.md,
  /// "How good predictions are".
  private static let spread = 1.3
  /// Bytes per second that are looked through: from a serial flash memory to beyond any processor's caches.
  private static let limits = (least: 1e3, most: 1e14)
  /// Bisections, after which the ends differ by a thousandth.
  private static let bisections = 16

  /// - Parameter texts: Of one unit of the runtime, which has its rates; at least one.
  /// - Throws: `Problem` when a count of a step does not fit in 64 bits.
  init?(
    _ texts: [BoardMeasurements.Text], of runtime: Runtime, on profile: DeviceProfile
  ) throws(Problem) {
    guard let place = texts.first?.unit, runtime.units.indices.contains(place),
      let memory = profile.memories.last(where: { $0.holds != .activations })?.name
    else { return nil }
    self.runtime = runtime.name
    self.memory = memory
    unit = runtime.units[place].name
    func speed(_ text: BoardMeasurements.Text, _ runtime: Runtime) throws(Problem) -> Double? {
      try GenerationEstimate(text.work, on: profile, runtime: runtime)
        .tokensPerSecond(text.work.request)?.value
    }
    func with(_ bandwidth: Double) -> Runtime {
      var changed = runtime
      changed.units[place].streamingBandwidth = [
        memory: Estimate(exactly: bandwidth, provenance: .derived)
      ]
      return changed
    }
    comparisons = []
    for text in texts {
      var comparison = Comparison(
        row: text.row.number, model: text.row.model, prompt: text.work.request.prompt,
        tokens: text.work.request.tokens, measured: text.tokensPerSecond,
        before: try speed(text, runtime))
      var (low, high) = Self.limits
      if let slowest = try speed(text, with(low)), let fastest = try speed(text, with(high)),
        slowest < text.tokensPerSecond, text.tokensPerSecond < fastest
      {
        for _ in 0..<Self.bisections {
          let middle = (low * high).squareRoot()
          if try speed(text, with(middle)) ?? 0 < text.tokensPerSecond {
            low = middle
          } else {
            high = middle
          }
        }
        comparison.bandwidth = (low * high).squareRoot()
      }
      comparisons.append(comparison)
    }
    let found = comparisons.compactMap(\.bandwidth)
    guard let least = found.min(), let most = found.max() else { return }
    let mean = exp(found.map { log($0) }.reduce(0, +) / Double(found.count))
    bandwidth = Estimate(
      rounded(mean), low: rounded(min(least, mean / Self.spread)),
      high: rounded(max(most, mean * Self.spread)), provenance: .derived,
      sources: [CalibrationRecord.sourceOfTexts],
      note: "from tokens per second of \(counted(found.count, "measured text"))")
    let fitted = with(mean)
    for index in comparisons.indices { comparisons[index].after = try speed(texts[index], fitted) }
  }
}
