import OpGraph

/// A sequence of maps, one a row, each described as the row that it holds.
private let maps: TensorType = {
  var type = TensorType.float32([3])
  type.sequence = TensorSequence(length: 5)
  return type
}()

extension OperatorCases {
  /// Sequences are copied; places and sizes of parts say how and move nothing.
  static let containers = list {
    OperatorCase(
      .sequenceConstruct, .onnx("SequenceConstruct"), on: [.float32([2, 3]), .float32([4])],
      gives: [.sequence(.float32, of: [[2, 3], [4]])], other: .moved(6 + 4),
      traffic: .bytes(read: 4 * (6 + 4), written: 4 * (6 + 4)))
    OperatorCase(
      .sequenceEmpty, .onnx("SequenceEmpty"), on: [], gives: [.sequence(.float32, of: [])])
    OperatorCase(
      .sequenceInsert, "in front", .onnx("SequenceInsert"),
      on: [.sequence([[2, 3]]), .float32([4]), .number(0)],
      gives: [.sequence(.float32, of: [[4], [2, 3]])], other: .moved(6 + 4),
      traffic: .bytes(read: 4 * (6 + 4), written: 4 * (6 + 4)))
    // What is left out is not read.
    OperatorCase(
      .sequenceErase, "the first", .onnx("SequenceErase"),
      on: [.sequence([[2, 3], [4]]), .number(0)], gives: [.sequence(.float32, of: [[4]])],
      other: .moved(4), traffic: .bytes(read: 4 * 4, written: 4 * 4))
    OperatorCase(
      .sequenceAt, "the last", .onnx("SequenceAt"), on: [.sequence([[2, 3], [4]]), .number(-1)],
      gives: [.float32([4])], other: .moved(4), traffic: .bytes(read: 4 * 4, written: 4 * 4))
    // The tensors are not read.
    OperatorCase(
      .sequenceLength, .onnx("SequenceLength"), on: [.sequence([[2, 3], [4]])],
      gives: [.int64([])], other: .moved(1), traffic: .bytes(written: 8))
    OperatorCase(
      .concatFromSequence, "along an axis", .onnx("ConcatFromSequence", ["axis": 0]),
      on: [.sequence([[2, 3], [4, 3]])], gives: [.float32([6, 3])], other: .moved(6 * 3),
      traffic: .bytes(read: 4 * 6 * 3, written: 4 * 6 * 3))
    OperatorCase(
      .concatFromSequence, "along a new axis",
      .onnx("ConcatFromSequence", ["axis": -1, "new_axis": true]),
      on: [.sequence([[2, 3], [2, 3]])], gives: [.float32([2, 3, 2])], other: .moved(2 * 3 * 2),
      traffic: .bytes(read: 4 * 2 * 3 * 2, written: 4 * 2 * 3 * 2))
    OperatorCase(
      .splitToSequence, "parts of two rows", .onnx("SplitToSequence", ["axis": 0]),
      on: [.float32([5, 3]), .number(2)],
      gives: [.sequence(.float32, of: [[2, 3], [2, 3], [1, 3]])], other: .moved(5 * 3),
      traffic: .bytes(read: 4 * 5 * 3, written: 4 * 5 * 3))
    OperatorCase(
      .splitToSequence, "rows without their axis",
      .onnx("SplitToSequence", ["axis": 0, "keepdims": false]), on: [.float32([2, 3])],
      gives: [.sequence(.float32, of: [[3], [3]])], other: .moved(2 * 3),
      traffic: .bytes(read: 4 * 2 * 3, written: 4 * 2 * 3))
    OperatorCase(.optional, .onnx("Optional"), on: [.float32([2, 3])], gives: [.float32([2, 3])])
    OperatorCase(
      .optionalGetElement, .onnx("OptionalGetElement"), on: [.float32([2, 3])],
      gives: [.float32([2, 3])])
    OperatorCase(
      .optionalHasElement, .onnx("OptionalHasElement"), on: [.float32([2, 3])],
      gives: [.bool([])])
    OperatorCase(
      .zipMap, .onnx("ai.onnx.ml", "ZipMap"), on: [.float32([5, 3])], gives: [maps],
      other: .moved(5 * 3), traffic: .bytes(read: 4 * 5 * 3, written: 4 * 5 * 3))
  }

