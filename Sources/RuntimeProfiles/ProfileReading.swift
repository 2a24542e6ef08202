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
      let profile: RuntimeProfile?
      do throws(Problem) {
        profile = try format.read(text)
      } catch {
        // A table's errors have its name already.
        throw format == .table ? error : error.placed(at: text.name)
      }
      guard let profile else { continue }
      do throws(Problem) { try profile.check() } catch { throw error.placed(at: text.name) }
      self = profile
      return
    }
    throw Problem(
      "is no profile that is known", at: text.name,
      expected: ProfileFormat.allCases.map(\.title).joined(separator: "; or "))
  }

  /// - Throws: `Problem` where it has no times, times that are none, or more than a network's.
  private func check() throws(Problem) {
    guard total.map({ $0.value > 0 && $0.value.isFinite }) ?? false else {
      throw Problem("\(format.title) without any time", expected: "at least one")
    }
    if let entry = entries.first(where: { !$0.timing.isUsable }) {
      throw Problem(
        "the time of '\(abridged(entry.name, to: 100))' is \(entry.timing.value)",
        expected: "a number from 0")
    }
    guard entries.count <= Self.mostEntries else {
      throw Problem(
        "has \(grouped(entries.count)) entries",
        expected: "at most \(grouped(Self.mostEntries)), those of one network")
    }
  }
}
