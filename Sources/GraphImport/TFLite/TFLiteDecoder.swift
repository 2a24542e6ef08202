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
    let fields = tfl_read_model(handle)
    fileBytes = bytes.count
    schemaVersion = Int(fields.schema_version)
    description = text(fields.description)
    let codes = (0..<fields.operator_codes).map { tfl_read_operator_code(handle, $0) }
    for index in 0..<fields.subgraphs {
      subgraphs.append(try decoder.subgraph(index, codes: codes, buffers: fields.buffers))
    }
    for index in 0..<fields.metadata {
      let entry = tfl_read_metadata(handle, index)
      guard Int(entry.index) < fields.buffers else {
        throw Problem(
          place: "metadata '\(text(entry.name))'",
          "buffer \(entry.index), expected one below \(fields.buffers)")
      }
      let name = text(entry.name)
      if name == Self.cardName, let found = decoder.card(Int(entry.index)) {
        card = found.withSizes(from: ZipArchive(bytes))
      } else {
        metadata[name] = decoder.metadataText(Int(entry.index))
      }
      if name == Self.planName {
        plannedOffsets = decoder.plannedOffsets(
          Int(entry.index), tensors: subgraphs.map(\.tensors.count).reduce(0, +))
      }
    }
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

extension ModelCard {
  /// The card with the sizes of files that stand in an archive behind the model.
  fileprivate func withSizes(from archive: ZipArchive?) -> ModelCard {
    var card = self
    for index in card.files.indices {
      card.files[index].bytes =
        archive?.members.first { $0.name == card.files[index].name }?.bytes
    }
    return card
  }
}

/// Reads the parts of a verified flatbuffer.
private struct TFLiteDecoder {
  let handle: OpaquePointer
  let file: UnsafeRawBufferPointer
  /// In bytes of what is made, roughly; offsets of a flatbuffer may share what they point to.
  ///
  /// An operator and its result take some 80 bytes in the file and cost some 1100.
  private var budget: DecodeBudget
  /// How many operators the file may hold; all can be one table, to which four bytes point.
  private var operatorBudget: DecodeBudget

  /// What a tensor or an operator costs besides its lists and names.
  private static let tableCost = 512

  init(handle: OpaquePointer, file: UnsafeRawBufferPointer) {
    self.handle = handle
    self.file = file
    budget = DecodeBudget(
      base: 16 << 20, bytes: 16 * min(file.count, 1 << 27), bytesPerUnit: 1)
    operatorBudget = DecodeBudget(base: 10_000, bytes: file.count, bytesPerUnit: 32)
  }

  mutating func subgraph(
    _ index: Int, codes: [tfl_operator_code_fields], buffers: Int
  ) throws(Problem) -> TFLiteSubgraph {
    let fields = tfl_read_subgraph(handle, index)
    let place = "subgraph \(index)"
    var tensors: [TFLiteTensor] = []
    tensors.reserveCapacity(fields.tensors)
    for tensor in 0..<fields.tensors {
      tensors.append(try self.tensor(tensor, subgraph: index, buffers: buffers))
    }
    var operators: [TFLiteOperator] = []
    operators.reserveCapacity(fields.operators)
    for position in 0..<fields.operators {
      let op = tfl_read_operator(handle, index, position)
      try operatorBudget.spend(1, on: "operators")
      try budget.spend(
        Self.tableCost + 24 * (op.inputs.count + op.outputs.count), on: "operators")
      guard Int(op.code) < codes.count else {
        throw Problem(
          place: "\(place), operator \(position)",
          "operator code \(op.code), expected one below \(codes.count)")
      }
      let operatorPlace = "\(place), operator \(position)"
      let name = name(codes[Int(op.code)])
      let isCustom = codes[Int(op.code)].builtin == Self.customCode
      operators.append(
        TFLiteOperator(
          index: position, name: name,
          isCustom: isCustom,
          version: Int(codes[Int(op.code)].version),
          inputs: try indices(op.inputs, below: tensors.count, orLeftOut: true, operatorPlace),
          outputs: try indices(op.outputs, below: tensors.count, orLeftOut: true, operatorPlace),
          options: options(
            subgraph: index, operator: position, custom: try customOptions(op, operatorPlace),
            isFlex: isCustom && name.hasPrefix(TFLiteLowerings.flexPrefix))))
    }
    return TFLiteSubgraph(
      name: text(fields.name), tensors: tensors, operators: operators,
      inputs: try indices(fields.inputs, below: tensors.count, orLeftOut: false, place),
      outputs: try indices(fields.outputs, below: tensors.count, orLeftOut: false, place))
  }

