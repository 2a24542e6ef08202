package import Assessment
import Policies
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A commented policy to begin with: the rules that a model keeps today, with some headroom.
package struct StarterPolicy {
  /// The policy in YAML.
  package private(set) var text: String

  /// How much a limit is above what the model takes, or below what it reaches.
  private static let headroom = 1.2

  /// - Parameter devices: The devices that the policy names.
  package init(_ assessment: ModelAssessment, devices: [String]) {
    let subject = Subject(assessment)
    let place = devices.first.map { " on \($0)" } ?? ""
    var lines = [
      "# What models must keep to before they are deployed: iotco2-graph check --policy",
      "# The limits are a fifth above what \(printable(fileName(subject.model))) takes\(place):",
      "# write your own. 'iotco2-graph schema policy' prints all keys.",
    ]
    let request = RequestPart(assessment)
    if let request {
      lines.append("# They hold for a text: check with --generate \(request.text)")
    }
    lines.append("schemaVersion: \"1.0\"")
    if !devices.isEmpty { lines.append("devices: [\(devices.joined(separator: ", "))]") }
    lines += [
      "# Which number of an interval is compared with a limit: value,",
      "# pessimistic (the end that fails first) or optimistic (a failure is certain).",
      "straddle: value",
      "# A model that does not fit the device fails; true lets it pass.",
      "allowUnfit: false",
      "rules:",
    ]
    let metrics: [Metric] =
      devices.isEmpty
      ? [.macs, .weightBytes, .arenaBytes]
      : [.latency, .energy, .ramShare, .flashShare]
    for metric in metrics { lines += Self.rule(metric, subject.readings[metric]) }
    // One token has no speed.
    for metric in [Metric.firstToken, .tokensPerSecond] where !devices.isEmpty && request != nil {
      guard let reading = subject.readings[metric] else { continue }
      lines += Self.rule(metric, reading)
    }
    lines += [
      "  # The cost of every operator is known. What is unknown fails a rule,",
      "  # unless the rule says allowUnknown: true.",
      "  - {metric: coverage, min: 100 %}",
      "  # With --baseline: at most 5 % above an older report of the model.",
      "  # - {metric: \(devices.isEmpty ? "macs" : "energy"), maxIncreasePercent: 5}",
    ]
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func rule(_ metric: Metric, _ reading: Interval?) -> [String] {
    guard let reading else {
      return [
        "  # \(words(metric.rawValue)) is unknown", "  # - {metric: \(metric.rawValue), max: 1}",
      ]
    }
    let ends =
      reading.low < reading.high
      ? " (\(metric.text(reading.low)) to \(metric.text(reading.high)))" : ""
    return [
      "  # now \(metric.text(reading.value))\(ends)",
      "  - {metric: \(metric.rawValue), \(metric.isBetterAbove ? "min" : "max"): "
        + "\(limit(metric, reading.value))}",
    ]
  }

  /// A round limit above a value, or below it where more is better.
  private static func limit(_ metric: Metric, _ value: Double) -> String {
    if metric.isShare { return "\(Int(min(100, (100 * headroom * value).rounded(.up)))) %" }
    guard value > 0 else { return "0" }
    let limit = metric.isBetterAbove ? value / headroom : headroom * value
    let step = pow(10, log10(limit).rounded(.down) - 1)
    let steps = (limit / step).rounded(metric.isBetterAbove ? .down : .up)
    return engineering(steps * step, unit: metric.writtenUnit)
  }
}

extension Metric {
  /// The unit of a limit in a policy: plain numbers have none.
  fileprivate var writtenUnit: String { self == .macs || self == .tokensPerSecond ? "" : unit }

  /// Whether its limit is a least.
  fileprivate var isBetterAbove: Bool { self == .tokensPerSecond }
}
