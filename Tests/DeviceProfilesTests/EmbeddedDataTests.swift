import Documents
import Foundation
import TestSupport
import Testing

@testable import DeviceProfiles

/// Embedded files are decoded fast when they are used; here as strictly as files of users.
@Suite struct EmbeddedDataTests {
  private func read<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    let text = EmbeddedResources.text(name)
    return try Document<Content>(Array(text.utf8), name: name, limits: .deviceProfile).content
  }

  @Test(arguments: EmbeddedResources.files.map(\.name)) func hasNoUnknownKey(name: String) throws {
    switch name {
    case "Data/fusions": _ = try read(name, as: FusionCatalog.File.self)
    case "Data/placement": _ = try read(name, as: [PlacementSetName: Acceptance].self)
    case "Data/likeness": _ = try read(name, as: Likeness.self)
    case "Data/cores":
      let file = try read(name, as: ProcessorCores.File.self)
      for core in file.cores {
        #expect(
          ProcessorCores.names.contains(core.like), "\(core.core): '\(core.like)' has no rates")
      }
    case "Data/ethos_u": _ = try read(name, as: EthosUConstants.self)
    case _ where name.hasPrefix("Devices/"):
      #expect(try read(name, as: DeviceProfile.self).problems(allowsLeftOut: true).isEmpty)
    case _ where name.hasPrefix("Rates/"):
      let rates = try read(name, as: DeviceRates.self)
      let facts = try read("Devices/\(name.dropFirst("Rates/".count))", as: DeviceProfile.self)
      #expect(rates.problems(of: facts).isEmpty)
    default: Issue.record("\(name) is read by no test")
    }
  }

  /// The numbers of a file of facts: provenance and whether every source was opened.
  private func numbers(_ name: String) throws -> [(provenance: String, isRead: Bool)] {
    let text = EmbeddedResources.text("Devices/\(name)")
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let unopened = Set(try DeviceCatalog.profile(named: name).unopenedSources)
    func collect(_ value: Any) -> [(String, Bool)] {
      if let list = value as? [Any] { return list.flatMap(collect) }
      guard let fields = value as? [String: Any] else { return [] }
      guard let provenance = fields["provenance"] as? String else {
        return fields.values.flatMap(collect)
      }
      return [(provenance, unopened.isDisjoint(with: fields["sources"] as? [String] ?? []))]
    }
    return collect(object)
  }

  /// What names a document that nobody opened does not pass for read.
  @Test(arguments: DeviceCatalog.names) func recalledIsNotRead(name: String) throws {
    for number in try numbers(name) {
      switch number.provenance {
      case "datasheet", "literature": #expect(number.isRead, "\(name)")
      case "recalled": #expect(!number.isRead, "\(name)")
      default: break
      }
    }
  }

  @Test func theDocumentsCountWhatWasRead() throws {
    let page = try String(
      contentsOf: Paths.root.appending(path: "docs/devices.md"), encoding: .utf8)
    let counts = Dictionary(
      grouping: try DeviceCatalog.names.flatMap(numbers), by: \.provenance
    ).mapValues(\.count)
    for (provenance, count) in counts {
      let isStated = page.contains("| `\(provenance)` | \(count) |")
      #expect(isStated, "docs/devices.md: \(count) numbers are '\(provenance)'")
    }
    let profiles = try DeviceCatalog.names.map { try DeviceCatalog.profile(named: $0) }
    let unopened = profiles.map(\.unopenedSources.count).reduce(0, +)
    let ofFacts = try DeviceCatalog.names.map { name in
      let text = Data(EmbeddedResources.text("Devices/\(name)").utf8)
      let facts = try JSONSerialization.jsonObject(with: text) as? [String: Any]
      return (facts?["sources"] as? [String: Any])?.count ?? 0
    }.reduce(0, +)
    let isStated = page.contains("\(unopened) of the \(ofFacts) sources of the profiles")
    #expect(isStated, "docs/devices.md: \(unopened) of \(ofFacts) sources were not opened")
  }

  /// Facts are a person's: no number of theirs is one that a calibration puts in.
  @Test(arguments: DeviceCatalog.names) func factsHoldNoFittedNumber(name: String) throws {
    let facts = EmbeddedResources.text("Devices/\(name)")
    #expect(!facts.contains("\"calibration\""))
  }
}
