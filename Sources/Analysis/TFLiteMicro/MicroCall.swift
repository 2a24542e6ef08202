import OpGraph

/// An operator with its tensors, as a kernel of TFLite Micro sees it when it prepares.
struct MicroCall {
  let name: String
  let inputs: [StoredProgram.Tensor?]
  let outputs: [StoredProgram.Tensor?]
  let options: [String: Int]

  init(_ op: StoredProgram.Operator, in subgraph: StoredProgram.Subgraph) {
    func tensors(_ places: [Int]) -> [StoredProgram.Tensor?] {
      places.map { subgraph.tensors.indices.contains($0) ? subgraph.tensors[$0] : nil }
    }
    name = op.name
    inputs = tensors(op.inputs)
    outputs = tensors(op.outputs)
    options = op.options
  }

  func input(_ place: Int) -> StoredProgram.Tensor? {
    inputs.indices.contains(place) ? inputs[place] : nil
  }

  var output: StoredProgram.Tensor? { outputs.first ?? nil }

  /// TFLite Micro reads options as numbers of 32 bits.
  func option(_ name: String, default value: Int = 0) -> Int {
    Int(Int32(clamping: options[name] ?? value))
  }

  /// An option that counts something.
  func count(_ name: String) -> Int { max(0, option(name)) }

  /// A size of an operand; 0 where it has no such axis.
  func size(_ place: Int, _ axis: Int) -> Int { input(place)?.size(axis) ?? 0 }

  func type(_ place: Int) -> ElementType { input(place)?.elementType ?? .undefined }
}

extension StoredProgram.Tensor {
  /// A size of 32 bits, as the schema has it; 0 where there is no such axis, or a negative size.
  func size(_ axis: Int) -> Int {
    shape.indices.contains(axis) ? Int(Int32(clamping: max(0, shape[axis]))) : 0
  }

  /// How many elements it has; sizes of a file may be anything.
  var elements: Int { shape.reduce(1) { saturated($0, times: max(0, $1)) } }

  /// Bytes as TFLite Micro counts them: narrow integers are packed, other types have whole bytes.
  var bytes: Int {
    switch elementType {
    case .string, .undefined: return 0
    case .variant: return saturated(4, times: elements)
    default:
      let bits = saturated(elementType.bits ?? 0, times: elements)
      return (bits + 7) / 8  // bounded: at most 2^48
    }
  }

  /// Bytes of so many elements where each has a whole one.
  var bytesPerElement: Int { max(1, (elementType.bits ?? 8) / 8) }
}

/// More than any memory, and far enough from the largest number that sums of such fit.
let microLimit = 1 << 48

func saturated(_ left: Int, times right: Int) -> Int {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? microLimit : min(product, microLimit)
}
