import Analysis
import OpGraph

/// A layer that reads the result of another.
struct LayerConnection: Hashable {
  /// Indices of the producer and of the consumer.
  var from, to: Int
  var value: ValueID

  /// All of a workload, by readers and the order of their operands.
  static func all(_ workload: Workload) -> [LayerConnection] {
    let producers = workload.graph.producersByValue()
    var seen: Set<LayerConnection> = []
    return workload.layers.flatMap { layer in
      layer.inputs.compactMap { $0 }.compactMap { input in
        guard let from = producers[input.index] else { return nil }
        let found = LayerConnection(from: from, to: layer.index, value: input)
        return seen.insert(found).inserted ? found : nil
      }
    }
  }
}
