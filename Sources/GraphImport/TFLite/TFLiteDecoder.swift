internal import CFlatBuffers
import Quantities
import OpGraph

extension TFLiteModel {
  /// Decodes a flatbuffer; every offset is checked before anything is read.
  init(_ file: ModelFile) throws(Problem) {
    let bytes = file.bytes
    guard let start = bytes.baseAddress,
      let handle = tfl_open(start.assumingMemoryBound(to: UInt8.self), bytes.count)
    else {
      throw Problem(
        "has the TFLite identifier but an offset in it is out of bounds: it is cut short or damaged"
      )
    }
    var decoder = TFLiteDecoder(handle: handle, file: bytes)
    let contents = decoder.contents
    let fields = tfl_read_model(handle)
    fileBytes = bytes.count
    schemaVersion = Int(fields.schema_version)
    description = try contents.text(fields.description, of: "metadata")
    let codes = try decoder.operatorCodes(fields.operator_codes)
    for index in 0..<fields.subgraphs {
      subgraphs.append(try decoder.subgraph(index, codes: codes, buffers: fields.buffers))
    }
    let tensors = subgraphs.map(\.tensors.count).reduce(0, +)
    var hasSeenCard = false
    for index in 0..<fields.metadata {
      let entry = tfl_read_metadata(handle, index)
      try contents.spend(TFLiteDecoder.tableCost, on: "metadata")
      let name = try contents.text(entry.name, of: "metadata")
      guard Int(entry.index) < fields.buffers else {
        throw Problem(
          place: "metadata '\(name)'",
          "buffer \(entry.index), expected one below \(fields.buffers)")
      }
      let buffer = tfl_read_buffer(handle, Int(entry.index))
      // To check a card takes as long as it is, and many entries can be one.
      if name == Self.cardName, !hasSeenCard {
        hasSeenCard = true
        card = try ModelCard.read(buffer, contents)
      }
      if name != Self.cardName || card == nil {
        metadata[name] = TFLiteDecoder.metadataText(buffer)
      }
      if name == Self.planName, plannedOffsets == nil {
        plannedOffsets = try decoder.plannedOffsets(buffer, tensors: tensors)
      }
    }
    card = card?.withSizes(from: ZipArchive(bytes))
    for index in 0..<fields.signatures {
      signatures.append(try decoder.signature(index, subgraphs))
    }
  }
}

extension TFLiteModel {
  /// The metadata entry that holds a `ModelCard`.
  private static let cardName = "TFLITE_METADATA"
  /// The metadata entry that holds a plan of the arena.
  private static let planName = "OfflineMemoryAllocation"
}

/// Reads the parts of a verified flatbuffer.
private struct TFLiteDecoder {
  let handle: OpaquePointer
  let file: UnsafeRawBufferPointer
  let contents: FlatBufferContents
  private var optionsReader: TFLiteOptionsReader
  /// How many operators the file may hold; all can be one table, to which four bytes point.
  private var operatorBudget: DecodeBudget

  /// What a tensor, an operator or another table costs besides its lists and texts.
  static let tableCost = 512
  /// What an operator code costs besides its name.
  private static let codeCost = 64
  /// What an operand costs: it is one of a layer too.
  private static let operandCost = 24

  init(handle: OpaquePointer, file: UnsafeRawBufferPointer) {
    self.handle = handle
    self.file = file
    contents = FlatBufferContents(bytes: file.count)
    optionsReader = TFLiteOptionsReader(handle: handle, contents: contents)
    operatorBudget = DecodeBudget(base: 10_000, bytes: file.count, bytesPerUnit: 32)
  }

  /// What operators can be.
  struct OperatorCode {
    var name: String
    var isCustom: Bool
    var version: Int
  }

  func operatorCodes(_ count: Int) throws(Problem) -> [OperatorCode] {
    var codes: [OperatorCode] = []
    for index in 0..<count {
      let fields = tfl_read_operator_code(handle, index)
      try contents.spend(Self.codeCost, on: "operator codes")
      codes.append(
        OperatorCode(
          name: try name(fields), isCustom: fields.builtin == Self.customCode,
          version: Int(fields.version)))
    }
    return codes
  }

