internal import CProtobuf
import Quantities
import OpGraph

extension ONNXModel {
  /// Decodes the bytes of a model file.
  /// - Parameter locates: Whether tensors state where they lie in the file.
  init(_ file: ModelFile, locates: Bool) throws(Problem) {
    let reduced = try ONNXWire.reduced(file, locates: locates)
    guard let message = onnx__model_proto__unpack(nil, reduced.count, reduced) else {
      throw Problem("does not parse as an ONNX model: the protobuf message is damaged")
    }
    defer { onnx__model_proto__free_unpacked(message, nil) }
    let model = message.pointee
    guard let graph = model.graph else {
      throw Problem("is a protobuf message without a graph, expected an ONNX model")
    }
    fileBytes = file.bytes.count
    irVersion = Int(model.ir_version)
    producer = [string(model.producer_name), string(model.producer_version)]
      .filter { !$0.isEmpty }.joined(separator: " ")
    documentation = string(model.doc_string)
    for set in messages(model.opset_import, model.n_opset_import) {
      operatorSets[Self.domain(string(set.domain))] = Int(set.version)
    }
    for entry in messages(model.metadata_props, model.n_metadata_props) {
      metadata[string(entry.key)] = string(entry.value)
    }
    for function in messages(model.functions, model.n_functions) {
      let overload = string(function.overload)
      let name = "\(Self.domain(string(function.domain))).\(string(function.name))"
      functions[overload.isEmpty ? name : "\(name):\(overload)"] = ONNXFunction(function)
    }
    self.graph = ONNXGraph(graph.pointee)
  }

  /// The standard domain has two spellings.
  static func domain(_ name: String) -> String { name.isEmpty ? "ai.onnx" : name }
}

extension ONNXGraph {
  fileprivate init(_ graph: Onnx__GraphProto) {
    name = string(graph.name)
    nodes = messages(graph.node, graph.n_node).map(ONNXNode.init)
    initializers = messages(graph.initializer, graph.n_initializer).map(ONNXTensor.init)
    sparseInitializers = messages(graph.sparse_initializer, graph.n_sparse_initializer)
      .compactMap(ONNXSparseTensor.init)
    inputs = messages(graph.input, graph.n_input).map(ONNXValueInfo.init)
    outputs = messages(graph.output, graph.n_output).map(ONNXValueInfo.init)
    valueInfo = messages(graph.value_info, graph.n_value_info).map(ONNXValueInfo.init)
  }
}

extension ONNXFunction {
  fileprivate init(_ function: Onnx__FunctionProto) {
    graph = ONNXGraph()
    graph.name = string(function.name)
    graph.nodes = messages(function.node, function.n_node).map(ONNXNode.init)
    graph.inputs = texts(function.input, function.n_input).map { ONNXValueInfo(name: $0) }
    graph.outputs = texts(function.output, function.n_output).map { ONNXValueInfo(name: $0) }
    graph.valueInfo = messages(function.value_info, function.n_value_info).map(ONNXValueInfo.init)
    defaults = Dictionary(
      messages(function.attribute_proto, function.n_attribute_proto).map {
        (string($0.name), ONNXAttribute($0))
      }, uniquingKeysWith: { first, _ in first })
    operatorSets = Dictionary(
      messages(function.opset_import, function.n_opset_import).map {
        (ONNXModel.domain(string($0.domain)), Int($0.version))
      }, uniquingKeysWith: { first, _ in first })
    cost = graph.cost
    for attribute in defaults.values { cost += attribute.cost }
  }
}

extension ONNXNode {
  fileprivate init(_ node: Onnx__NodeProto) {
    name = string(node.name)
    operatorType = string(node.op_type)
    domain = ONNXModel.domain(string(node.domain))
    overload = string(node.overload)
    inputs = texts(node.input, node.n_input)
    outputs = texts(node.output, node.n_output)
    attributes = Dictionary(
      messages(node.attribute, node.n_attribute).map { (string($0.name), ONNXAttribute($0)) },
      uniquingKeysWith: { first, _ in first })
    for entry in messages(node.metadata_props, node.n_metadata_props) {
      switch string(entry.key) {
      case "pkg.torch.onnx.name_scopes": modules = ModulePath.fromScopes(string(entry.value))
      case "namespace": modules = modules ?? ModulePath.fromNamespace(string(entry.value))
      default: break
      }
    }
  }
}

