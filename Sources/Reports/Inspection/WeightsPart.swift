import Analysis
import Assessment
import OpGraph
import Quantities

/// What the weights of a model are; only where they were read.
struct WeightsPart: Encodable {
  var totals: Totals
  /// Multiply-accumulates that go with zero filters; null where the work of a layer is not known.
  var macs: Nullable<MACs>
  var layers: [Layer]
  var equalTensors: [EqualTensors]
  /// Weights of layers that are packed in another form, or lie in another file, and are not read.
  var unreadTensors: Int

  struct Totals: Encodable {
    var elements: Int
    /// Null where it is not known of a tensor which elements stand for zero.
    var zeros: Nullable<Int>
    /// Output channels of convolutions, channels of depthwise ones included.
    var filters: Int
    var zeroFilters: Int
    /// Rows of fully connected layers.
    var rows: Int
    var zeroRows: Int
    /// Filters and rows with the elements of an earlier one of the layer, zero ones not counted.
    var duplicateFilters: Int
    /// Filters and rows of floats below 2^-24 of the largest weight of the layer, zero ones not counted.
    var negligibleFilters: Int
    /// Bytes of tensors that are equal to another.
    var duplicateBytes: Int
  }

  struct MACs: Encodable {
    var zeroFilters: Int
    var removableFilters: Int
    /// Of the layers that read channels of removable filters.
    var readersOfRemovable: Int
    /// Of one inference, for comparison.
    var model: Int
  }

  struct Layer: Encodable {
    var layer: String
    /// The operator's own part of the name, for people.
    var shortName: String
    var index: Int
    var `operator`: String
    var tensor: String
    var elementType: String
    var elements: Int
    var zeros: Nullable<Int>
    /// Bits that the integers use, with their sign.
    var usedBits: Int?
    /// What a filter is: `filter`, `channel` (depthwise) or `row` (fully connected).
    var unit: String?
    var filters: Int?
    var zeroFilters: Int?
    var removableFilters: Int?
    var duplicateFilters: Int?
    var negligibleFilters: Int?
    var macsOfZeroFilters: Int?
    /// Whether an earlier layer has the same tensor, which totals count once.
    var isShared: Bool
  }

  struct EqualTensors: Encodable {
    var tensors: [String]
    var bytes: Int
  }

  /// Nil unless the weights were read.
  init?(_ assessment: ModelAssessment) {
    guard let review = assessment.weights else { return nil }
    let workload = assessment.workload
    let sums = review.totals(workload)
    totals = Totals(
      elements: sums.elements, zeros: Nullable(sums.zeros), filters: sums.filters,
      zeroFilters: sums.zeroFilters, rows: sums.rows, zeroRows: sums.zeroRows,
      duplicateFilters: sums.duplicateFilters, negligibleFilters: sums.negligibleFilters,
      duplicateBytes: review.equalTensors.map { ($0.tensors.count - 1) * $0.bytes }.reduce(0, +))
    macs = Nullable(
      review.zeroMACs.map {
        MACs(
          zeroFilters: $0.ofFilters, removableFilters: $0.ofRemovable,
          readersOfRemovable: $0.ofReaders, model: $0.ofModel)
      })
    layers = review.layers.map { weights in
      let layer = workload.layers[weights.layer]
      return Layer(
        layer: layer.name, shortName: layer.shortName, index: weights.layer,
        operator: layer.operatorTitle,
        tensor: workload.graph[weights.tensor].name, elementType: weights.elementType.rawValue,
        elements: weights.elements, zeros: Nullable(weights.zeros), usedBits: weights.usedBits,
        unit: weights.filters.map { _ in Self.unit(layer.kind) }, filters: weights.filters?.count,
        zeroFilters: weights.filters?.zero.count,
        removableFilters: weights.filters.map { _ in
          review.removal.removedFilters[weights.layer] ?? 0
        },
        duplicateFilters: weights.filters?.duplicates,
        negligibleFilters: weights.filters?.negligible,
        macsOfZeroFilters: weights.filters?.macsOfZero, isShared: weights.isShared)
    }
    equalTensors = review.equalTensors.map {
      EqualTensors(tensors: $0.tensors.map { workload.graph[$0].name }, bytes: $0.bytes)
    }
    unreadTensors = review.unread
  }

