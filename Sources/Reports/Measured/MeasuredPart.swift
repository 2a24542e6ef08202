import OpGraph
import Quantities
import RuntimeProfiles

/// A measured time in JSON, in seconds.
struct TimingPart: JSONPart {
  var value: Double
  var low: Double?
  var high: Double?

  init(_ timing: Timing) {
    value = timing.value
    low = timing.low
    high = timing.high
  }

  func write(_ members: JSONMemberWriter) throws {
    try members.add("high", high)
    try members.add("low", low)
    try members.add("value", value)
  }
}

/// A measured time of a layer or an inference in JSON, with the layers that were measured together with it.
struct MeasuredLayerPart: JSONPart {
  var seconds: TimingPart
  /// Measured over predicted time.
  var overPredicted: Double?
  /// Indices of all layers of the row; absent where it is the only one.
  var layers: [Int]?

  /// Of a whole inference.
  init(_ timing: Timing, ratio: Double?) {
    seconds = TimingPart(timing)
    overPredicted = ratio
  }

  init(_ row: MeasuredComparison.Row) {
    seconds = TimingPart(row.measured)
    overPredicted = row.ratio
    layers = row.layers.count > 1 ? row.layers : nil
  }

  func write(_ members: JSONMemberWriter) throws {
    try members.add("layers", encoding: layers)
    try members.add("overPredicted", overPredicted)
    try members.add("seconds", seconds)
  }
}

/// What was measured of a model, in JSON.
struct MeasuredPart: Encodable {
  var source: String
  var format: String
  var notes: [String]
  var latency: TimingPart?
  var energy: Double?
  /// Measured over predicted latency.
  var overPredicted: Double?
  /// Time of entries that are layers, over that of all entries.
  var matchedShare: Double?
  var kinds: [KindPart]
  var findings: [String]
  var unmatched: [EntryPart]
  /// Indices of layers that run and were not measured.
  var unmeasuredLayers: [Int]

  struct KindPart: Encodable {
    var kind: String
    var rows: Int
    var overPredicted: Double
    var low: Double
    var high: Double
  }

  struct EntryPart: Encodable {
    var name: String
    var `operator`: String
    var seconds: TimingPart
  }

  init(_ measured: MeasuredComparison) {
    source = measured.source ?? "command line"
    format = measured.profile.format.rawValue
    notes = measured.profile.notes
    latency = measured.whole.map(TimingPart.init)
    energy = measured.profile.energy
    overPredicted = measured.ratio
    matchedShare = measured.matchedShare
    kinds = measured.kinds.map {
      KindPart(
        kind: $0.kind.rawValue, rows: $0.rows, overPredicted: $0.ratio, low: $0.low, high: $0.high)
    }
    findings = measured.findings
    unmatched = measured.unmatched.map {
      EntryPart(name: $0.name, operator: $0.operatorWord, seconds: TimingPart($0.timing))
    }
    unmeasuredLayers = measured.unmeasured
  }
}
