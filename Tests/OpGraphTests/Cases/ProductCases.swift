import OpGraph

private func matMul(left: Bool = false, right: Bool = false) -> any Operator {
  MatMul(transposesLeft: left, transposesRight: right)
}

private func gemm(input: Bool = false, weights: Bool = false) -> any Operator {
  FullyConnected(.gemm(transposesInput: input, transposesWeights: weights))
}

private func rows(keepsDimensions: Bool) -> any Operator {
  FullyConnected(.rows(keepsDimensions: keepsDimensions))
}

private func einsum(_ equation: String) -> any Operator {
  Einsum(equation) ?? Opaque(equation)
}

extension OperatorCases {
  /// Matrix products: elements of the result x inner dimension; a bias is one addition an element.
  static let products = list {
    OperatorCase(
      .matMul, "batch broadcast", matMul(),
      on: [.float32([8, 1, 16, 32]), .float32([4, 32, 24])], gives: [.float32([8, 4, 16, 24])],
      macs: 8 * 4 * 16 * 24 * 32,
      traffic: .bytes(
        read: 4 * (8 * 16 * 32 + 4 * 32 * 24), written: 4 * 8 * 4 * 16 * 24))
    OperatorCase(
      .matMul, "stored matrix", matMul(),
      on: [.float32([2, 16, 32]), .stored([32, 24])], gives: [.float32([2, 16, 24])],
      macs: 2 * 16 * 24 * 32,
      traffic: .bytes(weights: 4 * 32 * 24, read: 4 * 2 * 16 * 32, written: 4 * 2 * 16 * 24))
    OperatorCase(
      .matMul, "right transposed", matMul(right: true),
      on: [.float32([2, 5, 7]), .float32([2, 3, 7])], gives: [.float32([2, 5, 3])],
      macs: 2 * 5 * 3 * 7,
      traffic: .bytes(read: 4 * (2 * 5 * 7 + 2 * 3 * 7), written: 4 * 2 * 5 * 3))
    OperatorCase(
      .matMul, "left transposed", matMul(left: true),
      on: [.float32([7, 5]), .float32([7, 3])], gives: [.float32([5, 3])],
      macs: 5 * 3 * 7,
      traffic: .bytes(read: 4 * (7 * 5 + 7 * 3), written: 4 * 5 * 3))
    OperatorCase(
      .matMul, "vector times matrix", matMul(), on: [.float32([7]), .float32([7, 3])],
      gives: [.float32([3])], macs: 7 * 3,
      traffic: .bytes(read: 4 * (7 + 7 * 3), written: 4 * 3))
    OperatorCase(
      .matMul, "vector times vector", matMul(), on: [.float32([7]), .float32([7])],
      gives: [.float32([])], macs: 7, traffic: .bytes(read: 4 * (7 + 7), written: 4))
    OperatorCase(
      .matMul, "8-bit integers make 32-bit ones", .onnx("MatMulInteger"),
      on: [.int8([5, 7]), .stored(.int8, [7, 3]), .number(0, .int8), .number(0, .int8)],
      gives: [.int32([5, 3])], macs: 5 * 3 * 7,
      traffic: .bytes(weights: 7 * 3, read: 5 * 7, written: 4 * 5 * 3))
    OperatorCase(
      .matMul, "bias", .microsoft("GemmFastGelu"),
      on: [.float32([5, 7]), .stored([7, 3]), .stored([3])], gives: [.float32([5, 3])],
      macs: 5 * 3 * 7, other: .of(adds: 5 * 3),
      traffic: .bytes(weights: 4 * 7 * 3, bias: 4 * 3, read: 4 * 5 * 7, written: 4 * 5 * 3))
    // Operands in the file: left, right, their scales, their zero points, bias.
    OperatorCase(
      .matMul, "integers to floats, bias", .microsoft("MatMulIntegerToFloat"),
      on: [
        .uint8([5, 7]), .stored(.int8, [7, 3]), .real(1), .real(1), .number(0, .uint8),
        .number(0, .int8), .stored([3]),
      ],
      gives: [.float32([5, 3])], macs: 5 * 3 * 7, other: .of(adds: 5 * 3),
      traffic: .bytes(weights: 7 * 3, bias: 4 * 3, read: 5 * 7, written: 4 * 5 * 3))
    // Operands in the file: left, right, its scale and zero point, bias.
    OperatorCase(
      .matMul, "activations quantized on the way, bias", .microsoft("DynamicQuantizeMatMul"),
      on: [
        .float32([5, 7]), .stored(.int8, [7, 3]), .real(1), .number(0, .int8), .stored([3]),
      ],
      gives: [.float32([5, 3])], macs: 5 * 3 * 7, other: .of(adds: 5 * 3),
      traffic: .bytes(weights: 7 * 3, bias: 4 * 3, read: 4 * 5 * 7, written: 4 * 5 * 3))

    OperatorCase(
      .fullyConnected, "Gemm, both transposed", gemm(input: true, weights: true),
      on: [.float32([64, 4]), .stored([48, 64]), .stored([48])], gives: [.float32([4, 48])],
      macs: 4 * 48 * 64, other: .of(adds: 4 * 48),
      traffic: .bytes(weights: 4 * 48 * 64, bias: 4 * 48, read: 4 * 64 * 4, written: 4 * 4 * 48))
    OperatorCase(
      .fullyConnected, "flattens", rows(keepsDimensions: false),
      on: [.int8([1, 1, 1, 64]), .stored(.int8, [12, 64]), .stored(.int32, [12])],
      gives: [.int8([1, 12])],
      macs: 12 * 64, other: .of(adds: 12),
      traffic: .bytes(weights: 12 * 64, bias: 4 * 12, read: 64, written: 12))
    OperatorCase(
      .fullyConnected, "keeps dimensions", rows(keepsDimensions: true),
      on: [.float32([2, 9, 64]), .stored([12, 64])], gives: [.float32([2, 9, 12])],
      macs: 2 * 9 * 12 * 64,
      traffic: .bytes(weights: 4 * 12 * 64, read: 4 * 2 * 9 * 64, written: 4 * 2 * 9 * 12))

    OperatorCase(
      .einsum, "bij,bjk->bik", einsum("bij,bjk->bik"),
      on: [.float32([4, 16, 32]), .float32([4, 32, 24])], gives: [.float32([4, 16, 24])],
      macs: 4 * 16 * 32 * 24,
      traffic: .bytes(read: 4 * (4 * 16 * 32 + 4 * 32 * 24), written: 4 * 4 * 16 * 24))
    // Without a right side, the indices that occur once are kept.
    OperatorCase(
      .einsum, "bij, bjk", einsum("bij, bjk"),
      on: [.float32([4, 16, 32]), .float32([4, 32, 24])], gives: [.float32([16, 24])],
      macs: 4 * 16 * 32 * 24,
      traffic: .bytes(read: 4 * (4 * 16 * 32 + 4 * 32 * 24), written: 4 * 16 * 24))
    OperatorCase(
      .einsum, "...ij,...jk->...ik", einsum("...ij,...jk->...ik"),
      on: [.float32([2, 1, 5, 6]), .float32([3, 6, 7])], gives: [.float32([2, 3, 5, 7])],
      macs: 2 * 3 * 5 * 6 * 7,
      traffic: .bytes(read: 4 * (2 * 5 * 6 + 3 * 6 * 7), written: 4 * 2 * 3 * 5 * 7))
    OperatorCase(
      .einsum, "bhwc,hkc->bhwk, stored", einsum("bhwc,hkc->bhwk"),
      on: [.float32([2, 3, 4, 5]), .stored([3, 6, 5])], gives: [.float32([2, 3, 4, 6])],
      macs: 2 * 3 * 4 * 5 * 6,
      traffic: .bytes(weights: 4 * 3 * 6 * 5, read: 4 * 2 * 3 * 4 * 5, written: 4 * 2 * 3 * 4 * 6))
    OperatorCase(
      .einsum, "i,j->ij", einsum("i,j->ij"), on: [.float32([3]), .float32([4])],
      gives: [.float32([3, 4])], macs: 3 * 4,
      traffic: .bytes(read: 4 * (3 + 4), written: 4 * 3 * 4))
    // From the left: i j k, then i k l, since j is summed away by then.
    OperatorCase(
      .einsum, "ij,jk,kl->il", einsum("ij,jk,kl->il"),
      on: [.float32([2, 3]), .float32([3, 4]), .float32([4, 5])], gives: [.float32([2, 5])],
      macs: 2 * 3 * 4 + 2 * 4 * 5,
      traffic: .bytes(read: 4 * (2 * 3 + 3 * 4 + 4 * 5), written: 4 * 2 * 5))
    OperatorCase(
      .einsum, "ij->i, which sums", einsum("ij->i"), on: [.float32([3, 5])],
      gives: [.float32([3])], other: .of(adds: 3 * 5),
      traffic: .bytes(read: 4 * 3 * 5, written: 4 * 3))
    OperatorCase(
      .einsum, "ij->ji, which only moves", einsum("ij->ji"), on: [.float32([3, 5])],
      gives: [.float32([5, 3])], other: .moved(3 * 5),
      traffic: .bytes(read: 4 * 3 * 5, written: 4 * 3 * 5))
    OperatorCase(
      .einsum, "ii->i, which only moves", einsum("ii->i"), on: [.float32([3, 3])],
      gives: [.float32([3])], other: .moved(3),
      traffic: .bytes(read: 4 * 3 * 3, written: 4 * 3))

    // 64 columns of 32 weights, of 4 bits each: a block of 16 bytes, with a scale, for each column.
    OperatorCase(
      .packedMatMul, "4 bits", .microsoft("MatMulNBits", ["K": 32, "N": 64, "bits": 4]),
      on: [.float32([2, 8, 32]), .stored(.uint8, [64, 1, 16]), .stored([64])],
      gives: [.float32([2, 8, 64])],
      macs: 2 * 8 * 64 * 32,
      traffic: .bytes(
        weights: 64 * 16 + 4 * 64, read: 4 * 2 * 8 * 32, written: 4 * 2 * 8 * 64))
    OperatorCase(
      .packedMatMul, "bias", .microsoft("MatMulNBits", ["K": 32, "N": 64, "bits": 4]),
      on: [
        .float32([2, 8, 32]), .stored(.uint8, [64, 1, 16]), .stored([64]), nil, nil, .stored([64]),
      ],
      gives: [.float32([2, 8, 64])],
      macs: 2 * 8 * 64 * 32, other: .of(adds: 2 * 8 * 64),
      traffic: .bytes(
        weights: 64 * 16 + 4 * 64, bias: 4 * 64, read: 4 * 2 * 8 * 32, written: 4 * 2 * 8 * 64))

    // 2 of 4 experts for each of 10 rows: 16 to 32 and back. Every expert may be needed.
    OperatorCase(
      .mixtureOfExperts, "2 of 4", .microsoft("MoE", ["k": 2]),
      on: [
        .float32([10, 16]), .float32([10, 4]), .stored([4, 32, 16]), nil, .stored([4, 16, 32]),
      ],
      gives: [.float32([10, 16])],
      macs: 10 * 2 * (32 * 16 + 16 * 32),
      traffic: .bytes(
        weights: 4 * 4 * (32 * 16 + 16 * 32), read: 4 * (10 * 16 + 10 * 4), written: 4 * 10 * 16))
    OperatorCase(
      .mixtureOfExperts, "one row goes through one expert of 4", .microsoft("MoE", ["k": 1]),
      on: [
        .float32([1, 16]), .float32([1, 4]), .stored([4, 32, 16]), nil, .stored([4, 16, 32]),
      ],
      gives: [.float32([1, 16])],
      macs: 32 * 16 + 16 * 32,
      traffic: .bytes(
        weights: 4 * (32 * 16 + 16 * 32), read: 4 * (16 + 4), written: 4 * 16))
    // Three matrices, each followed by its bias: an addition for each element of the biases of the
    // expert that each row goes through. Two rows go through two experts of 4 at most.
    OperatorCase(
      .mixtureOfExperts, "biases", .microsoft("MoE", ["k": 1]),
      on: [
        .float32([1, 2, 16]), .float32([2, 4]), .stored([4, 32, 16]), .stored([4, 32]),
        .stored([4, 16, 32]), .stored([4, 16]), .stored([4, 32, 16]), .stored([4, 32]),
      ],
      gives: [.float32([1, 2, 16])],
      macs: 2 * (32 * 16 + 16 * 32 + 32 * 16), other: .of(adds: 2 * (32 + 16 + 32)),
      traffic: .bytes(
        weights: 2 * 4 * (32 * 16 + 16 * 32 + 32 * 16), bias: 2 * 4 * (32 + 16 + 32),
        read: 4 * (2 * 16 + 2 * 4), written: 4 * 2 * 16))
    OperatorCase(
      .mixtureOfExperts, "rows of a number that is open", .microsoft("MoE", ["k": 1]),
      on: [
        .float32([.symbol("rows"), 16]), .float32([.symbol("rows"), 4]), .stored([4, 32, 16]),
        .stored([4, 32]), .stored([4, 16, 32]),
      ],
      gives: [.float32([3, 16])],
      macs: 3 * (32 * 16 + 16 * 32), other: .of(adds: 3 * 32),
      traffic: .bytes(
        weights: 3 * 4 * (32 * 16 + 16 * 32), bias: 3 * 4 * 32, read: 4 * 3 * (16 + 4),
        written: 4 * 3 * 16),
      with: ["rows": 3])
    // Two 4-bit weights in a byte, and a scale for each row of a matrix.
    OperatorCase(
      .mixtureOfExperts, "4 bits", .microsoft("QMoE", ["k": 2]),
      on: [
        .float32([10, 16]), .float32([10, 4]), .stored(.uint8, [4, 32, 8]), .stored([4, 32]), nil,
        .stored(.uint8, [4, 16, 16]), .stored([4, 16]),
      ],
      gives: [.float32([10, 16])],
      macs: 10 * 2 * (32 * 16 + 16 * 32),
      traffic: .bytes(
        weights: 4 * (32 * 8 + 16 * 16 + 4 * (32 + 16)), read: 4 * (10 * 16 + 10 * 4),
        written: 4 * 10 * 16))
    // One row goes through 2 experts of 8: 64 to 128 and back, 8192 bytes each, in blocks of 32
    // weights. A scale of 2 bytes for 16 bytes of weights is an eighth more. Zero points have 4
    // bits too.
    OperatorCase(
      .mixtureOfExperts, "4 bits in blocks, biases, zero points", .microsoft("QMoE", ["k": 2]),
      on: [
        .float32([1, 64]), .float32([1, 8]),
        .stored(.uint8, [8, 128, 32]), .stored(.float16, [8, 128, 2]), .stored([8, 128]),
        .stored(.uint8, [8, 64, 64]), .stored(.float16, [8, 64, 4]), .stored([8, 64]),
        nil, nil, nil, .stored(.uint8, [8, 128, 1]), .stored(.uint8, [8, 64, 2]),
      ],
      gives: [.float32([1, 64])],
      macs: 2 * (128 * 64 + 64 * 128), other: .of(adds: 2 * (128 + 64)),
      traffic: .bytes(
        weights: 2 * (8192 + 8192 / 8 + 128 * 1 + 64 * 2),
        bias: 2 * 4 * (128 + 64), read: 4 * (64 + 8), written: 4 * 64))
    // A scale of 8 bits for 16 weights, and one of 32 bits for each matrix of an expert; other
    // numbers than those that route weight the results. One scale of activations is for all
    // experts.
    OperatorCase(
      .mixtureOfExperts, "scales of blocks and of experts",
      .microsoft("QMoE", ["k": 1, "quant_type": "nvfp4"]),
      on: [
        .float32([1, 16]), .float32([1, 4]),
        .stored(.uint8, [4, 32, 8]), .stored(.float8e4m3fn, [4, 32, 1]), nil,
        .stored(.uint8, [4, 16, 16]), .stored(.float8e4m3fn, [4, 16, 2]), nil,
        nil, nil, nil, nil, nil, nil, .float32([1, 4]), .stored([4]), .stored([4]), .stored([1]),
      ],
      gives: [.float32([1, 16])],
      macs: 32 * 16 + 16 * 32,
      traffic: .bytes(
        weights: 32 * 8 + 16 * 16 + 32 * 1 + 16 * 2 + 4 + 4 + 4, read: 4 * (16 + 4 + 4),
        written: 4 * 16))

    // A difference, which is multiplied with itself and added up, for each column of each pair.
    OperatorCase(
      .cDist, .microsoft("CDist"), on: [.float32([5, 7]), .float32([3, 7])],
      gives: [.float32([5, 3])], macs: 5 * 3 * 7, other: .of(adds: 5 * 3 * 7),
      traffic: .bytes(read: 4 * (5 * 7 + 3 * 7), written: 4 * 5 * 3))
    // Each of 2 coordinates is the product of a row of 3 with a place.
    OperatorCase(
      .affineGrid, .onnx("AffineGrid"), on: [.float32([2, 2, 3]), .numbers([2, 8, 4, 5])],
      gives: [.float32([2, 4, 5, 2])], macs: 2 * 4 * 5 * 2 * 3,
      traffic: .bytes(read: 4 * 2 * 2 * 3, written: 4 * 2 * 4 * 5 * 2))
  }
}
