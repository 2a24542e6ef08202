package import Quantities

/// The measurements that the shipped profiles are calibrated with, and what their models have of
/// each term.
package enum CalibrationData {
  /// Reads the embedded tables.
  package static func load() throws(Problem) -> (
    measurements: [MeasuredInference], terms: ModelTerms
  ) {
    let measurements = try table("measurements")
    let terms = try table("terms")
    return (
      try MeasuredInference.read(measurements, named: "measurements.csv"),
      try ModelTerms(terms, named: "terms.csv")
    )
  }

  private static func table(_ name: String) throws(Problem) -> CSVTable {
    guard let contents = EmbeddedResources.contents("Data/\(name)") else {
      throw Problem("\(name).csv was not embedded")
    }
    return try CSVTable(contents.description, named: "\(name).csv")
  }
}
