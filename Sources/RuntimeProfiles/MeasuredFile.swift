package import Calibration
package import Quantities

/// A file of measured times, of one model or, in a table, of several.
package enum MeasuredFile: Sendable {
  case profile(RuntimeProfile)
  case table(MeasurementTable)

  /// - Throws: `Problem` that names the file, and the kinds that there are when it is none of them.
  package init(contentsOf path: String) throws(Problem) {
    let text = try ProfileText(contentsOf: path)
    if let table = try MeasurementTable.read(text) {
      self = .table(table)
      return
    }
    self = .profile(try RuntimeProfile(text))
  }

  /// What was measured of a model; nil where a table has no row of it.
  package func profile(of model: String, device: String?, runtime: String?) -> RuntimeProfile? {
    switch self {
    case .profile(let profile): profile
    case .table(let table): table.profile(of: model, device: device, runtime: runtime)
    }
  }

  /// Whether it states which models it is of.
  package var isTable: Bool { if case .table = self { true } else { false } }
}
