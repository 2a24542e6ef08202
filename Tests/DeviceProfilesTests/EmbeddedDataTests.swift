import Documents
import Foundation
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

  /// Facts are a person's: no number of theirs is one that a calibration puts in.
  @Test(arguments: DeviceCatalog.names) func factsHoldNoFittedNumber(name: String) throws {
    let facts = EmbeddedResources.text("Devices/\(name)")
    #expect(!facts.contains("\"calibration\""))
  }
}
