import OpGraph

private func layer(_ cell: Recurrent.Cell, isBatchFirst: Bool = false) -> any Operator {
  Recurrent(cell, isBatchFirst: isBatchFirst)
}

/// Biases of the four gates.
private let gateBiases = [Operand?](repeating: .stored([20]), count: 4)
/// TFLite's LSTM without peepholes: 10 features, 20 cells.
private let gates =
  [Operand?](repeating: .stored([20, 10]), count: 4)
  + [Operand?](repeating: .stored([20, 20]), count: 4) + [nil, nil, nil] + gateBiases

extension OperatorCases {
  /// Steps x batch x directions x gates x hidden x (input + hidden) multiply-accumulates; of each
  /// state 4, 16 and 21 operations (RNN, GRU, LSTM).
  static let recurrent = list {
    OperatorCase(
      .rnn, "batch first", layer(.plain, isBatchFirst: true),
      on: [.float32([2, 5, 16]), .stored([1, 32, 16]), .stored([1, 32, 32])],
      gives: [.float32([2, 5, 1, 32]), .float32([2, 1, 32])],
      macs: 5 * 2 * 32 * (16 + 32),
      other: .of(adds: 3 * 5 * 2 * 32, transcendentals: 5 * 2 * 32),
      traffic: .bytes(
        weights: 4 * 32 * (16 + 32), read: 4 * 2 * 5 * 16, written: 4 * 2 * 5 * 32,
        stateWritten: 4 * 2 * 32))
    OperatorCase(
      .gru, "both directions", layer(.gated),
      on: [
        .float32([5, 2, 16]), .stored([2, 96, 16]), .stored([2, 96, 32]), .stored([2, 192]),
      ],
      gives: [.float32([5, 2, 2, 32]), .float32([2, 2, 32])],
      macs: 5 * 2 * 2 * 3 * 32 * (16 + 32),
      other: .of(
        adds: 10 * 5 * 2 * 2 * 32, multiplies: 3 * 5 * 2 * 2 * 32,
        transcendentals: 3 * 5 * 2 * 2 * 32),
      traffic: .bytes(
        weights: 4 * 2 * 96 * (16 + 32), bias: 4 * 2 * 192, read: 4 * 5 * 2 * 16,
        written: 4 * 5 * 2 * 2 * 32, stateWritten: 4 * 2 * 2 * 32))
    OperatorCase(
      .lstm, "initial states", layer(.longShortTerm),
      on: [
        .float32([5, 2, 16]), .stored([1, 128, 16]), .stored([1, 128, 32]), .stored([1, 256]), nil,
        .float32([1, 2, 32]), .float32([1, 2, 32]),
      ],
      gives: [.float32([5, 1, 2, 32]), .float32([1, 2, 32]), .float32([1, 2, 32])],
      macs: 5 * 2 * 4 * 32 * (16 + 32),
      other: .of(
        adds: 13 * 5 * 2 * 32, multiplies: 3 * 5 * 2 * 32, transcendentals: 5 * 5 * 2 * 32),
      traffic: .bytes(
        weights: 4 * 128 * (16 + 32), bias: 4 * 256, read: 4 * 5 * 2 * 16, written: 4 * 5 * 2 * 32,
        stateRead: 4 * 2 * 2 * 32, stateWritten: 4 * 2 * 2 * 32))

    // Three sequences of two steps; the variables that hold states are read and written.
    OperatorCase(
      .lstm, "TFLite: weights of each gate", .tflite("UNIDIRECTIONAL_SEQUENCE_LSTM"),
      on: [.float32([3, 2, 10])] + gates + [nil, nil, .state([3, 20]), .state([3, 20])],
      gives: [.float32([3, 2, 20])],
      macs: 3 * 2 * 4 * 20 * (10 + 20),
      other: .of(
        adds: 13 * 3 * 2 * 20, multiplies: 3 * 3 * 2 * 20, transcendentals: 5 * 3 * 2 * 20),
      traffic: .bytes(
        weights: 4 * 4 * 20 * (10 + 20), bias: 4 * 4 * 20, read: 4 * 3 * 2 * 10,
        written: 4 * 3 * 2 * 20, stateRead: 4 * 2 * 3 * 20, stateWritten: 4 * 2 * 3 * 20))
    // 20 cells are projected to 8 elements of the result, which are what comes back to the gates.
    OperatorCase(
      .lstm, "TFLite: projection", .tflite("UNIDIRECTIONAL_SEQUENCE_LSTM"),
      on: [.float32([3, 2, 10])] + [Operand?](repeating: .stored([20, 10]), count: 4)
        + [Operand?](repeating: .stored([20, 8]), count: 4) + [nil, nil, nil] + gateBiases
        + [.stored([8, 20]), nil, .state([3, 8]), .state([3, 20])],
      gives: [.float32([3, 2, 8])],
      macs: 3 * 2 * (4 * 20 * (10 + 8) + 8 * 20),
      other: .of(
        adds: 13 * 3 * 2 * 20, multiplies: 3 * 3 * 2 * 20, transcendentals: 5 * 3 * 2 * 20),
      traffic: .bytes(
        weights: 4 * (4 * 20 * (10 + 8) + 8 * 20), bias: 4 * 4 * 20, read: 4 * 3 * 2 * 10,
        written: 4 * 3 * 2 * 8, stateRead: 4 * 3 * (8 + 20), stateWritten: 4 * 3 * (8 + 20)))
    // Operands: input, last result, weights of all gates, biases, last state.
    OperatorCase(
      .lstm, "TFLite: basic form", .tflite("LSTM", ["kernel_type": 1]),
      on: [
        .float32([1, 10]), .float32([1, 20]), .stored([80, 30]), .stored([80]), .float32([1, 20]),
      ],
      gives: [.float32([1, 20])],
      macs: 80 * 30,
      other: .of(adds: 13 * 20, multiplies: 3 * 20, transcendentals: 5 * 20),
      traffic: .bytes(
        weights: 4 * 80 * 30, bias: 4 * 80, read: 4 * (10 + 20 + 20), written: 4 * 20))
    OperatorCase(
      .rnn, "TFLite", .tflite("UNIDIRECTIONAL_SEQUENCE_RNN"),
      on: [
        .float32([3, 2, 10]), .stored([20, 10]), .stored([20, 20]), .stored([20]), .state([3, 20]),
      ],
      gives: [.float32([3, 2, 20])],
      macs: 3 * 2 * 20 * (10 + 20),
      other: .of(adds: 3 * 3 * 2 * 20, transcendentals: 3 * 2 * 20),
      traffic: .bytes(
        weights: 4 * 20 * (10 + 20), bias: 4 * 20, read: 4 * 3 * 2 * 10, written: 4 * 3 * 2 * 20,
        stateRead: 4 * 3 * 20, stateWritten: 4 * 3 * 20))
    // Rank 2: 8 filters over 40 features and 10 steps make 4 units. Of each unit one addition of
    // the two filters and one of the bias.
    OperatorCase(
      .svdf, "rank 2", .tflite("SVDF", ["rank": 2]),
      on: [
        .float32([1, 40]), .stored([8, 40]), .stored([8, 10]), .stored([4]), .state([1, 80]),
      ],
      gives: [.float32([1, 4])],
      macs: 8 * 40 + 8 * 10, other: .of(adds: 2 * 4),
      traffic: .bytes(
        weights: 4 * (8 * 40 + 8 * 10), bias: 4 * 4, read: 4 * 40, written: 4 * 4,
        stateRead: 4 * 80, stateWritten: 4 * 80))

    // Both directions of the LSTM above, side by side; states in operands 35 to 38.
    OperatorCase(
      .bidirectionalLSTM, "merged",
      .tflite("BIDIRECTIONAL_SEQUENCE_LSTM", ["merge_outputs": true]),
      on: [.float32([3, 2, 10])] + gates + [nil, nil] + gates + [nil, nil]
        + [Operand?](repeating: .state([3, 20]), count: 4),
      gives: [.float32([3, 2, 40])],
      macs: 2 * 3 * 2 * 4 * 20 * (10 + 20),
      other: .of(
        adds: 2 * 13 * 3 * 2 * 20, multiplies: 2 * 3 * 3 * 2 * 20,
        transcendentals: 2 * 5 * 3 * 2 * 20),
      traffic: .bytes(
        weights: 2 * 4 * 4 * 20 * (10 + 20), bias: 2 * 4 * 4 * 20, read: 4 * 3 * 2 * 10,
        written: 4 * 3 * 2 * 40, stateRead: 4 * 4 * 3 * 20, stateWritten: 4 * 4 * 3 * 20))
    OperatorCase(
      .bidirectionalRNN, "two results", .tflite("BIDIRECTIONAL_SEQUENCE_RNN"),
      on: [
        .float32([3, 2, 10]), .stored([20, 10]), .stored([20, 20]), .stored([20]), .state([3, 20]),
        .stored([16, 10]), .stored([16, 16]), .stored([16]), .state([3, 16]),
      ],
      gives: [.float32([3, 2, 20]), .float32([3, 2, 16])],
      macs: 3 * 2 * (20 * (10 + 20) + 16 * (10 + 16)),
      other: .of(adds: 3 * 3 * 2 * (20 + 16), transcendentals: 3 * 2 * (20 + 16)),
      traffic: .bytes(
        weights: 4 * (20 * (10 + 20) + 16 * (10 + 16)), bias: 4 * (20 + 16), read: 4 * 3 * 2 * 10,
        written: 4 * 3 * 2 * (20 + 16), stateRead: 4 * 3 * (20 + 16),
        stateWritten: 4 * 3 * (20 + 16)))
  }
}