  mutating func subgraph(
    _ index: Int, codes: [OperatorCode], buffers: Int
  ) throws(Problem) -> TFLiteSubgraph {
    let fields = tfl_read_subgraph(handle, index)
    let place = "subgraph \(index)"
    try contents.spend(Self.tableCost, on: "subgraphs")
    var tensors: [TFLiteTensor] = []
    tensors.reserveCapacity(fields.tensors)
    for tensor in 0..<fields.tensors {
      tensors.append(try self.tensor(tensor, subgraph: index, buffers: buffers))
    }
    var operators: [TFLiteOperator] = []
    operators.reserveCapacity(fields.operators)
    for position in 0..<fields.operators {
      let op = tfl_read_operator(handle, index, position)
      let operatorPlace = "\(place), operator \(position)"
      try operatorBudget.spend(1, on: "operators")
      try contents.spend(Self.tableCost, on: "operators")
      guard Int(op.code) < codes.count else {
        throw Problem(
          place: operatorPlace, "operator code \(op.code), expected one below \(codes.count)")
      }
      let code = codes[Int(op.code)]
      func operands(_ list: tfl_ints) throws(Problem) -> [Int] {
        try indices(list, below: tensors.count, orLeftOut: true, operatorPlace, of: "operators")
      }
      operators.append(
        TFLiteOperator(
          index: position,
          name: code.isCustom ? try contents.repeated(code.name, of: "operators") : code.name,
          isCustom: code.isCustom, version: code.version,
          inputs: try operands(op.inputs), outputs: try operands(op.outputs),
          options: try options(op, code, subgraph: index, operator: position, operatorPlace)))
    }
    return TFLiteSubgraph(
      name: try contents.text(fields.name, of: "subgraphs"), tensors: tensors,
      operators: operators,
      inputs: try indices(
        fields.inputs, below: tensors.count, orLeftOut: false, place, of: "subgraphs"),
      outputs: try indices(
        fields.outputs, below: tensors.count, orLeftOut: false, place, of: "subgraphs"))
  }

  func signature(
    _ index: Int, _ subgraphs: [TFLiteSubgraph]
  ) throws(Problem) -> Signature {
    let fields = tfl_read_signature(handle, index)
    let key = try contents.text(fields.key, of: "signatures")
    let place = "signature '\(key)'"
    guard Int(fields.subgraph) < subgraphs.count else {
      throw Problem(
        place: place, "subgraph \(fields.subgraph), expected one below \(subgraphs.count)")
    }
    let tensors = subgraphs[Int(fields.subgraph)].tensors
    try contents.spend(
      Self.tableCost * (1 + fields.inputs + fields.outputs), on: "signatures")
    func names(_ count: Int, areInputs: Bool) throws(Problem) -> [String: String] {
      var names: [String: String] = [:]
      for position in 0..<count {
        let entry = tfl_read_signature_tensor(handle, index, areInputs ? 1 : 0, position)
        guard Int(entry.index) < tensors.count else {
          throw Problem(
            place: place, "tensor \(entry.index), expected one below \(tensors.count)")
        }
        let name = try contents.text(entry.name, of: "signatures")
        names[name] = try contents.repeated(tensors[Int(entry.index)].name, of: "signatures")
      }
      return names
    }
    return Signature(
      key: key, subgraph: Int(fields.subgraph),
      inputs: try names(fields.inputs, areInputs: true),
      outputs: try names(fields.outputs, areInputs: false))
  }

  private static let customCode: Int32 = 32

  private func name(_ code: tfl_operator_code_fields) throws(Problem) -> String {
    if code.builtin == Self.customCode {
      return try contents.text(code.custom_name, of: "operator codes")
    }
    let name = String(cString: tfl_builtin_name(code.builtin))
    return name.isEmpty ? "builtin \(code.builtin)" : name
  }

  private func indices(
    _ list: tfl_ints, below count: Int, orLeftOut: Bool, _ place: String, of what: String
  ) throws(Problem) -> [Int] {
    let indices = try contents.integers(list, of: what, cost: Self.operandCost)
    if let wrong = indices.first(where: { $0 >= count || $0 < (orLeftOut ? -1 : 0) }) {
      throw Problem(place: place, "tensor \(wrong), expected one below \(count)")
    }
    return indices
  }

