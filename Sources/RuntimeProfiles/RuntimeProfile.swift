package import Quantities

/// What a runtime wrote of its runs: what it executed, and how long each took in an inference.
package struct RuntimeProfile: Sendable {
  /// Something that a runtime executed and timed: an operator, a part of one, or several that it fused.
  package struct Entry: Sendable {
    /// What the profile calls it.
    package var name: String
    /// The operator in the runtime's words.
    package var operatorWord: String
    /// Names of operators or tensors of the model's file, as far as the profile states them.
    package var parts: [String] = []
    /// Whether the parts are the first and the last of a range.
    package var isRange = false
    /// Its place among the operators of the file, where the profile states it.
    package var index: Int?
    /// Elements of its first result, where the profile states them.
    package var outputElements: Int?
    package var timing: Timing
  }

  package var format: ProfileFormat
  /// In the order of execution.
  package var entries: [Entry]
  /// The whole inference; nil where the profile states its parts only.
  package var whole: Timing?
  /// Energy of the whole inference, in joules; only a measurement table has it.
  package var energy: Double?
  /// Whether timings are cycles, and not seconds.
  package var isInCycles = false
  /// Whether parts of an operator have entries of their own, next to each other.
  package var splitsOperators = false
  /// What a reader of the numbers has to know.
  package var notes: [String] = []

  package init(_ format: ProfileFormat, entries: [Entry]) {
    self.format = format
    self.entries = entries
  }

  /// The whole inference as it is stated, or else the sum of its parts; nil without both.
  package var total: Timing? {
    whole ?? (entries.isEmpty ? nil : Timing.sum(entries.map(\.timing)))
  }

  /// The same in seconds.
  /// - Parameter clock: In cycles a second.
  /// - Throws: `Problem` when timings are cycles and there is no clock.
  package func inSeconds(clock: Double?) throws(Problem) -> RuntimeProfile {
    guard isInCycles else { return self }
    guard let clock, clock > 0 else {
      throw Problem("\(format.title) states cycles, not time", expected: "a clock as well")
    }
    var result = self
    result.isInCycles = false
    result.whole = whole?.scaled(by: 1 / clock)
    for index in entries.indices {
      result.entries[index].timing = entries[index].timing.scaled(by: 1 / clock)
    }
    result.notes.append("cycles at \(engineering(clock, unit: "Hz"))")
    return result
  }
}
