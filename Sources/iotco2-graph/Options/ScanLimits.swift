import ArgumentParser
import Policies
import Quantities

/// What the analysis of one file of a scan may take.
struct ScanLimits: ParsableArguments {
  /// A file takes milliseconds, and minutes only if many gigabytes of weights are read.
  private static let seconds = 300.0
  /// A hundred times what a file of usual size takes.
  private static let bytes = 2 * 1_073_741_824.0

  @Option(
    help: ArgumentHelp(
      "Time that a file may take, such as 20s (default: 300s).", valueName: "limit"))
  var timeLimit: LimitArgument?

  @Option(
    help: ArgumentHelp(
      "Memory that a file may take, such as 512MiB (default: 2GiB).", valueName: "limit"))
  var memoryLimit: LimitArgument?

  var ofWorker: WorkerLimits {
    WorkerLimits(
      seconds: timeLimit?.limit.value ?? Self.seconds,
      bytes: memoryLimit?.limit.value ?? Self.bytes)
  }

  mutating func validate() throws {
    for (flag, argument, unit, example) in [
      ("--time-limit", timeLimit, "s", "20s"), ("--memory-limit", memoryLimit, "B", "512MiB"),
    ] {
      guard let limit = argument?.limit else { continue }
      guard limit.unit == unit, limit.value > 0 else {
        throw ValidationError("\(flag) \(limit), expected a limit such as \(example)")
      }
    }
  }
}