  /// The options of a custom operator; large ones lie behind the flatbuffer.
  private func customOptions(
    _ fields: tfl_operator_fields, _ place: String
  ) throws(Problem) -> tfl_string {
    guard fields.large_options_offset > 1 else { return fields.custom_options }
    let (end, overflow) = fields.large_options_offset.addingReportingOverflow(
      fields.large_options_size)
    guard !overflow, end <= UInt64(file.count), let start = file.baseAddress else {
      throw Problem(
        place: place,
        "options of \(fields.large_options_size) bytes at \(fields.large_options_offset) of the "
          + "file, which has \(file.count)")
    }
    return tfl_string(
      bytes: (start + Int(fields.large_options_offset)).assumingMemoryBound(to: CChar.self),
      count: Int(fields.large_options_size))
  }

  private mutating func options(
    _ fields: tfl_operator_fields, _ code: OperatorCode, subgraph: Int, operator index: Int,
    _ place: String
  ) throws(Problem) -> TFLiteOptions {
    let custom = try customOptions(fields, place)
    // All of them are checked before one is read, unless they are too long: then they are code.
    try contents.spend(min(custom.count, 1 << 24), on: "options")
    if code.isCustom, code.name.hasPrefix(TFLiteLowerings.flexPrefix) {
      return try optionsReader.flexOptions(custom)
    }
    return optionsReader.options(subgraph: subgraph, operator: index, custom: custom)
  }

  private func tensor(
    _ index: Int, subgraph: Int, buffers: Int
  ) throws(Problem) -> TFLiteTensor {
    let fields = tfl_read_tensor(handle, subgraph, index)
    try contents.spend(Self.tableCost, on: "tensors")
    let name = try contents.text(fields.name, of: "tensors")
    let place = "tensor '\(name)'"
    let shape = try contents.integers(fields.shape, of: "tensors")
    guard Int(fields.buffer) < max(1, buffers) else {
      throw Problem(place: place, "buffer \(fields.buffer), expected one below \(buffers)")
    }
    let type = elementType(fields.type)
    let data = buffers > 0 ? try buffer(Int(fields.buffer), place) : nil
    try contents.spend(
      4 * min(data?.count ?? 0, 8 * ConstantValue.maximumElements), on: "constants")
    return TFLiteTensor(
      name: name, elementType: type, shape: shape,
      shapeSignature: try contents.integers(fields.shape_signature, of: "tensors"),
      hasRank: fields.has_rank != 0,
      isVariable: fields.is_variable != 0,
      constantBytes: fields.external_buffer > 0 ? 0 : data?.count,
      elements: fields.external_buffer > 0 ? nil : data?.place,
      buffer: Int(fields.buffer),
      blockTensors: [fields.scales_tensor, fields.zero_points_tensor].map(Int.init)
        .filter { $0 >= 0 },
      value: data.flatMap { $0.bytes.flatMap { elements($0, type) } },
      leadingBytes: type == .uint8 && shape.count == 1
        ? data?.bytes.map { Array($0.prefix(16)) } ?? [] : [],
      quantization: try quantization(fields),
      sparsity: fields.is_sparse != 0
        ? try sparsity(
          fields, subgraph: subgraph, tensor: index, stored: data?.count ?? 0, place) : nil)
  }

  private struct BufferView {
    /// Nil for data outside the flatbuffer, which is not read.
    var bytes: UnsafeRawBufferPointer?
    /// Where the data lies in the file.
    var place: Range<Int>

    var count: Int { place.count }
  }

  /// The constant data of a buffer; nil when it has none.
  private func buffer(_ index: Int, _ place: String) throws(Problem) -> BufferView? {
    let fields = tfl_read_buffer(handle, index)
    if fields.offset > 0 {
      let (end, overflow) = fields.offset.addingReportingOverflow(fields.size)
      guard !overflow, end <= UInt64(file.count) else {
        throw Problem(
          place: place,
          "\(fields.size) bytes at \(fields.offset) of the file, which has \(file.count)")
      }
      return BufferView(bytes: nil, place: Int(fields.offset)..<Int(end))
    }
    guard fields.count > 0, let first = fields.bytes, let start = file.baseAddress else {
      return nil
    }
    let place = UnsafeRawPointer(first) - start
    return BufferView(
      bytes: UnsafeRawBufferPointer(start: first, count: fields.count),
      place: place..<(place + fields.count))
  }

