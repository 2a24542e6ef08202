package import Documents
import Quantities

extension BoardProfile {
  /// The whole profile: the stated facts, and everything else of the device that the board is like.
  ///
  /// Cycles are those of that device, with intervals that hold the errors between devices (`Likeness`).
  /// - Throws: `DocumentProblem` that names a key of the short form.
  package func resolved() throws(DocumentProblem) -> DeviceProfile {
    if let schemaVersion, schemaVersion != "1.0" {
      throw DocumentProblem(["schemaVersion"], "is '\(schemaVersion)', expected '1.0'")
    }
    guard !DeviceCatalog.names.contains(name) else {
      throw DocumentProblem(
        ["name"], "'\(name)' is the name of a built-in profile, expected another")
    }
    if let nominal = nominalMACsPerCycle, !(1e-3...1e6).contains(nominal) {
      throw DocumentProblem(["nominalMACsPerCycle"], "is \(nominal), expected 0.001 to 10^6")
    }
    let like = try deviceThatItIsLike()
    var result = like
    result.name = name
    result.title = title ?? "\(name) (\(core.map { "\($0), " } ?? "")\(clock.text))"
    result.product = product
    result.memories = try memories(of: like)
    let original = try runtime(of: like)
    let borrowing = Borrowing(
      board: self, like: like, memories: Set(result.memories.map(\.name)))
    result.runtimes = like.runtimes.map { borrowing.runtime($0) }
    result.defaultRuntime = original.name
    if let defaultRuntime, defaultRuntime != original.name {
      result.runtimes.append(borrowing.runtime(original, as: defaultRuntime))
      result.defaultRuntime = defaultRuntime
    }
    result.idlePower = idlePower?.estimate ?? like.idlePower.map(Borrowing.power)
    result.sleepPower = sleepPower?.estimate ?? like.sleepPower.map(Borrowing.power)
    result.energyMeasuredAt = energyMeasuredAt ?? like.energyMeasuredAt
    result.energyBoundary =
      energyMeasuredAt.map { "\($0.rawValue), as the profile states" }
      ?? "as for \(like.name): \(like.energyBoundary)"
    result.sources.merge(statedSources) { _, stated in stated }
    return result
  }

  private func deviceThatItIsLike() throws(DocumentProblem) -> DeviceProfile {
    do throws(Problem) {
      return try DeviceCatalog.profile(named: like)
    } catch {
      throw DocumentProblem(["like"], error.description)
    }
  }

  /// The runtime of the other device that the board's is, or is most like: one that no device has is taken to be
  /// like the other device's default.
  private func runtime(of like: DeviceProfile) throws(DocumentProblem) -> Runtime {
    let known = like.runtimes.map(\.name)
    let name = defaultRuntime ?? like.defaultRuntime
    if let runtime = like.runtimes.first(where: { $0.name == name }) { return runtime }
    let all = DeviceCatalog.runtimeNames
    guard name.first?.isLetter ?? false, name.utf8.count <= 64,
      name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") })
    else {
      throw DocumentProblem(
        ["defaultRuntime"],
        "'\(abridged(name, to: 40))' is no name of software, expected a letter, and at most 63 others, digits and signs"
      )
    }
    guard !all.contains(name), Suggestion.nearest(to: name, among: all).isEmpty,
      let runtime = like.runtimes.first(where: { $0.name == like.defaultRuntime })
    else {
      throw DocumentProblem(
        ["defaultRuntime"],
        "'\(name)' is not a runtime of '\(like.name)', which has: "
          + known.joined(separator: ", ") + Suggestion.text(for: name, among: known))
    }
    return runtime
  }

  /// What the numbers of the file name.
  private var statedSources: [String: Source] {
    let named =
      clock.estimate.sources + ram.estimate.sources + (flash?.estimate.sources ?? [])
      + [activePower, idlePower, sleepPower].compactMap { $0?.estimate.sources }.joined()
    var sources = Dictionary(named.map { ($0, Source(title: $0)) }) { first, _ in first }
    sources[ProcessorCores.source] = ProcessorCores.file.source
    sources[Self.source] = Source(title: "Stated in the profile of \(name)")
    return sources
  }

  /// The stated memories, and those that are part of an NPU.
  ///
  /// Others that the similar device has are left out: what the board does not have holds no model.
  private func memories(of like: DeviceProfile) throws(DocumentProblem) -> [Memory] {
    let isNPU = like.class == .npu
    let forActivations = like.memories.filter { $0.holds != .weights }
    guard var main = isNPU ? forActivations.last : forActivations.first else {
      throw DocumentProblem(["like"], "'\(like.name)' has no memory for activations")
    }
    main.capacity = ram.estimate
    let memories = (isNPU ? forActivations.dropLast() : []) + [main]
    guard var forWeights = like.memories.first(where: { $0.holds == .weights }) else {
      guard flash == nil else {
        throw DocumentProblem(
          ["flash"], "'\(like.name)' has weights in its \(main.name.rawValue), expected no flash")
      }
      return memories
    }
    guard let flash else {
      throw DocumentProblem(
        ["flash"], "is missing: '\(like.name)' has weights in its \(forWeights.name.rawValue)")
    }
    forWeights.capacity = flash.estimate
    return memories + [forWeights]
  }
}
