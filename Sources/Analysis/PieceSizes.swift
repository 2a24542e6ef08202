import OpGraph

/// Sizes of the pieces that a loop puts a list together from.
///
/// Exporters write a recurrent layer as a loop over a list that is a tensor: the part before the item, the new item
/// and the part after it are put together in each run. The sizes of both parts are known at run time only, but with
/// the item they always add up to the whole list, whose size the file states. Each of them has half of the rest
/// on average; so have the bytes of an iteration.
extension Graph {
  /// Gives open sizes of slices that are put together to a tensor of a stated shape numbers that add up to it.
  ///
  /// Requires: stored shapes are binding, and none was resized.
  mutating func sizePieces() {
    let concatenations = nodes.indices.filter { nodes[$0].runs(Concat.self) }
    guard !concatenations.isEmpty else { return }
    let producers = producersByValue()
    for index in concatenations {
      guard let concat = nodes[index].operation as? Concat, let output = nodes[index].outputs.first,
        let output, self[output].dynamicAxes.isEmpty, let whole = self[output].type.shape,
        let axis = try? resolvedAxis(concat.axis, rank: whole.rank)
      else { continue }
      let inputs = nodes[index].inputs.compactMap { $0 }
      let open = inputs.filter { id in
        self[id].dynamicAxes.contains(axis) && self[id].type.shape?.rank == whole.rank
          && producers[id.index].map { nodes[$0].operation is Slice } ?? false
      }
      let isOpen = Set(open)
      guard !open.isEmpty, isOpen.count == open.count, let size = whole[axis].fixedValue else {
        continue
      }
      var rest = size
      for id in inputs where !isOpen.contains(id) {
        guard let known = self[id].type.shape, known.rank == whole.rank,
          !self[id].dynamicAxes.contains(axis), let part = known[axis].fixedValue
        else {
          rest = -1
          break
        }
        rest -= part
      }
      guard rest >= 0 else { continue }
      for (place, id) in open.enumerated() {
        var shape = whole
        shape[axis] = .fixed((rest + place) / open.count)
        self[id].type.shape = shape
        self[id].dynamicAxes = []
      }
    }
  }
}
