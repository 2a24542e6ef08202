import Quantities
package import Assessment
import Analysis
import OpGraph

/// The report of `inspect`.
package struct Inspection: Report {
  var path: String
  var format: String
  var producer: String
  var description: String
  var opsets: [String: Int]
  var metadata: [String: String]
  var inputs: [AnalysisReport.TensorPart]
  var outputs: [AnalysisReport.TensorPart]
  var card: Card?
  var subgraphs: [Subgraph]
  var signatures: [SignaturePart]
  var compiledParts: [CompiledPart]
  var operators: [OperatorCount]
  var elementTypes: [TypeCount]
  var quantization: [TypeCount]
  /// Totals of all sparse tensors.
  var sparsity: AnalysisReport.SparsityPart?
  var arithmetic: [Arithmetic]
  var coverage: AnalysisReport.CoveragePart
  /// Only where the weights were read.
  var weights: WeightsPart?
  var tensors: AnalysisReport.Parts<[Value], AnalysisReport.TensorPart>
  var diagnostics: [AnalysisReport.DiagnosticPart]

  private enum CodingKeys: CodingKey {
    case arithmetic, card, compiledParts, coverage, description, diagnostics, elementTypes, format
    case inputs, metadata, operators, opsets, outputs, path, producer, quantization, signatures
    case sparsity, subgraphs, tensors, weights
  }

  package func encode(to encoder: any Encoder) throws {
    encoder.promiseSortedKeys()
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(arithmetic, forKey: .arithmetic)
    try members.encodeIfPresent(card, forKey: .card)
    try members.encode(compiledParts, forKey: .compiledParts)
    try members.encode(coverage, forKey: .coverage)
    try members.encode(description, forKey: .description)
    try members.encode(diagnostics, forKey: .diagnostics)
    try members.encode(elementTypes, forKey: .elementTypes)
    try members.encode(format, forKey: .format)
    try members.encode(inputs, forKey: .inputs)
    try members.encode(metadata, forKey: .metadata)
    try members.encode(operators, forKey: .operators)
    try members.encode(opsets, forKey: .opsets)
    try members.encode(outputs, forKey: .outputs)
    try members.encode(path, forKey: .path)
    try members.encode(producer, forKey: .producer)
    try members.encode(quantization, forKey: .quantization)
    try members.encode(signatures, forKey: .signatures)
    try members.encodeIfPresent(sparsity, forKey: .sparsity)
    try members.encode(subgraphs, forKey: .subgraphs)
    try members.encode(tensors, forKey: .tensors)
    try members.encodeIfPresent(weights, forKey: .weights)
  }

  struct Subgraph: Encodable {
    var name: String
    var operators: Int
    var tensors: Int
    var runs: Bool
  }

  struct SignaturePart: Encodable {
    var key: String
    var subgraph: String
    var inputs: [String: String]
    var outputs: [String: String]
  }

  struct CompiledPart: Encodable {
    var layer: String
    var sourceOperator: String
    var target: String
    var facts: [String: Int]
  }

  /// The description of the model in the file.
  struct Card: Encodable {
    var name: String
    var description: String
    var version: String
    var author: String
    var license: String
    var inputs: [Tensor]
    var outputs: [Tensor]
    var files: [File]

    struct Tensor: Encodable {
      var name: String
      var description: String
    }

    struct File: Encodable {
      var name: String
      var kind: String
      var description: String
      var bytes: Int?
    }
  }

  struct OperatorCount: Encodable {
    var sourceOperator: String
    var `operator`: String
    var count: Int
    var isKnown: Bool
  }

  /// Operators that are carried out in one kind of arithmetic.
  struct Arithmetic: Encodable {
    var precision: String
    /// What multiply-accumulates multiply, such as `int8 x int8`; nil for operators without any.
    var macPrecision: String?
    var operators: Int
    var macs: Int?
    var sourceOperators: [String]
  }

  struct TypeCount: Encodable {
    var name: String
    var tensors: Int
  }

  package init(_ assessment: ModelAssessment) {
    let report = AnalysisReport(assessment, withLayers: false)
    let model = assessment.model
    let graph = assessment.workload.graph
    path = assessment.path
    format = report.model.format
    producer = model.producer
    description = model.description
    opsets = model.operatorSets
    metadata = model.metadata
    inputs = report.model.inputs
    outputs = report.model.outputs
    subgraphs = model.subgraphs.enumerated().map { index, subgraph in
      Subgraph(
        name: subgraph.name, operators: subgraph.operators, tensors: subgraph.tensors,
        runs: index == model.runningSubgraph)
    }
    signatures = model.signatures.map {
      SignaturePart(
        key: $0.key, subgraph: model.subgraphs[$0.subgraph].name, inputs: $0.inputs,
        outputs: $0.outputs)
    }
    compiledParts = model.compiledParts.map {
      CompiledPart(
        layer: $0.layer, sourceOperator: $0.sourceOperator, target: $0.target, facts: $0.facts)
    }
    card = model.card.map(Card.init)
    operators = Self.operators(assessment.workload.layers)
    elementTypes = Self.histogram(graph.values.lazy.map(\.type.elementType.rawValue))
    quantization = Self.histogram(graph.values.lazy.compactMap { Self.scheme($0.type) })
    sparsity = AnalysisReport.SparsityPart(graph.values.map(\.type))
    arithmetic = Self.arithmetic(assessment.workload.layers)
    coverage = report.coverage
    weights = WeightsPart(assessment)
    tensors = .init(rows: graph.values, part: AnalysisReport.TensorPart.init)
    diagnostics = report.diagnostics
  }

  private static func operators(_ layers: [Layer]) -> [OperatorCount] {
    var counts: [String: [String: OperatorCount]] = [:]
    for layer in layers {
      counts[layer.sourceOperator, default: [:]][
        layer.operatorTitle,
        default: OperatorCount(
          sourceOperator: layer.sourceOperator, operator: layer.operatorTitle, count: 0,
          isKnown: layer.kind != .opaque)
      ].count += 1
    }
    return counts.values.flatMap(\.values).sorted {
      ($1.count, $0.sourceOperator, $0.operator) < ($0.count, $1.sourceOperator, $1.operator)
    }
  }

  /// Views do not compute, and folded operators do not run.
  private static func arithmetic(_ layers: [Layer]) -> [Arithmetic] {
    struct Group {
      var operators = 0
      var macs: SymbolicInt = 0
      var sourceOperators: Set<String> = []

      mutating func add(_ layer: Layer) {
        operators += 1
        macs += layer.work.macs
        sourceOperators.insert(layer.sourceOperator)
      }
    }
    var groups: [Precision: [String?: Group]] = [:]
    for layer in layers where layer.fold == nil && layer.kind != .view && layer.kind != .opaque {
      // In place: a copy of all layers is the largest part of a report's memory.
      groups[layer.precision, default: [:]][layer.factors, default: Group()].add(layer)
    }
    return groups.flatMap { precision, byFactors in
      byFactors.map { factors, group in
        Arithmetic(
          precision: precision.rawValue, macPrecision: factors, operators: group.operators,
          macs: group.macs.fixedValue, sourceOperators: group.sourceOperators.sorted())
      }
    }.sorted {
      ($1.macs ?? .max, $1.operators, $0.precision, $0.macPrecision ?? "")
        < ($0.macs ?? .max, $0.operators, $1.precision, $1.macPrecision ?? "")
    }
  }

  private static func histogram(_ names: some Sequence<String>) -> [TypeCount] {
    let counts = names.reduce(into: [:]) { counts, name in counts[name, default: 0] += 1 }
    return counts.map { TypeCount(name: $0, tensors: $1) }
      .sorted { ($1.tensors, $0.name) < ($0.tensors, $1.name) }
  }

  private static func scheme(_ type: TensorType) -> String? {
    guard let quantization = type.quantization else { return nil }
    let symmetry = quantization.isSymmetric ? "symmetric" : "asymmetric"
    switch quantization.granularity {
    case .perTensor: return "\(type.elementType.rawValue) per tensor, \(symmetry)"
    case .perAxis: return "\(type.elementType.rawValue) per axis, \(symmetry)"
    case .perBlock(_, let size):
      return "\(type.elementType.rawValue) in blocks of \(size), \(symmetry)"
    }
  }

  package func text(in layout: TextLayout) -> String {
    var lines = [
      layout.bold(path), "\(format), producer: \(producer.isEmpty ? "not stated" : producer)",
    ]
    lines += wrapped(
      "operator sets: "
        + opsets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "),
      width: layout.width, indent: 2)
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
      lines += wrapped("\(name): \(value)", width: layout.width, margin: 2, indent: 4)
    }
    if let card { lines += card.lines(in: layout) }
    func add(_ title: String, _ table: TextTable) {
      lines += ["", layout.bold(title)]
      lines += table.lines(width: layout.width - 2).map { "  \($0)" }
    }
    add("Inputs", tensorTable(inputs))
    add("Outputs", tensorTable(outputs))
    if subgraphs.count > 1 {
      var table = TextTable(columns: [
        .init(title: "subgraph", alignment: .left, flexibility: .losesStart),
        .init(title: "operators", alignment: .right), .init(title: "tensors", alignment: .right),
      ])
      table.rows = subgraphs.map {
        ["\($0.name)\($0.runs ? " (runs)" : "")", grouped($0.operators), grouped($0.tensors)]
      }
      add("Subgraphs", table)
    }
    if !signatures.isEmpty {
      var table = TextTable(columns: [
        .init(title: "signature", alignment: .left), .init(title: "subgraph", alignment: .left),
        .init(title: "inputs and outputs", alignment: .left, flexibility: .losesStart),
      ])
      table.rows = signatures.map { signature in
        [
          signature.key, signature.subgraph,
          [signature.inputs, signature.outputs].map { $0.keys.sorted().joined(separator: ", ") }
            .joined(separator: " -> "),
        ]
      }
      add("Signatures", table)
    }
    for part in compiledParts {
      let facts = part.facts.sorted { $0.key < $1.key }.map { "\($0.key) \(grouped($0.value))" }
      lines += ["", layout.bold("Code for \(part.target) in '\(part.layer)'")]
      lines += facts.map { "  \($0)" }
    }
    add("Operators", operatorTable())
    add("Arithmetic of the operators that run", arithmeticTable())
    lines += ["", layout.bold("Tensors")]
    for entry in elementTypes { lines.append("  \(grouped(entry.tensors)) of \(entry.name)") }
    for entry in quantization {
      lines.append("  \(grouped(entry.tensors)) quantized: \(entry.name)")
    }
    if let sparsity {
      let dense = sparsity.denseBytes.value.map { "\(grouped($0)) B" } ?? "unknown"
      lines.append("  sparse: \(grouped(sparsity.storedBytes)) B stored, \(dense) if dense")
    }
    if let weights {
      add("Weights", weights.table)
      lines += weights.sentences.flatMap {
        wrapped($0, width: layout.width, margin: 2, indent: 4)
      }
    }
    lines += [
      "",
      "coverage: \(grouped(coverage.operatorsCosted)) of \(grouped(coverage.operators)) "
        + "\(plural("operator", coverage.operators)) costed, shape of "
        + "\(grouped(coverage.tensorsWithShape)) of \(grouped(coverage.tensors)) "
        + "\(plural("tensor", coverage.tensors)) known",
    ]
    for diagnostic in diagnostics {
      lines += wrapped(
        "\(diagnostic.severity): \(diagnostic.message)", width: layout.width, indent: 2)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  package var markdown: String {
    func table(_ table: TextTable) -> [Markdown] {
      [""]
        + Markdown.table(
          table.columns.map(\.title), alignments: table.columns.map(\.alignment),
          table.rows)
    }
    var lines: [Markdown] = [
      "### \(path)", "", "\(format), producer: \(producer)",
    ]
    lines += ["", "Inputs"] + table(tensorTable(inputs))
    lines += ["", "Outputs"] + table(tensorTable(outputs))
    lines += ["", "Operators"] + table(operatorTable())
    lines += ["", "Arithmetic of the operators that run"] + table(arithmeticTable())
    if let weights {
      lines += ["", "Weights"] + table(weights.table)
      lines += [""] + weights.sentences.map { "- \($0)" }
    }
    return Markdown.document(lines)
  }

  /// A row for each tensor.
  package var csv: String {
    let roles = Dictionary(
      inputs.map { ($0.name, "input") } + outputs.map { ($0.name, "output") }
    ) { first, _ in first }
    return CSV.document(
      [["name", "role", "shape", "element_type", "quantization", "bits", "axis", "block_size"]]
        + tensors.rows.lazy.map(tensors.part).map { tensor in
          let quantization = tensor.quantization
          return [
            tensor.name, roles[tensor.name] ?? "", Self.shape(tensor), tensor.elementType,
            quantization?.scheme ?? "", quantization?.bits.map(String.init) ?? "",
            quantization?.axis.map(String.init) ?? "",
            quantization?.blockSize.map(String.init) ?? "",
          ]
        })
  }

  private static func shape(_ tensor: AnalysisReport.TensorPart) -> String {
    let dimensions = tensor.shape.value.map { $0.map(\.dimension.description) }
    return dimensions.map { "[" + $0.joined(separator: ", ") + "]" } ?? "[?]"
  }

  private func operatorTable() -> TextTable {
    var table = TextTable(columns: [
      .init(title: "in the file", alignment: .left, flexibility: .losesStart),
      .init(title: "canonical", alignment: .left), .init(title: "count", alignment: .right),
    ])
    table.rows = operators.map {
      [$0.sourceOperator, $0.isKnown ? $0.operator : "unknown", grouped($0.count)]
    }
    return table
  }

  private func arithmeticTable() -> TextTable {
    var table = TextTable(columns: [
      .init(title: "precision", alignment: .left), .init(title: "multiplies", alignment: .left),
      .init(title: "layers", alignment: .right), .init(title: "MACs", alignment: .right),
      .init(title: "operators", alignment: .left, flexibility: .losesEnd),
    ])
    table.rows = arithmetic.map {
      [
        $0.precision, $0.macPrecision ?? "-", grouped($0.operators),
        $0.macPrecision == nil ? "-" : $0.macs.map(grouped) ?? "open",
        $0.sourceOperators.joined(separator: ", "),
      ]
    }
    return table
  }

  /// Names may have to be typed, to bind sizes, and are shown whole.
  private func tensorTable(_ tensors: [AnalysisReport.TensorPart]) -> TextTable {
    var table = TextTable(columns: [
      .init(title: "name", alignment: .left),
      .init(title: "shape", alignment: .left), .init(title: "type", alignment: .left),
      .init(title: "quantization", alignment: .left),
    ])
    table.rows = tensors.map { tensor in
      [tensor.name, Self.shape(tensor), tensor.elementType, tensor.quantization?.scheme ?? "-"]
    }
    return table
  }
}

extension Inspection.Card {
  init(_ card: ModelCard) {
    name = card.name
    description = card.description
    version = card.version
    author = card.author
    license = card.license
    inputs = card.inputs.map { Tensor(name: $0.name, description: $0.description) }
    outputs = card.outputs.map { Tensor(name: $0.name, description: $0.description) }
    files = card.files.map {
      File(name: $0.name, kind: $0.kind, description: $0.description, bytes: $0.bytes)
    }
  }

  func lines(in layout: TextLayout) -> [String] {
    var entries = [
      ("name", name), ("version", version), ("author", author), ("license", license),
      ("description", description),
    ].filter { !$0.1.isEmpty }
    entries += inputs.map { ("input \($0.name)", $0.description) }
    entries += outputs.map { ("output \($0.name)", $0.description) }
    entries += files.map { file in
      let size = file.bytes.map { "\(grouped($0)) B" } ?? "not packed into the model's file"
      return ("file \(file.name)", "\(file.kind), \(size). \(file.description)")
    }
    return ["", layout.bold("About the model")]
      + entries.flatMap { name, value in
        wrapped(
          value.isEmpty ? name : "\(name): \(value)", width: layout.width, margin: 2, indent: 4)
      }
  }
}
