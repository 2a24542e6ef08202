import ArgumentParser
import Assessment
import DeviceProfiles
import Documents
import Quantities
import Reports

extension DevicesCommand {
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new",
      abstract: "Write a profile of a board of your own from a few facts.",
      discussion: """
        All that is not stated is taken from the built-in device that the board is like, with wide intervals. \
        Without --like, that is the measured one with the core, or one near it, and the nearest clock. A KB of a \
        memory has 1024 bytes. 'iotco2-graph schema device' describes each key of the file.

        Examples:
          iotco2-graph devices new my-board --core cortex-m33 --clock 160MHz --ram 768KB --flash 2MB
          iotco2-graph devices new my-npu --like ethos-u55-128 --clock 400MHz --ram 1MB --flash 4MB
        """)

    @Argument(help: ArgumentHelp("Identifier of the board.", valueName: "name"))
    var name: String

    @Option(
      help: ArgumentHelp(
        "Processor core, such as cortex-m4 (default: that of --like).", valueName: "core"),
      completion: Completions.cores)
    var core: String?

    @Option(
      help: ArgumentHelp("Clock, such as 160MHz.", valueName: "f"),
      transform: { try StatedQuantity<Hertz>($0) })
    var clock: StatedQuantity<Hertz>

    @Option(
      help: ArgumentHelp("Memory for activations, such as 768KB.", valueName: "size"),
      transform: { try StatedQuantity<Bytes>($0) })
    var ram: StatedQuantity<Bytes>

    @Option(
      help: ArgumentHelp(
        "Memory for weights, such as 2MB; none where the RAM holds both.", valueName: "size"),
      transform: { try StatedQuantity<Bytes>($0) })
    var flash: StatedQuantity<Bytes>?

    @Option(
      help: ArgumentHelp("Built-in device that the board is like.", valueName: "device"),
      completion: Completions.devices)
    var like: String?

    @Option(
      help: ArgumentHelp(
        "Software that runs models on the board, a name of your own too (default: that of the similar device).",
        valueName: "name"), completion: Completions.runtimes)
    var runtime: String?

    @Option(
      help: ArgumentHelp("Power while it computes, such as 20mW.", valueName: "power"),
      transform: { try StatedQuantity<Watts>($0) })
    var activePower: StatedQuantity<Watts>?

    @Option(
      help: ArgumentHelp("Power while it waits, such as 2mW.", valueName: "power"),
      transform: { try StatedQuantity<Watts>($0) })
    var idlePower: StatedQuantity<Watts>?

    @Option(
      name: .shortAndLong,
      help: ArgumentHelp(
        "File of the profile, - for standard output (default: NAME.json).", valueName: "file"))
    var output: String?

    mutating func run() throws {
      let path = try Output.newFile(output ?? "\(name).json")
      let board = try board()
      let profile: DeviceProfile
      do throws(DocumentProblem) {
        profile = try board.resolved()
      } catch {
        throw Self.problem(error)
      }
      try Output.write(JSON.document(board), to: path)
      let isOnOutput = path == Output.standard
      let summary = try Self.summary(
        of: profile, like: board.like, at: isOnOutput ? "\(name).json" : path)
      if isOnOutput { Terminal.standardError(summary) } else { try Output.write(summary, to: nil) }
    }

    private func board() throws(Problem) -> BoardProfile {
      try checkIdentifier(name)
      var board = BoardProfile(
        name: name, like: try similarDevice(), core: core, clock: clock, ram: ram)
      board.flash = flash
      board.defaultRuntime = runtime
      (board.activePower, board.idlePower) = (activePower, idlePower)
      return board
    }

    /// The device of `--like`, or the one that is most like the core.
    private func similarDevice() throws(Problem) -> String {
      let runtimes = DeviceCatalog.runtimeNames
      let isKnown = runtime.map(runtimes.contains) ?? false
      // A name that is near none of them is that of other software.
      if let runtime, !isKnown, case let near = Suggestion.nearest(to: runtime, among: runtimes),
        !near.isEmpty
      {
        throw Problem(
          "--runtime: no device has '\(runtime)'",
          expected: "a name from 'iotco2-graph devices --runtimes', or that of other software",
          suggestions: near)
      }
      if let like {
        if let core, !ProcessorCores.names.contains(core) {
          let near = Suggestion.text(for: core, among: ProcessorCores.names)
          Terminal.standardError(
            "warning: core '\(core)' is not known, so its speed is taken as that of \(like)'s\(near)\n"
          )
        }
        return try DeviceCatalog.identifier(of: like)
      }
      guard let core else {
        throw Problem(
          "neither --core nor --like is stated",
          expected: "--core with one of \(ProcessorCores.names.joined(separator: ", ")), or --like "
            + "with a device from 'iotco2-graph devices'")
      }
      return try ProcessorCores.device(
        like: core, at: clock.estimate.value, runtime: isKnown ? runtime : nil)
    }

    /// A problem of a key as one of its flag.
    private static func problem(_ problem: DocumentProblem) -> Problem {
      let flags = [
        "flash": "--flash", "defaultRuntime": "--runtime", "like": "--like", "name": "name",
      ]
      let flag = problem.path.first.flatMap { flags[$0] } ?? problem.path.joined(separator: ".")
      return Problem("\(flag): \(problem.fact)")
    }

    private static func summary(
      of profile: DeviceProfile, like: String, at path: String
    ) throws(Problem) -> String {
      let runtime = try DeviceReference.runtime(nil, of: profile)
      let others = profile.runtimes.map(\.name).filter { $0 != runtime.name }
      let factor = runtime.calibration.map { significant($0.intervalFactor) }
      var lines = ["\(path): \(profile.title), \(runtime.title)"]
      lines.append("  \(runtime.borrowed?.note ?? "")")
      if let factor {
        lines.append("  times are within a factor of \(factor) in nine of ten cases")
      }
      if !others.isEmpty {
        lines.append(
          "  other runtimes of \(like): \(others.joined(separator: ", ")); --runtime takes one")
      }
      lines.append("Next: iotco2-graph analyze MODEL --device \(path)")
      return lines.joined(separator: "\n") + "\n"
    }
  }
}
