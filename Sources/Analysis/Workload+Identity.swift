import OpGraph

extension Workload {
  /// Which network it is, as 16 hexadecimal digits: equal for files of the same layers in the same order.
  ///
  /// It covers what the time of an inference depends on: of each layer that runs the operator, its precision, its work, its
  /// traffic and the shapes of its results. So names, trained values and the exporter make no difference, and another
  /// size of an input or another precision does. It is FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo), which tells
  /// networks apart and guards against nothing; nil while a cost is open.
  package var identity: String? {
    guard coverage.isComplete else { return nil }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    for layer in layers where layer.fold == nil {
      add("\(layer.operatorTitle) \(layer.kind.rawValue) \(layer.precision.rawValue)")
      add(" \(layer.fusedActivation.map { "\($0)" } ?? "") \(layer.repetitions)")
      add(" \(layer.work.macs) \(layer.work.otherOps) \(layer.traffic.total)")
      for output in layer.outputs { add(" \(graph[output].type.shape.map { "\($0)" } ?? "")") }
      add("\n")
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
