import DeviceProfiles
import Analysis
import ArgumentParser
import Carbon
import Documents
import GraphImport
import HardwareMapping
import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a report goes.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("File for the report instead of standard output.", valueName: "file"))
  var output: String?

  /// What text is laid out for: a file has no width of its own and no colours.
  var terminal: Terminal {
    output == nil ? Terminal.standardOutput : Terminal(width: 80, isColoured: false)
  }

  func write(_ text: String) throws(CommandFailure) { try Output.write(text, to: output) }
}

/// Sizes for what a model file leaves open.
struct BindingOptions: ParsableArguments {
  @Option(
    name: .customLong("bind"),
    help: ArgumentHelp(
      "Size of a symbolic dimension, or shape of an input; may be given many times.",
      valueName: "name=8|1x3x224x224"))
  var bindings: [String] = []

  @Option(help: ArgumentHelp("First dimension of every input.", valueName: "n"))
  var batch: Int?

  @Flag(
    help: "Take sizes that depend on data to be the most that they can be, where that is known.")
  var maxima = false

  func resolved() throws(CommandFailure) -> Bindings {
    var result = Bindings()
    result.takesMaxima = maxima
    do throws(AnalysisError) {
      for text in bindings { try result.add(text) }
    } catch {
      throw .badInput(error)
    }
    if let batch, batch < 1 || batch > 1 << 31 {
      throw CommandFailure(code: .badInput, message: "--batch \(batch), expected at least 1")
    }
    result.batch = batch
    return result
  }
}

/// Which part of a model file is read.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Signature of a TFLite model whose graph runs; 'inspect' lists them.", valueName: "name"))
  var signature: String?

  @Option(
    help: ArgumentHelp(
      "The model before it was compiled for an accelerator: its operators are taken for the "
        + "compiled part.", valueName: "file"))
  var original: String?

  var resolved: ImportOptions { ImportOptions(signature: signature, original: original) }
}

/// Where and how a model runs.
struct TargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Device: an identifier from 'iotco2-graph devices', 'id:runtime', or a profile's file.",
      valueName: "id|file"))
  var device: String?

  @Option(help: ArgumentHelp("Software that runs the model on the device.", valueName: "name"))
  var runtime: String?

  @OptionGroup var deployment: DeploymentOptions

  func resolved() throws(CommandFailure) -> Assessment.Target? {
    let defaults = try deployment.configuration.resolved()
    return try deployment.targets(on: [device].compactMap { $0 }, runtime: runtime, defaults).first
  }

  /// The profile and runtime of `id`, `id:runtime` or a file.
  /// - Parameter runtime: The runtime where the name has none.
  static func deviceAndRuntime(
    _ name: String, _ runtime: String? = nil
  ) throws(CommandFailure) -> (DeviceProfile, Runtime) {
    guard !isFile(name), let colon = name.firstIndex(of: ":") else {
      let profile = try profile(name)
      return (profile, try self.runtime(runtime, of: profile))
    }
    if let runtime {
      throw CommandFailure(
        code: .badInput,
        message: "--runtime \(runtime) and the runtime of '\(name)' do not go together")
    }
    let profile = try profile(String(name[..<colon]))
    return (profile, try self.runtime(String(name[name.index(after: colon)...]), of: profile))
  }

  /// The runtime of a name, or the profile's default one.
  static func runtime(
    _ name: String?, of profile: DeviceProfile
  ) throws(CommandFailure) -> Runtime {
    if let runtime = profile.runtime(named: name) { return runtime }
    let known = profile.runtimes.map(\.name).joined(separator: ", ")
    throw CommandFailure(
      code: .badInput,
      message: "device '\(profile.name)' has no runtime '\(name ?? "")'; it has: \(known)")
  }

  /// Whether a device is given by its file, and not by the identifier of a built-in profile.
  static func isFile(_ device: String) -> Bool { device.contains("/") || device.hasSuffix(".json") }

  /// A built-in profile, or that of a file when the name looks like a path.
  static func profile(_ device: String) throws(CommandFailure) -> DeviceProfile {
    do throws(DocumentError) {
      guard isFile(device) else { return try DeviceCatalog.profile(named: device) }
      return try DeviceCatalog.profile(contentsOf: device)
    } catch {
      throw .badInput(error)
    }
  }
}