  mutating func signature(
    _ index: Int, _ subgraphs: [TFLiteSubgraph]
  ) throws(Problem) -> Signature {
    let fields = tfl_read_signature(handle, index)
    let place = "signature '\(text(fields.key))'"
    guard Int(fields.subgraph) < subgraphs.count else {
      throw Problem(
        place: place, "subgraph \(fields.subgraph), expected one below \(subgraphs.count)")
    }
    let tensors = subgraphs[Int(fields.subgraph)].tensors
    try budget.spend(Self.tableCost * (1 + fields.inputs + fields.outputs), on: "signatures")
    func names(_ count: Int, areInputs: Bool) throws(Problem) -> [String: String] {
      var names: [String: String] = [:]
      for position in 0..<count {
        let entry = tfl_read_signature_tensor(handle, index, areInputs ? 1 : 0, position)
        guard Int(entry.index) < tensors.count else {
          throw Problem(
            place: place, "tensor \(entry.index), expected one below \(tensors.count)")
        }
        names[text(entry.name)] = tensors[Int(entry.index)].name
      }
      return names
    }
    return Signature(
      key: text(fields.key), subgraph: Int(fields.subgraph),
      inputs: try names(fields.inputs, areInputs: true),
      outputs: try names(fields.outputs, areInputs: false))
  }

  /// The metadata for people in a buffer; nil when it is none.
  func card(_ buffer: Int) -> ModelCard? {
    let fields = tfl_read_buffer(handle, buffer)
    guard let start = fields.bytes, let metadata = tfl_open_metadata(start, fields.count) else {
      return nil
    }
    func entries(_ list: tfl_metadata_list, of owner: Int = 0) -> [tfl_metadata_entry] {
      // A card is for people: more than this nobody reads.
      (0..<min(256, tfl_count_metadata(metadata, list, owner))).map {
        tfl_read_metadata_entry(metadata, list, owner, $0)
      }
    }
    func tensors(_ list: tfl_metadata_list) -> [ModelCard.Tensor] {
      entries(list).map {
        ModelCard.Tensor(name: text($0.name), description: text($0.description))
      }
    }
    let stated = tfl_read_metadata_fields(metadata)
    var card = ModelCard()
    card.name = text(stated.name)
    card.description = text(stated.description)
    card.version = text(stated.version)
    card.author = text(stated.author)
    card.license = text(stated.license)
    card.inputs = tensors(tfl_metadata_inputs)
    card.outputs = tensors(tfl_metadata_outputs)
    var files = entries(tfl_metadata_model_files)
    for index in card.inputs.indices { files += entries(tfl_metadata_input_files, of: index) }
    for index in card.outputs.indices { files += entries(tfl_metadata_output_files, of: index) }
    card.files = files.prefix(256).map {
      ModelCard.File(
        name: text($0.name), kind: String(cString: tfl_metadata_file_kind($0.type)),
        description: text($0.description), bytes: nil)
    }
    return card
  }

  private static let customCode: Int32 = 32

  private func name(_ code: tfl_operator_code_fields) -> String {
    if code.builtin == Self.customCode { return text(code.custom_name) }
    let name = String(cString: tfl_builtin_name(code.builtin))
    return name.isEmpty ? "builtin \(code.builtin)" : name
  }

