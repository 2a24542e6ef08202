package import DeviceProfiles
import Analysis
import OpGraph
package import Quantities

/// A measured inference: the model, the device and runtime, and the measured time and energy.
package struct MeasuredInference: Sendable {
  /// The device's profile.
  package var device: String
  /// The processor core, which devices share.
  package var core: String
  /// The software that ran the model.
  package var runtime: String
  /// The class of processor, whose runtimes are fitted together.
  package var family: String
  /// Which terms its time is a sum of.
  package var form = CostForm.processor
  /// The software's release.
  package var version: String
  /// The network, whatever its training or file: the held-out group.
  package var network: String
  /// What the network is an instance of, such as MobileNet v1: networks of one architecture have about the
  /// same mix of kernels.
  package var architecture: String
  /// The model's terms, by the model's name.
  package var model: String
  /// The layer that alone was measured, by name or index; nil where the whole model was.
  package var layer: String?
  /// Cycles a second.
  package var clock: Double
  /// Multiply-accumulates that the processor can start in a cycle; nil where it is not stated.
  package var nominalMACsPerCycle: Double?
  package var seconds: Double?
  package var joules: Double?
  /// Whether the row takes part in fits; if not, `note` has the reason.
  package var isFitted: Bool
  package var source: String
  package var note: String

  /// All rows of a table that states device, runtime and clock in each of them.
  /// - Throws: `Problem` that names the row.
  package static func rows(of table: MeasurementTable) throws(Problem) -> [MeasuredInference] {
    var rows: [MeasuredInference] = []
    for row in table.rows {
      guard let device = row.device, let runtime = row.runtime, let clock = row.clock else {
        throw Problem(
          "\(table.name): row \(row.number): has no device, runtime or clock_mhz")
      }
      let network = row.network ?? row.model
      rows.append(
        MeasuredInference(
          device: device, core: row.core ?? device, runtime: runtime,
          family: row.family ?? runtime, form: row.form ?? .processor, version: row.version ?? "",
          network: network, architecture: row.architecture ?? network, model: row.model,
          layer: row.layer, clock: clock, nominalMACsPerCycle: row.nominalMACsPerCycle,
          seconds: row.seconds, joules: row.joules, isFitted: !row.isCheck,
          source: row.source ?? "", note: row.note ?? ""))
    }
    return rows
  }
}

/// What runs a model: software on a device.
package struct Subject: Hashable, Sendable {
  package var runtime: String
  package var core: String
  package var device: String
  /// Multiply-accumulates that the processor can start in a cycle; nil where it is not stated.
  package var nominalMACsPerCycle: Double?
  /// The software's release; nil when it is not known.
  package var release: String?
  /// Which terms its time is a sum of.
  package var form = CostForm.processor

  /// Cycles over those of a unit that starts two multiply-accumulates a cycle, before any measurement.
  func nominalFactor(of term: CostTerm) -> Double {
    let byWidth = form.isInverseToWidth(term) ? 2 / (nominalMACsPerCycle ?? 2) : 1
    switch term {
    case .mac(.int8, _), .mac(.hybrid8, _):
      return byWidth
        * (Self.coresWithoutDotProduct.contains(core) ? Self.cyclesWithoutDotProduct : 1)
    default: return byWidth
    }
  }

  /// Application cores without an instruction for scalar products of bytes, while the others that are fitted with
  /// them have one.
  private static let coresWithoutDotProduct: Set = [
    "carmel", "cortex-a7", "cortex-a53", "cortex-a72", "cortex-a73",
  ]

  /// Cycles of their multiply-accumulates of bytes over those of a core of the same width with it.
  private static let cyclesWithoutDotProduct = 3.0

  /// The place of its release among those measured of each runtime, oldest first; nil where none is known.
  ///
  /// A release that is not known is taken as the one in the middle.
  func place(among releases: [String: [Version]]) -> ReleasePlace? {
    guard let measured = releases[runtime], !measured.isEmpty else { return nil }
    let middle = ReleasePlace.measured((measured.count - 1) / 2)
    return release.flatMap { Version($0) }.map {
      ReleasePlace(of: $0, among: measured) ?? middle
    } ?? middle
  }
}

extension MeasuredInference {
  /// What ran the model.
  package var subject: Subject {
    Subject(
      runtime: runtime, core: core, device: device, nominalMACsPerCycle: nominalMACsPerCycle,
      release: version, form: form)
  }
}

/// Amounts of each term of a model, for a processor that charges results.
package struct ModelTerms: Sendable {
  /// By model and term.
  package var amounts: [String: [CostTerm: Double]] = [:]

  /// Creates an empty collection.
  package init() {}

  /// How many networks rows are of; networks with a model of the same costs are one.
  package func networks(of rows: [MeasuredInference]) -> Int {
    Set(twins(of: rows).values).count
  }

  /// For each network of rows the first with a model of the same costs, itself where none is before it.
  package func twins(of rows: [MeasuredInference]) -> [String: String] {
    var names: [[CostTerm: Double]: String] = [:]
    var twins: [String: String] = [:]
    for row in rows.sorted(by: { $0.network < $1.network }) {
      let own = twins[row.network] ?? row.network
      twins[row.network] = own
      guard row.layer == nil, let amounts = amounts[row.model] else { continue }
      let first = names[amounts] ?? own
      names[amounts] = first
      twins[row.network] = first
    }
    return twins
  }
}
