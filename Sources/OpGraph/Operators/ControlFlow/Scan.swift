/// A loop over slices of its operands (ONNX Scan).
///
/// Operands: the states at the start, the sequences; the states and the gathered results that the
/// body makes.
package struct Scan: LoopOperator {
  package var name: OperatorName { .scan }
  package var states: Int
  /// Axes of the sequences that the slices lie along.
  package var inputAxes: [Int]
  /// Axes of the results along which slices are put together.
  package var outputAxes: [Int]
  /// Whether the first axis of everything is a batch, each item of which is looped over (opset 8).
  package var isBatched: Bool

  package init(states: Int, inputAxes: [Int], outputAxes: [Int], isBatched: Bool) {
    self.states = states
    self.inputAxes = inputAxes
    self.outputAxes = outputAxes
    self.isBatched = isBatched
  }

  /// The length of the sequences, for each item of a batch.
  package func repetitions(_ operands: Operands) -> SymbolicInt {
    guard let axis = inputAxes.first, let shape = operands[states]?.type.shape,
      let place = try? resolvedAxis(axis, rank: shape.rank)
    else { return .unknown }
    return isBatched ? shape[0] * shape[place] : shape[place]
  }

  package func result(ofOperand index: Int) -> Int? {
    let place = index - states - inputAxes.count  // bounded: operands
    return !isBatched && (0..<states).contains(place) ? place : nil
  }

  package func outputTypes(for operands: Operands) throws(ShapeError) -> [TensorType] {
    let results = states + inputAxes.count  // bounded: operands
    var batch: SymbolicInt = 1
    var length = repetitions(operands)
    if isBatched, let shape = operands[states]?.type.shape {
      batch = shape[0]
      length = shape[1]
    }
    var types: [TensorType] = []
    // bounded: the body's results, which are operands
    for place in 0..<states + outputAxes.count {
      // bounded: operands
      var type = operands[results + place]?.type ?? TensorType(.undefined, nil)
      if place >= states, let rank = type.shape?.rank {
        // bounded: the place is not below the states
        let axis = try resolvedAxis(outputAxes[place - states], rank: rank + 1)
        type = type.stacked(length, at: isBatched ? axis - 1 : axis)
      }
      types.append(isBatched ? type.stacked(batch, at: 0) : type)
    }
    return types
  }
}
