import Documents
package import Quantities

/// The measurements that the shipped profiles are calibrated with, and what their models have of
/// each term.
package enum CalibrationData {
  /// Reads the embedded tables.
  package static func load() throws(Problem) -> (
    measurements: [MeasuredInference], terms: ModelTerms
  ) {
    var measurements = try MeasuredInference.rows(
      of: MeasurementTable(table("measurements"), named: "measurements.csv"))
    let titles = Dictionary(
      try table("sources").rows.map { ($0["id"] ?? "", $0["title"] ?? "") },
      uniquingKeysWith: { first, _ in first })
    for index in measurements.indices {
      let source = measurements[index].source
      guard let title = titles[source] else {
        throw Problem("measurements.csv: row \(index + 2): sources.csv has no source '\(source)'")
      }
      measurements[index].source = title
    }
    return (measurements, try ModelTerms(try table("terms"), named: "terms.csv"))
  }

  /// How many measured inferences there are: a line for each below the header, since no field has a
  /// line end.
  package static var measurementCount: Int {
    let lines = EmbeddedResources.contents("Data/measurements")?.withUTF8Buffer { bytes in
      bytes.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }
    return max(0, (lines ?? 0) - 1)
  }

  private static func table(_ name: String) throws(Problem) -> CSVTable {
    guard let contents = EmbeddedResources.contents("Data/\(name)") else {
      throw Problem("\(name).csv was not embedded")
    }
    return try CSVTable(contents.description, named: "\(name).csv")
  }
}