extension ONNXAttribute {
  fileprivate init(_ attribute: Onnx__AttributeProto) {
    let reference = string(attribute.ref_attr_name)
    guard reference.isEmpty else {
      self = .reference(reference)
      return
    }
    switch Self.type(of: attribute) {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT: self = .integer(Int(attribute.i))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT: self = .real(Double(attribute.f))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: self = .text(string(attribute.s))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
      self = .integers(numbers(attribute.ints, attribute.n_ints).map(Int.init))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
      self = .reals(numbers(attribute.floats, attribute.n_floats).map(Double.init))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS:
      self = .texts(numbers(attribute.strings, attribute.n_strings).map { string($0) })
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
      self = attribute.t.map { .tensor(ONNXTensor($0.pointee)) } ?? .other
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR:
      self =
        attribute.sparse_tensor.flatMap { ONNXSparseTensor($0.pointee) }.map { .sparseTensor($0) }
        ?? .other
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH:
      self = attribute.g.map { .graph(ONNXGraph($0.pointee)) } ?? .other
    default: self = .other
    }
  }

  /// Files of the first IR versions leave the type out: the value field that is set determines it.
  private static func type(
    of attribute: Onnx__AttributeProto
  ) -> Onnx__AttributeProto__AttributeType {
    if attribute.type != ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED { return attribute.type }
    if attribute.has_i != 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT }
    if attribute.has_f != 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT }
    if attribute.has_s != 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING }
    if attribute.n_ints > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS }
    if attribute.n_floats > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS }
    if attribute.n_strings > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS }
    if attribute.t != nil { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR }
    if attribute.g != nil { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH }
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED
  }
}

extension ONNXValueInfo {
  fileprivate init(_ info: Onnx__ValueInfoProto) {
    name = string(info.name)
    guard let type = info.type?.pointee else { return }
    read(type)
  }

  /// What exporters write in place of a name, for any number of sizes.
  private static let meansNothing: Set<String> = ["", "?", "-1", "*", "None"]

  /// An optional is described as what it may hold, a sequence as its tensors.
  private mutating func read(_ type: Onnx__TypeProto) {
    let shape: UnsafeMutablePointer<Onnx__TensorShapeProto>?
    switch type.value_case {
    case ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE:
      elementType = ONNXTensor.elementType(Int(type.tensor_type.pointee.elem_type))
      shape = type.tensor_type.pointee.shape
    case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE:
      elementType = ONNXTensor.elementType(Int(type.sparse_tensor_type.pointee.elem_type))
      shape = type.sparse_tensor_type.pointee.shape
    case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE:
      isSequence = true
      if let inner = type.sequence_type.pointee.elem_type?.pointee { read(inner) }
      return
    case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE:
      if let inner = type.optional_type.pointee.elem_type?.pointee { read(inner) }
      return
    default: return
    }
    guard let shape = shape?.pointee else { return }
    dimensions = messages(shape.dim, shape.n_dim).map { dimension in
      switch dimension.value_case {
      // Some exporters write -1 for a size that they do not know.
      case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE where dimension.dim_value >= 0:
        return .size(Int(dimension.dim_value))
      case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM:
        let name = string(dimension.dim_param)
        return Self.meansNothing.contains(name) ? .open : .parameter(name)
      default: return .open
      }
    }
  }
}

extension ONNXTensor {
  fileprivate init(_ tensor: Onnx__TensorProto) {
    name = string(tensor.name)
    dimensions = numbers(tensor.dims, tensor.n_dims).map(Int.init)
    elementType = Self.elementType(Int(tensor.data_type)) ?? .undefined
    payloadBytes = 0
    if let start = Self.added(ONNXWire.placeFields.start, to: tensor),
      let end = Self.added(ONNXWire.placeFields.end, to: tensor), start <= end
    {
      message = start..<end
    }
    if tensor.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL {
      external = Dictionary(
        messages(tensor.external_data, tensor.n_external_data).map {
          (string($0.key), string($0.value))
        },
        uniquingKeysWith: { first, _ in first })
    } else if let elided = Self.added(ONNXWire.elidedField, to: tensor) {
      payloadBytes = elided
    } else {
      value = Self.elements(tensor, elementType)
      payloadBytes = Int(tensor.raw_data.len)
      if let count = value?.count, count > ConstantValue.maximumElements { value = nil }
    }
  }

  /// A number that `ONNXWire` added: the byte count of a payload that it left out, or a place.
  private static func added(_ number: Int, to tensor: Onnx__TensorProto) -> Int? {
    for field in UnsafeBufferPointer(
      start: tensor.base.unknown_fields, count: Int(tensor.base.n_unknown_fields))
    where Int(field.tag) == number && field.len == 8 {
      let count = UnsafeRawPointer(field.data).loadUnaligned(as: UInt64.self)
      return Int(truncatingIfNeeded: UInt64(littleEndian: count))
    }
    return nil
  }