  private func indices(
    _ list: tfl_ints, below count: Int, orLeftOut: Bool, _ place: String
  ) throws(Problem) -> [Int] {
    let indices = integers(list)
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

  private func options(
    subgraph: Int, operator index: Int, custom: tfl_string, isFlex: Bool
  ) -> TFLiteOptions {
    if isFlex {
      var node = tfl_string()
      guard tfl_custom_element(custom, 1, &node) != 0,
        let attributes = TensorFlowNode(
          UnsafeRawBufferPointer(start: node.bytes, count: node.count))
      else { return TFLiteOptions() }
      return attributes.options
    }
    return TFLiteOptions(
      integer: { name in
        var value: Int64 = 0
        return tfl_integer_option(handle, subgraph, index, custom, name, &value) != 0
          ? Int(value) : nil
      },
      real: { name in
        var value = 0.0
        return tfl_real_option(handle, subgraph, index, custom, name, &value) != 0 ? value : nil
      },
      integers: { name in
        var count = 0
        guard tfl_integers_option(handle, subgraph, index, custom, name, nil, 0, &count) != 0 else {
          return nil
        }
        var values = [Int64](repeating: 0, count: count)
        _ = tfl_integers_option(handle, subgraph, index, custom, name, &values, count, &count)
        return values.map(Int.init)
      },
      length: { name in
        var length = 0
        return tfl_option_length(handle, subgraph, index, name, &length) != 0 ? length : nil
      },
      blob: { name in
        var value = tfl_string()
        guard tfl_text_option(handle, subgraph, index, custom, name, &value) != 0 else {
          return nil
        }
        return UnsafeRawBufferPointer(start: value.bytes, count: value.count)
      },
      text: { name in
        var value = tfl_string()
        return tfl_text_option(handle, subgraph, index, custom, name, &value) != 0
          ? text(value) : nil
      },
      bytes: UnsafeRawBufferPointer(start: custom.bytes, count: custom.count))
  }

  private mutating func tensor(
    _ index: Int, subgraph: Int, buffers: Int
  ) throws(Problem) -> TFLiteTensor {
    let fields = tfl_read_tensor(handle, subgraph, index)
    let listed = fields.shape.count + fields.shape_signature.count + fields.zero_point_count
    try budget.spend(
      Self.tableCost + fields.name.count + 8 * listed + 4 * fields.scale_count, on: "tensors")
    let place = "tensor '\(text(fields.name))'"
    let shape = integers(fields.shape)
    guard Int(fields.buffer) < max(1, buffers) else {
      throw Problem(place: place, "buffer \(fields.buffer), expected one below \(buffers)")
    }
    let type = elementType(fields.type)
    let data = buffers > 0 ? try buffer(Int(fields.buffer), place) : nil
    try budget.spend(4 * min(data?.count ?? 0, 8 * ConstantValue.maximumElements), on: "constants")
    return TFLiteTensor(
      name: text(fields.name), elementType: type, shape: shape,
      shapeSignature: integers(fields.shape_signature), hasRank: fields.has_rank != 0,
      isVariable: fields.is_variable != 0,
      constantBytes: fields.external_buffer > 0 ? 0 : data?.count,
      elements: fields.external_buffer > 0 ? nil : data?.place,
      buffer: Int(fields.buffer),
      blockTensors: [fields.scales_tensor, fields.zero_points_tensor].map(Int.init)
        .filter { $0 >= 0 },
      value: data.flatMap { $0.bytes.flatMap { elements($0, type) } },
      leadingBytes: type == .uint8 && shape.count == 1
        ? data?.bytes.map { Array($0.prefix(16)) } ?? [] : [],
      quantization: quantization(fields),
      sparsity: fields.is_sparse != 0
        ? sparsity(fields, subgraph: subgraph, tensor: index, stored: data?.count ?? 0) : nil)
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

  private func quantization(_ fields: tfl_tensor_fields) -> Quantization? {
    if fields.quantization_form == tfl_quantization_blockwise {
      return Quantization(
        granularity: .perBlock(
          axis: Int(fields.quantized_dimension), size: Int(fields.block_size)),
        scales: [], zeroPoints: [])
    }
    let scales = copied(fields.scales, count: fields.scale_count)
    guard !scales.isEmpty else { return nil }
    let zeroPoints = copied(fields.zero_points, count: fields.zero_point_count)
    return Quantization(
      granularity: scales.count > 1 ? .perAxis(Int(fields.quantized_dimension)) : .perTensor,
      scales: scales, zeroPoints: zeroPoints.map(Int.init))
  }

  private func sparsity(
    _ fields: tfl_tensor_fields, subgraph: Int, tensor: Int, stored: Int
  ) -> Sparsity {
    var bytes = stored
    var compressed: [Int] = []
    let order = integers(fields.traversal_order)
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
  func plannedOffsets(_ buffer: Int, tensors: Int) -> [Int]? {
    let fields = tfl_read_buffer(handle, buffer)
    let bytes = UnsafeRawBufferPointer(start: fields.bytes, count: fields.count)
    let header = 3
    guard bytes.count / 4 == header + tensors else { return nil }
    return (0..<tensors).map {
      Int(bytes.loadUnaligned(fromByteOffset: 4 * (header + $0), as: Int32.self))
    }
  }

  /// Short text entries are shown; flatbuffers and other binary entries by their size.
  func metadataText(_ buffer: Int) -> String {
    let fields = tfl_read_buffer(handle, buffer)
    let bytes = UnsafeBufferPointer(start: fields.bytes, count: fields.count)
    let trimmed = bytes.prefix(while: { $0 != 0 })
    let isText =
      fields.count <= 256 && !trimmed.isEmpty
      && trimmed.allSatisfy { (0x20..<0x7f).contains($0) }
      && bytes.dropFirst(trimmed.count).allSatisfy { $0 == 0 }
    return isText ? String(decoding: trimmed, as: UTF8.self) : counted(fields.count, "byte")
  }
}

private func integers(_ list: tfl_ints) -> [Int] {
  copied(list.items, count: list.count).map(Int.init)
}

/// Elements that need not be aligned: a model may lie anywhere in an archive.
private func copied<Element: BitwiseCopyable>(
  _ start: UnsafePointer<Element>?, count: Int
) -> [Element] {
  let size = MemoryLayout<Element>.size
  let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count * size)
  return (0..<bytes.count / size).map {
    bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self)
  }
}

private func text(_ string: tfl_string) -> String {
  guard let start = string.bytes else { return "" }
  let bytes = UnsafeRawBufferPointer(start: start, count: string.count)
  return printable(String(decoding: bytes, as: UTF8.self))
}

/// The element type of a schema `TensorType`, by the schema's own name of it.
private func elementType(_ type: Int32) -> ElementType {
  switch String(cString: tfl_type_name(type)) {
  case "FLOAT8_E4M3FN": return .float8e4m3fn
  case "FLOAT8_E5M2": return .float8e5m2
  case let name: return ElementType(rawValue: name.lowercased()) ?? .undefined
  }
}
