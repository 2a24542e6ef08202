@testable import DeviceProfiles
import Documents
import Foundation
import HardwareMapping
import Quantities
import TestSupport
import Testing

@Suite struct ProfileTests {
  /// Decoding checks units, intervals and sources; `problems()` the rest.
  @Test(arguments: DeviceCatalog.names) func everyProfileHolds(name: String) throws {
    let profile = try DeviceCatalog.profile(named: name)
    #expect(
      profile.name == name, "Devices/\(name).json: 'name' must be the file's name, '\(name)'")
    let problems = profile.problems()
    #expect(
      problems.isEmpty,
      """
      Devices/\(name).json and Rates/\(name).json: \(problems). Missing rates come from 'make calibrate', \
      if the runtime is in Data/measurements/runtimes.csv or its 'software' names one that is
      """)
    #expect(
      profile.product != nil,
      "Devices/\(name).json: add the key 'product', the name of a file in Sources/Carbon/Products"
    )
  }

  /// The documents name every device.
  @Test(arguments: DeviceCatalog.names) func theListOfDevicesIsCurrent(name: String) throws {
    let page = try String(
      contentsOf: Paths.root.appending(path: "docs/devices.md"), encoding: .utf8)
    let isListed = page.contains("`\(name)`")
    #expect(isListed, "docs/devices.md: add `\(name)` to the table of profiles")
  }

  @Test func theNumberOfDevicesIsCurrent() throws {
    let readme = try String(contentsOf: Paths.root.appending(path: "README.md"), encoding: .utf8)
    let count = DeviceCatalog.names.count
    let isStated = readme.contains("[\(count) devices]")
    #expect(
      isStated, "README.md: there are \(count) devices; correct the number in '[... devices]'")
  }

  @Test func everyFileInTheFolderIsBuiltIn() throws {
    let folder = Paths.root.appending(path: "Sources/DeviceProfiles/Devices")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        == DeviceCatalog.names)
  }

  private func json(_ change: (inout [String: Any]) -> Void) throws -> Data {
    let profile = try JSONEncoder().encode(DeviceCatalog.profile(named: "stm32l4r5"))
    let decoded = try JSONSerialization.jsonObject(with: profile)
    var object = try #require(decoded as? [String: Any])
    change(&object)
    return try JSONSerialization.data(withJSONObject: object)
  }

  private func message(_ change: (inout [String: Any]) -> Void) throws -> String {
    let data = try json(change)
    let error = #expect(throws: Problem.self) {
      try DeviceCatalog.decode(Array(data), from: "my.json")
    }
    return error?.description ?? ""
  }

  @Test func namesWhatIsWrongInAProfile() throws {
    #expect(try message { $0["name"] = nil } == "my.json:1: key 'name' is missing")
    #expect(
      try message { $0["class"] = "toaster" }.hasPrefix(
        "my.json:1: class: expected one of: microcontroller, "))
    #expect(
      try message { $0["defaultRuntime"] = "x" }
        == "my.json:1: defaultRuntime: 'x' is not among the runtimes")
    #expect(
      try message { $0["schemaVersion"] = "2.0" }
        == "my.json:1: schemaVersion: is '2.0', expected '1.0'")
    #expect(
      try message { $0["sources"] = [String: Any]() }
        .contains("its source 'zephyr-board' is not described in 'sources'"))
    #expect(
      try message {
        $0["sleepPower"] = [
          "value": 1, "low": 1, "high": 1, "unit": "mW", "provenance": "measured",
          "source": "st-ds",
        ]
      } == "my.json:1: sleepPower.unit: unit is 'mW', expected 'W'")
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
    #expect(
      text.hasPrefix("my.json:1: runtimes.1.units.1.accepts.\(key).2: expected one of "), "\(text)")
    #expect(text.hasSuffix("found 'Conv2d'; did you mean 'Conv2D'?"))
  }

  @Test(arguments: [
    ("toaster", []), ("stm32l4r6", ["stm32l4r5"]), ("esp32-s2", ["esp32-s3"]),
    ("stm32", ["stm32f411", "stm32f746", "stm32n6"]),
    ("ethos-u55-reference", ["ethos-u55-128", "ethos-u55-256", "ethos-u55-32"]),
  ])
  func namesTheNearestDevices(name: String, nearest: [String]) {
    let error = #expect(throws: Problem.self) { try DeviceCatalog.profile(named: name) }
    #expect(error?.suggestions == nearest)
  }

  @Test(arguments: [
    ("STM32L4R5", "stm32l4r5"), ("nucleo_l4r5zi", "stm32l4r5"), ("STM32L4R5ZI", "stm32l4r5"),
    ("Raspberry Pi Pico", "rp2040"), ("bcm2711", "raspberry-pi-4"), ("nRF52840-QIAA", "nrf52840"),
    ("esp32", "esp32"), ("pico", "rp2040"),
  ])
  func findsWhatPeopleCallADevice(name: String, device: String) throws {
    #expect(try DeviceCatalog.profile(named: name).name == device)
  }
}