  private static func elements(
    _ tensor: Onnx__TensorProto, _ type: ElementType
  ) -> ConstantValue? {
    let raw = UnsafeRawBufferPointer(start: tensor.raw_data.data, count: tensor.raw_data.len)
    switch type {
    case .int64:
      let listed = numbers(tensor.int64_data, tensor.n_int64_data)
      return integers(listed, raw, as: Int64.self)
    case .int32: return integers(int32s(tensor), raw, as: Int32.self)
    case .int16: return integers(int32s(tensor), raw, as: Int16.self)
    case .int8: return integers(int32s(tensor), raw, as: Int8.self)
    case .uint16: return integers(int32s(tensor), raw, as: UInt16.self)
    case .uint8, .bool: return integers(int32s(tensor), raw, as: UInt8.self)
    case .uint32:
      return integers(numbers(tensor.uint64_data, tensor.n_uint64_data), raw, as: UInt32.self)
    case .uint64:
      return integers(numbers(tensor.uint64_data, tensor.n_uint64_data), raw, as: UInt64.self)
    case .float16: return narrowFloats(tensor, raw, ElementType.float16(bits:))
    case .bfloat16: return narrowFloats(tensor, raw, ElementType.bfloat16(bits:))
    case .float32:
      let listed = numbers(tensor.float_data, tensor.n_float_data)
      return .floats(
        raw.isEmpty ? listed.map(Double.init) : load(raw, as: Float.self).map(Double.init))
    case .float64:
      let listed = numbers(tensor.double_data, tensor.n_double_data)
      return .floats(raw.isEmpty ? Array(listed) : load(raw, as: Double.self))
    default: return nil
    }
  }

  private static func int32s(_ tensor: Onnx__TensorProto) -> UnsafeBufferPointer<Int32> {
    numbers(tensor.int32_data, tensor.n_int32_data)
  }

  private static func integers<Listed: FixedWidthInteger, Raw: FixedWidthInteger & BitwiseCopyable>(
    _ listed: UnsafeBufferPointer<Listed>, _ raw: UnsafeRawBufferPointer, as: Raw.Type
  ) -> ConstantValue {
    .integers(
      raw.isEmpty ? listed.map { integer($0) } : load(raw, as: Raw.self).map { integer($0) })
  }

  private static func integer(_ number: some FixedWidthInteger) -> SymbolicInt {
    Int(exactly: number).map(SymbolicInt.fixed) ?? .overflow
  }

  /// Numbers of 16 bits, which the list of 32-bit integers has one by one.
  private static func narrowFloats(
    _ tensor: Onnx__TensorProto, _ raw: UnsafeRawBufferPointer, _ number: (UInt16) -> Double
  ) -> ConstantValue {
    .floats(
      raw.isEmpty
        ? int32s(tensor).map { number(UInt16(truncatingIfNeeded: $0)) }
        : load(raw, as: UInt16.self).map(number))
  }

  /// Elements as they stand in a file.
  static func load<T: BitwiseCopyable>(
    _ raw: UnsafeRawBufferPointer, as type: T.Type
  ) -> [T] {
    let width = MemoryLayout<T>.size
    return (0..<raw.count / width).map { raw.loadUnaligned(fromByteOffset: $0 * width, as: type) }
  }
}

extension ONNXSparseTensor {
  fileprivate init?(_ tensor: Onnx__SparseTensorProto) {
    guard let values = tensor.values?.pointee else { return nil }
    self.values = ONNXTensor(values)
    indexBytes = tensor.indices.map { ONNXTensor($0.pointee).payloadBytes } ?? 0
    dimensions = numbers(tensor.dims, tensor.n_dims).map(Int.init)
  }
}

// Views of protobuf-c's lists. A list of n elements has a non-null pointer when n > 0.

private func numbers<T>(_ start: UnsafeMutablePointer<T>?, _ count: Int) -> UnsafeBufferPointer<T> {
  UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
}

private func messages<T>(
  _ start: UnsafeMutablePointer<UnsafeMutablePointer<T>?>?, _ count: Int
) -> some Sequence<T> {
  numbers(start, count).lazy.compactMap { $0?.pointee }
}

private func texts(
  _ start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int
) -> [String] {
  numbers(start, count).map { string($0) }
}

private func string(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
  pointer.map { printable(String(cString: $0)) } ?? ""
}

private func string(_ data: ProtobufCBinaryData) -> String {
  printable(
    String(decoding: UnsafeBufferPointer(start: data.data, count: data.len), as: UTF8.self))
}