  private static func unit(_ kind: KernelKind) -> String {
    switch kind {
    case .depthwiseConvolution: "channel"
    case .fullyConnected, .matMul: "row"
    default: "filter"
    }
  }
}

extension WeightsPart {
  /// A row for each layer.
  var table: TextTable {
    var table = TextTable(columns: [
      .init(title: "#", alignment: .right),
      .init(title: "layer", alignment: .left, flexibility: .losesStart),
      .init(title: "what", alignment: .left), .init(title: "type", alignment: .left),
      .init(title: "filters", alignment: .right), .init(title: "zero", alignment: .right),
      .init(title: "equal", alignment: .right), .init(title: "weights", alignment: .right),
      .init(title: "zeros", alignment: .right), .init(title: "bits", alignment: .right),
      .init(title: "MACs of zero", alignment: .right),
    ])
    table.rows = layers.map { layer in
      [
        String(layer.index), layer.shortName, layer.operator, layer.elementType,
        layer.filters.map(grouped) ?? "-",
        layer.zeroFilters.map(grouped) ?? "-", layer.duplicateFilters.map(grouped) ?? "-",
        grouped(layer.elements), Self.share(layer.zeros.value, of: layer.elements),
        layer.usedBits.map(String.init) ?? "-", layer.macsOfZeroFilters.map(grouped) ?? "-",
      ]
    }
    return table
  }

  /// The totals in sentences.
  var sentences: [String] {
    func part(_ part: Int?, _ whole: Int, _ noun: String) -> String {
      "\(part.map(grouped) ?? "unknown") of \(grouped(whole)) \(plural(noun, whole))"
    }
    var lines: [String] = []
    if totals.filters > 0 {
      lines.append("\(part(totals.zeroFilters, totals.filters, "filter")) are all zero")
    }
    if totals.rows > 0 {
      let rows = part(totals.zeroRows, totals.rows, "row")
      lines.append("\(rows) of fully connected layers are all zero")
    }
    let share = Self.share(totals.zeros.value, of: totals.elements)
    lines.append("\(share) of \(grouped(totals.elements)) weights are zero")
    if totals.duplicateFilters > 0 {
      lines.append(
        "\(grouped(totals.duplicateFilters)) filters or rows with the weights of an earlier one")
    }
    if totals.negligibleFilters > 0 {
      lines.append(
        "\(grouped(totals.negligibleFilters)) filters or rows of floats without a weight above 2^-24 "
          + "of the layer's largest")
    }
    lines += sentencesOfMACs
    for group in equalTensors.prefix(Self.shownGroups) {
      let names = group.tensors.joined(separator: ", ")
      lines.append("equal tensors of \(counted(group.bytes, "byte")): \(names)")
    }
    if equalTensors.count > Self.shownGroups {
      let more = equalTensors.count - Self.shownGroups
      lines.append("\(counted(more, "more group")) of equal tensors")
    }
    if unreadTensors > 0 {
      let tensors = counted(unreadTensors, "tensor")
      lines.append("\(tensors) of weights in another form or file: not read")
    }
    return lines
  }

  private var sentencesOfMACs: [String] {
    guard let macs = macs.value, macs.zeroFilters > 0 else { return [] }
    let own = Self.share(macs.zeroFilters, of: macs.model)
    let all = Self.share(macs.removableFilters + macs.readersOfRemovable, of: macs.model)
    return [
      "MACs of zero filters: \(grouped(macs.zeroFilters)) of \(grouped(macs.model)) (\(own))",
      "without those that can be removed: \(grouped(macs.removableFilters)) MACs less, and "
        + "\(grouped(macs.readersOfRemovable)) of layers that read their channels (\(all))",
    ]
  }

  private static let shownGroups = 5

  private static func share(_ part: Int?, of whole: Int) -> String {
    guard let part, whole > 0 else { return "unknown" }
    return fixed(100 * Double(part) / Double(whole), decimals: 1) + " %"
  }
}
