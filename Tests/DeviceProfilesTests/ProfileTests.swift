@testable import DeviceProfiles
import Foundation
import HardwareMapping
import Quantities
import TestSupport
import Testing

@Suite struct ProfileTests {
  /// Decoding checks units, intervals and sources; `problems()` the rest.
  @Test(arguments: DeviceCatalog.names) func everyProfileHolds(name: String) throws {
    let profile = try DeviceCatalog.profile(named: name)
    #expect(profile.name == name)
    #expect(profile.problems().isEmpty)
    #expect(profile.product != nil)
  }

  @Test func everyFileInTheFolderIsBuiltIn() throws {
    let folder = Paths.root.appending(path: "Sources/DeviceProfiles/Devices")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        == DeviceCatalog.names)
  }

  private func json(_ change: (inout [String: Any]) -> Void) throws -> Data {
    let path = Paths.root.appending(path: "Sources/DeviceProfiles/Devices/stm32l4r5.json")
    let decoded = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
    var object = try #require(decoded as? [String: Any])
    change(&object)
    return try JSONSerialization.data(withJSONObject: object)
  }

  private func message(_ change: (inout [String: Any]) -> Void) throws -> String {
    let data = try json(change)
    let error = #expect(throws: ProfileError.self) {
      try DeviceCatalog.decode(data, from: "my.json")
    }
    return error?.description ?? ""
  }

  @Test func namesWhatIsWrongInAProfile() throws {
    #expect(try message { $0["name"] = nil } == "my.json: the file: 'name' is missing")
    #expect(try message { $0["class"] = "toaster" }.hasPrefix("my.json: class: "))
    #expect(
      try message { $0["defaultRuntime"] = "x" }
        == "my.json: defaultRuntime 'x' is not among the runtimes")
    #expect(
      try message { $0["schemaVersion"] = "2.0" }
        == "my.json: schemaVersion is '2.0', expected '1.0'")
    #expect(
      try message { $0["sources"] = [String: Any]() }
        .hasPrefix("my.json: sources are cited but not described: "))
    #expect(
      try message {
        $0["sleepPower"] = [
          "value": 1, "low": 1, "high": 1, "unit": "mW", "provenance": "measured",
          "source": "st-ds",
        ]
      } == "my.json: sleepPower.unit: unit is 'mW', expected 'W'")
  }

  @Test(arguments: ["operators", "also"]) func refusesAnOperatorThatDoesNotExist(key: String) throws
  {
    let text = try message { profile in
      guard var runtimes = profile["runtimes"] as? [[String: Any]],
        var units = runtimes[0]["units"] as? [[String: Any]]
      else { return }
      units[0]["accepts"] = [key: ["Conv2D", "Conv2d"]]
      runtimes[0]["units"] = units
      profile["runtimes"] = runtimes
    }
    #expect(text.hasPrefix("my.json: runtimes[0].units[0].accepts.\(key)[1]: "), "\(text)")
    #expect(text.contains("Conv2d"))
  }

  @Test func listsKnownDevicesForAnUnknownOne() {
    let error = #expect(throws: ProfileError.self) { try DeviceCatalog.profile(named: "toaster") }
    #expect(error?.description.contains("known: coral-dev-board-micro, coral-edge-tpu,") == true)
  }
}