  private func elements(
    _ bytes: UnsafeRawBufferPointer, _ type: ElementType
  ) -> ConstantValue? {
    func load<T: BitwiseCopyable>(_: T.Type, atMost limit: Int) -> [T]? {
      let count = bytes.count / MemoryLayout<T>.size
      guard count <= limit else { return nil }
      return (0..<count).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
      }
    }
    let limit = ConstantValue.maximumElements
    switch type {
    case .int32:
      return load(Int32.self, atMost: limit).map { .integers($0.map { .fixed(Int($0)) }) }
    case .int64:
      return load(Int64.self, atMost: limit).map { .integers($0.map { .fixed(Int($0)) }) }
    case .float32: return load(Float.self, atMost: 16).map { .floats($0.map(Double.init)) }
    case .float16:
      return load(UInt16.self, atMost: 16).map { .floats($0.map(ElementType.float16(bits:))) }
    default: return nil
    }
  }

  private func quantization(_ fields: tfl_tensor_fields) throws(Problem) -> Quantization? {
    if fields.quantization_form == tfl_quantization_blockwise {
      return Quantization(
        granularity: .perBlock(
          axis: Int(fields.quantized_dimension), size: Int(fields.block_size)),
        scales: [], zeroPoints: [])
    }
    let scales = try contents.elements(
      fields.scales, count: fields.scale_count, of: "tensors", cost: 4)
    guard !scales.isEmpty else { return nil }
    let zeroPoints = try contents.elements(
      fields.zero_points, count: fields.zero_point_count, of: "tensors", cost: 8)
    return Quantization(
      granularity: scales.count > 1 ? .perAxis(Int(fields.quantized_dimension)) : .perTensor,
      scales: scales, zeroPoints: zeroPoints.map(Int.init))
  }

  private func sparsity(
    _ fields: tfl_tensor_fields, subgraph: Int, tensor: Int, stored: Int, _ place: String
  ) throws(Problem) -> Sparsity {
    // Blocks of elements have axes of their own.
    let most = 2 * TensorType.maximumRank
    let axes = max(fields.sparse_dimensions, fields.traversal_order.count)
    guard axes <= most else {
      throw Problem(place: place, "is stored along \(axes) axes, expected at most \(most)")
    }
    try contents.spend(8 * fields.sparse_dimensions, on: "tensors")
    var bytes = stored
    var compressed: [Int] = []
    let order = try contents.integers(fields.traversal_order, of: "tensors")
    for position in 0..<fields.sparse_dimensions {
      let axis = tfl_read_sparse_dimension(handle, subgraph, tensor, position)
      guard axis.is_compressed != 0 else { continue }
      bytes += axis.index_bytes
      compressed.append(order.indices.contains(position) ? order[position] : position)
    }
    return Sparsity(storedBytes: bytes, compressedAxes: compressed)
  }

  /// A plan of the arena: numbers of 32 bits, which are a version, a subgraph, how many tensors there are, and
  /// their offsets (TFLite Micro's memory_management.md).
  ///
  /// TFLite Micro refuses a plan for another number of tensors.
  func plannedOffsets(
    _ buffer: tfl_buffer_fields, tensors: Int
  ) throws(Problem) -> [Int]? {
    let header = 3
    guard buffer.count / 4 == header + tensors else { return nil }
    try contents.spend(8 * tensors, on: "metadata")
    let bytes = UnsafeRawBufferPointer(start: buffer.bytes, count: buffer.count)
    return (0..<tensors).map {
      Int(bytes.loadUnaligned(fromByteOffset: 4 * (header + $0), as: Int32.self))
    }
  }

  /// Short text entries are shown; flatbuffers and other binary entries by their size.
  static func metadataText(_ buffer: tfl_buffer_fields) -> String {
    // Of a long one, nothing is looked at.
    let bytes = UnsafeBufferPointer(
      start: buffer.bytes, count: buffer.count <= 256 ? buffer.count : 0)
    let trimmed = bytes.prefix(while: { $0 != 0 })
    let isText =
      !trimmed.isEmpty && trimmed.allSatisfy { (0x20..<0x7f).contains($0) }
      && bytes.dropFirst(trimmed.count).allSatisfy { $0 == 0 }
    return isText ? String(decoding: trimmed, as: UTF8.self) : counted(buffer.count, "byte")
  }
}

/// The element type of a schema `TensorType`, by the schema's own name of it.
private func elementType(_ type: Int32) -> ElementType {
  switch String(cString: tfl_type_name(type)) {
  case "FLOAT8_E4M3FN": return .float8e4m3fn
  case "FLOAT8_E5M2": return .float8e5m2
  case let name: return ElementType(rawValue: name.lowercased()) ?? .undefined
  }
}
