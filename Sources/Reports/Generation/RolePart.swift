import Analysis
import Assessment
import HardwareMapping
import OpGraph
import Quantities

/// What a part of a decoder takes of the prompt and of a token after it.
struct RolePart: Encodable {
  /// `encoder`, or a role of layers of the decoder.
  var role: String
  /// Of all runs up to the first token.
  var promptMacs: Nullable<Int>
  /// Of those of all roles, from 0 to 1.
  var promptMacsShare: Double?
  /// In the mean of the steps; absent where one token is made.
  var token: TokenPart?
  /// Whether the steps run it; if not, texts show nothing where numbers are 0.
  var isInSteps = true

  private enum CodingKeys: CodingKey { case role, promptMacs, promptMacsShare, token }

  struct TokenPart: Encodable {
    var macs: Double?
    var macsShare: Double?
    /// Weights and other constants that are read.
    var weightTrafficBytes: Double?
    /// Keys and values that are read and written.
    var cacheTrafficBytes: Double?
    /// Of the time of a step, from 0 to 1; absent without a device.
    var timeShare: Double?
  }

  /// In the order of a decoder; roles without any cost are left out.
  ///
  /// Empty where no text is generated.
  static func all(_ assessment: ModelAssessment) -> [RolePart] {
    guard let generation = assessment.generation else { return [] }
    let text = generation.workload
    var prompt = Sums()
    for run in text.prefill { prompt.add(run.workload, isEncoder: run.isEncoder, times: run.count) }
    var decode = Sums()
    if let steps = text.decode {
      decode.add(steps, isEncoder: false, times: 1)
      decode.addTimes(of: generation.estimate?.decode, LayerRoles(steps))
    }
    let count = Double(text.request.pastLengths.count)
    let names = [Sums.encoder] + LayerRole.allCases.map(\.rawValue)
    return names.compactMap { name in
      let (first, further) = (prompt.parts[name], decode.parts[name])
      guard first?.isEmpty == false || further?.isEmpty == false else { return nil }
      var part = RolePart(
        role: name, promptMacs: Nullable(first.map(\.macs) ?? 0),
        promptMacsShare: Self.share(first.map(\.macs) ?? 0, of: prompt.macs), token: nil,
        isInSteps: further != nil)
      guard text.decode != nil else { return part }
      func mean(_ value: KeyPath<Sums.Part, Int?>) -> Double? {
        further == nil ? 0 : further?[keyPath: value].map { Double($0) / count }
      }
      part.token = TokenPart(
        macs: mean(\.macs), macsShare: Self.share(further.map(\.macs) ?? 0, of: decode.macs),
        weightTrafficBytes: mean(\.weights), cacheTrafficBytes: mean(\.cache),
        timeShare: decode.seconds > 0 ? (further?.seconds ?? 0) / decode.seconds : nil)
      return part
    }
  }

  private static func share(_ part: Int?, of whole: Int?) -> Double? {
    guard let part, let whole, whole > 0 else { return nil }
    return Double(part) / Double(whole)
  }
}

/// Counts by role; what is not known of a layer is not known of its role.
private struct Sums {
  static let encoder = "encoder"

  struct Part {
    var macs: Int? = 0
    var weights: Int? = 0
    var cache: Int? = 0
    var seconds = 0.0

    var isEmpty: Bool { macs == 0 && weights == 0 && cache == 0 && seconds == 0 }
  }

  private(set) var parts: [String: Part] = [:]
  /// Time of all, starts of runs included.
  private(set) var seconds = 0.0

  var macs: Int? {
    parts.values.reduce(0) { sum, part in
      guard let sum, let macs = part.macs else { return nil }
      return added(sum, macs)
    }
  }

  mutating func add(_ workload: Workload, isEncoder: Bool, times count: Int) {
    let roles = isEncoder ? nil : LayerRoles(workload).roles
    for (index, layer) in workload.layers.enumerated() {
      let name = roles?[index].rawValue ?? Self.encoder
      func sum(_ part: Int?, _ own: Int?) -> Int? {
        guard let part, let own, layer.hasRule else { return nil }
        let (product, overflow) = own.multipliedReportingOverflow(by: count)
        return overflow ? nil : added(part, product)
      }
      let part = parts[name, default: Part()]
      parts[name] = Part(
        macs: sum(part.macs, layer.work.macs.fixedValue),
        weights: sum(part.weights, layer.traffic.constants.fixedValue),
        cache: sum(part.cache, layer.traffic.state.fixedValue), seconds: part.seconds)
    }
  }

  /// A kernel's time is that of the layer that leads it; what no kernel takes is the start of a run.
  mutating func addTimes(of estimate: InferenceEstimate?, _ roles: LayerRoles) {
    guard let estimate, let latency = estimate.latency, !latency.isLowerBound else { return }
    for kernel in estimate.kernels {
      guard let leader = kernel.kernel.layers.first, let time = kernel.time?.value else { continue }
      parts[roles.roles[leader].rawValue, default: Part()].seconds += time
      seconds += time
    }
    let rest = max(0, latency.value - seconds)
    parts[LayerRole.other.rawValue, default: Part()].seconds += rest
    seconds += rest
  }

  private func added(_ left: Int, _ right: Int) -> Int? {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : sum
  }
}

extension [RolePart] {
  /// What each role takes of the prompt and of a step after it, as a table.
  var table: TextTable {
    let hasTokens = contains { $0.token != nil }
    let hasTimes = contains { $0.token?.timeShare != nil }
    var table = TextTable(columns: [.init(title: "role", alignment: .left)])
    let titles =
      ["prompt MACs", "share"] + (hasTokens ? ["step MACs", "share", "step weights"] : [])
      + (hasTimes ? ["step time"] : [])
    table.columns += titles.map { .init(title: $0, alignment: .right) }
    func percent(_ share: Double?) -> String {
      share.map { fixed(100 * $0, decimals: 1) + "%" } ?? "-"
    }
    table.rows = map { part in
      var row = [
        part.role, part.promptMacs.value.map { engineering(Double($0), unit: "") } ?? "unknown",
        percent(part.promptMacsShare),
      ]
      guard let token = part.token else { return row }
      guard part.isInSteps else { return row + titles.dropFirst(2).map { _ in "-" } }
      row += [
        token.macs.map { engineering($0, unit: "") } ?? "unknown", percent(token.macsShare),
        token.weightTrafficBytes.map { engineering($0, unit: "B") } ?? "unknown",
      ]
      return hasTimes ? row + [percent(token.timeShare)] : row
    }
    return table
  }
}
