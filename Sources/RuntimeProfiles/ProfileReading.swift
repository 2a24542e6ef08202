import Calibration
package import Quantities

extension ProfileFormat {
  /// What the file holds; nil when it is not of this kind.
  /// - Throws: `Problem` when it is of this kind and cannot be used.
  fileprivate func read(_ text: ProfileText) throws(Problem) -> RuntimeProfile? {
    switch self {
    case .onnxruntime: try ORTProfile.read(text)
    case .liteRT: LiteRTSummary.read(text)
    case .microProfiler: MicroProfilerLog.read(text)
    case .vela: try VelaLayers.read(text)
    case .tensorRT: try TensorRTProfile.read(text)
    case .stEdgeAI: STEdgeAIReport.read(text)
    case .espDL: ESPDLLog.read(text)
    case .trace: try TraceProfile.read(text)
    case .table: try MeasurementTable.read(text)?.profile
    }
  }
}

extension RuntimeProfile {
  /// Operators of the largest networks, each in several parts.
  static let mostEntries = 30_000

  /// Reads a file of any kind.
  /// - Throws: `Problem` that names the file, and the kinds that there are when it is none of them.
  package init(contentsOf path: String) throws(Problem) {
    try self.init(ProfileText(contentsOf: path))
  }

  package init(_ text: ProfileText) throws(Problem) {
    for format in ProfileFormat.allCases {
      do throws(Problem) {
        guard let profile = try format.read(text) else { continue }
        guard profile.total.map({ $0.value > 0 && $0.value.isFinite }) ?? false else {
          throw Problem("\(format.title) without any time", expected: "at least one")
        }
        if let entry = profile.entries.first(where: { !$0.timing.isUsable }) {
          throw Problem(
            "the time of '\(abridged(entry.name, to: 100))' is \(entry.timing.value)",
            expected: "a number from 0")
        }
        guard profile.entries.count <= Self.mostEntries else {
          throw Problem(
            "has \(grouped(profile.entries.count)) entries",
            expected: "at most \(grouped(Self.mostEntries)), those of one network")
        }
        self = profile
        return
      } catch {
        // A table's errors have its name already.
        throw format == .table ? error : error.placed(at: text.name)
      }
    }
    throw Problem(
      "is no profile that is known", at: text.name,
      expected: ProfileFormat.allCases.map(\.title).joined(separator: "; or "))
  }
}