  /// What bodies make is handed on; their work counts with their own operators.
  static let controlFlow = list {
    OperatorCase(
      .if, If(results: 1, branches: [.when(true), .when(false)]),
      on: [.bool([]), .float32([2, 3]), .float32([2, 3])], gives: [.float32([2, 3])])
    OperatorCase(
      .if, "a known condition", If(results: 1, branches: [.when(true), .when(false)]),
      on: [.number(0, .bool), .float32([2, 3]), .float32([4])], gives: [.float32([4])])
    // Five iterations, each of which carries a vector on and adds a row.
    OperatorCase(
      .loop, Loop(.loop, carried: 1, gathered: 1, symbol: "n"),
      on: [.number(5), nil, .float32([2]), nil, .float32([2]), .float32([3])],
      gives: [.float32([2]), .float32([5, 3])])
    OperatorCase(
      .loop, "ended by data", Loop(.loop, carried: 0, gathered: 1, symbol: "n"),
      on: [.int64([]), nil, .bool([]), .float32([3])], gives: [.float32([7, 3])], with: ["n": 7])
    OperatorCase(
      .while, Loop(.while, carried: 1, gathered: 0, symbol: "n"),
      on: [nil, .bool([]), .float32([2]), .bool([]), .float32([2])], gives: [.float32([2])])
    OperatorCase(
      .scan, Scan(states: 1, inputAxes: [0], outputAxes: [0], isBatched: false),
      on: [.float32([4]), .float32([6, 3]), .float32([4]), .float32([5])],
      gives: [.float32([4]), .float32([6, 5])])
    OperatorCase(
      .sequenceMap, SequenceMap(), on: [.sequence([[2, 3], [2, 3]]), .float32([7])],
      gives: [.sequence(.float32, of: [[7], [7]])])
    OperatorCase(.call, "CALL", Call("CALL"), on: [.float32([2, 3])], gives: [.float32([2, 3])])
    OperatorCase(.call, "CALL_ONCE", Call("CALL_ONCE"), on: [], gives: [])
    OperatorCase(
      .call, "STABLEHLO_COMPOSITE", Call("STABLEHLO_COMPOSITE"), on: [.float32([2, 3])],
      gives: [.float32([2, 3])])
  }

  /// Variables and tables that are kept from one inference to the next.
  static let states = list {
    OperatorCase(.varHandle, .tflite("VAR_HANDLE"), on: [], gives: [.resource([])])
    OperatorCase(.hashTable, .tflite("HASHTABLE"), on: [], gives: [.resource([1])])
    OperatorCase(.sentencepieceModel, .flex("SentencepieceOp"), on: [], gives: [.resource([])])
    OperatorCase(
      .readVariable, .tflite("READ_VARIABLE"), on: [.resource], gives: [.float32([4, 6])],
      other: .moved(4 * 6), traffic: .bytes(written: 4 * 4 * 6, stateRead: 4 * 4 * 6))
    OperatorCase(
      .assignVariable, .tflite("ASSIGN_VARIABLE"), on: [.resource, .float32([4, 6])], gives: [],
      other: .moved(4 * 6), traffic: .bytes(read: 4 * 4 * 6, stateWritten: 4 * 4 * 6))
    OperatorCase(
      .hashTableImport, .tflite("HASHTABLE_IMPORT"),
      on: [.resource, .numbers([1, 2, 3]), .stored([3])], gives: [], other: .moved(3 + 3),
      traffic: .bytes(parameters: 8 * 3 + 4 * 3, stateWritten: 8 * 3 + 4 * 3))
    // Keys are read, and as many values as there are keys.
    OperatorCase(
      .hashTableFind, .tflite("HASHTABLE_FIND"), on: [.resource, .int64([5]), .real(0)],
      gives: [.float32([5])], other: .moved(5),
      traffic: .bytes(read: 8 * 5, written: 4 * 5, stateRead: 4 * 5))
    OperatorCase(
      .hashTableSize, .tflite("HASHTABLE_SIZE"), on: [.resource], gives: [.int64([1])],
      other: .moved(1), traffic: .bytes(written: 8, stateRead: 8))
  }
}
