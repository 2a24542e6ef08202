import ArgumentParser
import Policies
import Quantities

/// Limits on the command line, each a rule of the policy.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Latency, such as 50ms.", valueName: "limit"))
  var maxLatency: LimitArgument?

  @Option(
    help: ArgumentHelp(
      "Time to the first token of a text, such as 2s; needs --generate.", valueName: "limit"))
  var maxFirstToken: LimitArgument?

  @Option(
    help: ArgumentHelp(
      "Tokens after the first in a second, at least, such as 5; needs --generate.",
      valueName: "limit"))
  var minTokensPerSecond: LimitArgument?

  @Option(help: ArgumentHelp("Energy of an inference, such as 3mJ.", valueName: "limit"))
  var maxEnergy: LimitArgument?

  @Option(help: ArgumentHelp("Carbon of an inference, such as '12 ug'.", valueName: "limit"))
  var maxCarbon: LimitArgument?

  @Option(
    help: ArgumentHelp("RAM: a share such as 80%, or an arena such as 64KiB.", valueName: "limit"))
  var maxRam: LimitArgument?

  @Option(
    help: ArgumentHelp("Flash: a share such as 80%, or weights such as 1MiB.", valueName: "limit"))
  var maxFlash: LimitArgument?

  private var all: [(flag: String, rule: Rule)] {
    let most: [(flag: String, metric: Metric, limit: LimitArgument?)] = [
      ("--max-latency", .latency, maxLatency), ("--max-first-token", .firstToken, maxFirstToken),
      ("--max-energy", .energy, maxEnergy), ("--max-carbon", .carbon, maxCarbon),
      ("--max-ram", maxRam?.isInBytes ?? false ? .arenaBytes : .ramShare, maxRam),
      ("--max-flash", maxFlash?.isInBytes ?? false ? .weightBytes : .flashShare, maxFlash),
    ]
    var all = most.compactMap { option in
      option.limit.map { (flag: option.flag, rule: Rule(option.metric, max: $0.limit)) }
    }
    if let least = minTokensPerSecond?.limit {
      all.append((flag: "--min-tokens-per-second", rule: Rule(.tokensPerSecond, min: least)))
    }
    return all
  }

  var rules: [Rule] { all.map(\.rule) }

  mutating func validate() throws {
    for option in all {
      do { try option.rule.check() } catch {
        throw ValidationError("\(option.flag): \(error)")
      }
    }
  }
}

/// A number with a unit.
struct LimitArgument: ExpressibleByArgument {
  var limit: Limit

  init?(argument: String) {
    guard let limit = Limit(argument) else { return nil }
    self.limit = limit
  }

  var isInBytes: Bool { limit.unit == "B" }
}
