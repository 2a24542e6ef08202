import Documents
import Policies
package import Quantities

/// An older report of `analyze --format json`, or several, that models are compared with.
package struct Baseline {
  private let path: String
  private var reports: [Report] = []
  /// Whether it is of one model, and one model is checked: its name may then have changed.
  private var isOfTheOne = false
  /// Bytes of a file; a report of 100,000 layers has a tenth of that.
  private static let limit = 1 << 30

  /// Reads a file.
  package init(_ path: String, models: Int) throws(Problem) {
    self.path = path
    guard let bytes = firstBytes(of: path, atMost: Self.limit + 1) else {
      throw Problem("\(path): cannot be read, expected a report")
    }
    guard bytes.count <= Self.limit else {
      throw Problem("\(path): has more than \(Self.limit >> 20) MiB, expected a report")
    }
    let text = JSONText(bytes)
    if let one = text?.decoded(as: Report.self) {
      reports = [one]
    } else if let many = text?.decoded(as: [Report].self) {
      reports = many
    } else {
      throw Problem("\(path): expected an analysis report in JSON, or a list of them")
    }
    isOfTheOne = models == 1 && Set(reports.map(\.model.path)).count == 1
  }

  /// Versions of the tool in it, other than this one.
  var otherVersions: [String] {
    Set(reports.map { $0.tool?.version ?? "unknown" }).subtracting([Tool.version]).sorted()
  }

  /// The reading of a measure in the report of the model of the same file name, on the same device and of the same text.
  /// - Parameter request: Nil where it is of an inference.
  func reading(
    _ measure: Metric, of name: String?, model: String, device: String?, request: RequestPart?
  ) -> BaselineReading {
    let file = fileName(model)
    let named = reports.filter { $0.model.path == model }
    let alike = named.isEmpty ? reports.filter { fileName($0.model.path) == file } : named
    let all = alike.isEmpty && isOfTheOne ? reports : alike
    guard !all.isEmpty else { return .missing("\(path) has no report of \(file)") }
    let ofText = all.filter { $0.generation?.request.text == request?.text }
    guard !ofText.isEmpty else {
      let made = Self.option(all[0].generation?.request)
      return .missing("\(path) was made \(made); make it \(Self.option(request))")
    }
    guard
      let report = ofText.first(where: { $0.device?.name == device || measure.isOfModelAlone })
    else {
      let made = ofText.compactMap(\.device?.name).first.map { "for \($0)" } ?? "without a device"
      return .missing(
        "\(path) was made \(made)" + (device.map { "; make it with --device \($0)" } ?? ""))
    }
    // Lower bounds cannot be compared, nor can totals of a model with unknown operators.
    guard report.coverage.operatorsCosted == report.coverage.operators,
      report.totals.isComplete != false,
      let reading = name.map({ report.sum(measure, of: $0) }) ?? report.reading(measure),
      !reading.isLowerBound
    else { return .missing("\(words(measure.rawValue)) is unknown in \(path)") }
    return .value(reading.value)
  }

  /// With which text a report is made.
  private static func option(_ request: RequestPart?) -> String {
    request.map { "with --generate \($0.text)" } ?? "without --generate"
  }

  /// The compared parts of a report.
  private struct Report: Decodable {
    var tool: Tool?
    var model: Model
    var coverage: Coverage
    var totals: Totals
    var memory: Memory?
    var device: Device?
    var estimate: Estimates?
    var generation: Generation?
    var layers: [Layer]?

    struct Tool: Decodable { var version: String }
    struct Model: Decodable { var path: String }
    struct Coverage: Decodable { var operators, operatorsCosted: Int }
    struct Device: Decodable { var name: String }

    struct Totals: Decodable {
      /// Not where files are left out.
      var isComplete: Bool?
      var macs, otherOps, parameters, weightBytes, peakActivationBytes, arenaBytes: Double?
      var trafficBytes: [String: Double?]?
    }

    struct Memory: Decodable { var stateBytes, preparedBytes: Double? }

    struct Generation: Decodable {
      var request: RequestPart
      var firstToken: Interval?

      private enum CodingKeys: String, CodingKey { case prefill }
      private struct Phase: Decodable { var latency: Interval? }

      init(from decoder: any Decoder) throws {
        request = try RequestPart(from: decoder)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        firstToken = try fields.decodeIfPresent(Phase.self, forKey: .prefill)?.latency
      }
    }

    struct Estimates: Decodable {
      var latency, energy: Interval?
      var carbon: Carbon?
    }

    struct Carbon: Decodable {
      var operational, embodied, total: Interval?
    }

    struct Layer: Decodable {
      var `operator`: String
      var macs, otherOps: Double?
      var trafficBytes: [String: Double?]?
      var time, energy, carbon: Interval?
    }

    func reading(_ measure: Metric) -> Interval? {
      switch measure {
      case .latency: return estimate?.latency
      case .firstToken: return generation?.firstToken
      case .energy: return estimate?.energy
      case .carbon: return estimate?.carbon?.total
      case .operationalCarbon: return estimate?.carbon?.operational
      case .embodiedCarbon: return estimate?.carbon?.embodied
      case .macs: return totals.macs.map { Interval($0) }
      case .otherOps: return totals.otherOps.map { Interval($0) }
      case .parameters: return totals.parameters.map { Interval($0) }
      case .weightBytes: return totals.weightBytes.map { Interval($0) }
      case .peakActivationBytes: return totals.peakActivationBytes.map { Interval($0) }
      case .arenaBytes: return memoryBytes.map { Interval($0) }
      case .trafficBytes: return Self.total(totals.trafficBytes)
      default: return nil
      }
    }

    /// As `ModelAssessment.memoryBytes`.
    private var memoryBytes: Double? {
      guard generation != nil else { return totals.arenaBytes }
      guard let arena = totals.arenaBytes, let state = memory?.stateBytes,
        let prepared = memory?.preparedBytes
      else { return nil }
      return arena + state + prepared
    }

    func sum(_ measure: Metric, of name: String) -> Interval? {
      guard let layers else { return nil }
      var sum = Interval(0)
      for layer in layers where layer.operator == name {
        let reading: Interval?
        switch measure {
        case .macs: reading = layer.macs.map { Interval($0) }
        case .otherOps: reading = layer.otherOps.map { Interval($0) }
        case .trafficBytes: reading = Self.total(layer.trafficBytes)
        // Parts of other layers' kernels have no time of their own.
        case .latency: reading = layer.time.map { Interval($0.value) } ?? Interval(0)
        case .energy: reading = layer.energy.map { Interval($0.value) } ?? Interval(0)
        case .carbon: reading = layer.carbon.map { Interval($0.value) } ?? Interval(0)
        default: reading = nil
        }
        guard let reading else { return nil }
        sum.value += reading.value
      }
      return Interval(sum.value)
    }

    private static func total(_ roles: [String: Double?]?) -> Interval? {
      guard let roles else { return nil }
      let known = roles.values.compactMap(\.self)
      return known.count == roles.count ? Interval(known.reduce(0, +)) : nil
    }
  }
}

extension RequestPart: Decodable {
  private enum Keys: String, CodingKey { case prompt, tokens, batch, maxLength }

  /// Reads what a report says of its text.
  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    prompt = try fields.decode(Int.self, forKey: .prompt)
    tokens = try fields.decode(Int.self, forKey: .tokens)
    batch = try fields.decode(Int.self, forKey: .batch)
    maxLength = try fields.decodeIfPresent(Int.self, forKey: .maxLength)
  }
}

extension Metric {
  /// Whether the device does not matter.
  fileprivate var isOfModelAlone: Bool {
    switch self {
    case .macs, .otherOps, .parameters, .weightBytes, .trafficBytes, .peakActivationBytes,
      .arenaBytes:
      true
    default: false
    }
  }
}
