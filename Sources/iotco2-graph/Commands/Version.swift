import Reports
import DeviceProfiles
import Calibration
import Carbon
import HardwareMapping
import Quantities

/// The output of `--version`: the tool's version and the embedded data.
enum Version {
  static func text() -> String {
    let grid = GridIntensity()
    func titles(_ sources: [String: Source]) -> [(String, String)] {
      sources.sorted { $0.key < $1.key }.map { ("", "\($0.key): \($0.value.title)") }
    }
    let rows =
      [
        ("reports", "schema \(Tool.reportSchemaVersion)"),
        (
          "devices",
          "\(DeviceCatalog.names.count) profiles, rates of \(CalibrationData.measurementCount) measured inferences"
        ),
        ("accelerators", CostModels.versions.joined(separator: ", ")),
        ("grid", "\(grid.count) regions, newest of \(grid.newestYear)"),
      ]
      + titles(grid.sources)
      + [
        (
          "parts",
          "\(PartLibrary.standard.count) parts, \(ProductCatalog.names.count) products"
        )
      ]
      + titles(PartLibrary.standard.sources)
    let lines = rows.flatMap { name, text in
      wrapped(text, width: TextLayout.standardOutput.width, margin: 14, indent: 16).enumerated().map
      {
        index, line in
        index == 0 ? name + line.dropFirst(name.count) : line
      }
    }
    return "iotco2-graph \(Tool.version)\n" + lines.joined(separator: "\n") + "\n"
  }
}
