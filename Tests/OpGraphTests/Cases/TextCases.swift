import OpGraph

/// A TensorFlow kernel that takes and gives texts, each of which counts 32 bytes: 5 of each.
private func text(_ name: OperatorName, _ operations: OperationCounts = .of(adds: 5))
  -> OperatorCase
{
  OperatorCase(
    name, .flex(name), on: [.string([5])], gives: [.string([5])], other: operations,
    traffic: .bytes(read: 32 * 5, written: 32 * 5))
}

/// One that makes numbers of 4 bytes of texts.
private func numbers(_ name: OperatorName, _ operations: OperationCounts = .of(adds: 5))
  -> OperatorCase
{
  OperatorCase(
    name, .flex(name), on: [.string([5])], gives: [.int32([5])], other: operations,
    traffic: .bytes(read: 32 * 5, written: 4 * 5))
}

/// One that copies lists of tensors or parts of images, which the file describes.
private func copies(_ name: OperatorName) -> OperatorCase {
  OperatorCase(
    name, .flex(name), on: [.float32([4, 6])], gives: [.float32([4, 6])],
    other: .moved(4 * 6), traffic: .bytes(read: 4 * 4 * 6, written: 4 * 4 * 6))
}

extension OperatorCases {
  /// One operation for each text, token or code point; how long texts are is not known.
  static let texts = list {
    OperatorCase(
      .stringNormalizer, "two of three words stay", .onnx("StringNormalizer"),
      on: [.string([3])], gives: [.string([2])], other: .of(adds: 3),
      traffic: .bytes(read: 32 * 3, written: 32 * 2), with: ["StringNormalizer()": 2])
    OperatorCase(
      .stringSplit, "four parts at most", .onnx("StringSplit"), on: [.string([3])],
      gives: [.string([3, 4]), .int64([3])], other: .of(adds: 3),
      traffic: .bytes(read: 32 * 3, written: 32 * 3 * 4 + 8 * 3), with: ["StringSplit()": 4])
    OperatorCase(
      .tfIdfVectorizer, .onnx("TfIdfVectorizer", ["ngram_indexes": [0, 1, 2, 3]]),
      on: [.int64([2, 5])], gives: [.float32([2, 4])], other: .of(adds: 2 * 5),
      traffic: .bytes(read: 8 * 2 * 5, written: 4 * 2 * 4))
    OperatorCase(
      .imageDecoder, "100 bytes make 8 x 6 pixels", .onnx("ImageDecoder"), on: [.uint8([100])],
      gives: [.uint8([8, 6, 3])], other: .of(adds: 100),
      traffic: .bytes(read: 100, written: 8 * 6 * 3),
      with: ["ImageDecoder().height": 8, "ImageDecoder().width": 6])
    OperatorCase(
      .regexFullMatch, .onnx("RegexFullMatch"), on: [.string([5])], gives: [.bool([5])],
      other: .of(adds: 5), traffic: .bytes(read: 32 * 5, written: 5))
    OperatorCase(
      .add, "texts", .onnx("StringConcat"), on: [.string([5]), .string([5])],
      gives: [.string([5])],
      other: .of(adds: 5), traffic: .bytes(read: 32 * 10, written: 32 * 5))
    // 10 words make 16 groups.
    OperatorCase(
      .skipGram, .tflite("SKIP_GRAM"), on: [.string([10])], gives: [.string([16])],
      other: .of(adds: 16), traffic: .bytes(read: 32 * 10, written: 32 * 16),
      with: ["SKIP_GRAM()": 16])

    text(.flexStaticRegexReplace)
    text(.flexRegexReplace)
    text(.flexStringLower)
    text(.flexStringUpper)
    text(.flexStringStrip)
    text(.flexStringJoin)
    text(.flexReduceJoin)
    text(.flexSubstr, .moved(5))
    numbers(.flexStringLength)
    numbers(.flexStringToNumber)
    numbers(.flexStringToHashBucketFast)
    numbers(.flexDecodeRaw, .moved(5))
    OperatorCase(
      .flexRegexFullMatch, .flex("RegexFullMatch"), on: [.string([5])], gives: [.bool([5])],
      other: .of(adds: 5), traffic: .bytes(read: 32 * 5, written: 5))
    OperatorCase(
      .flexAsString, .flex("AsString"), on: [.int32([5])], gives: [.string([5])],
      other: .of(adds: 5), traffic: .bytes(read: 4 * 5, written: 32 * 5))
    // Results are where rows end, then what they hold: one operation for each of 40 code points.
    OperatorCase(
      .flexUnicodeDecode, .flex("UnicodeDecode"), on: [.string([5])],
      gives: [.int64([6]), .int32([40])], other: .of(adds: 40),
      traffic: .bytes(read: 32 * 5, written: 8 * 6 + 4 * 40))
    OperatorCase(
      .flexUnicodeDecodeWithOffsets, .flex("UnicodeDecodeWithOffsets"), on: [.string([5])],
      gives: [.int64([6]), .int32([40]), .int64([40])], other: .of(adds: 40),
      traffic: .bytes(read: 32 * 5, written: 8 * 6 + 4 * 40 + 8 * 40))
    OperatorCase(
      .flexUnicodeEncode, .flex("UnicodeEncode"), on: [.int32([40]), .int64([6])],
      gives: [.string([5])], other: .of(adds: 5),
      traffic: .bytes(read: 4 * 40 + 8 * 6, written: 32 * 5))
    // Results: words, where rows end, where words start and end.
    OperatorCase(
      .flexWhitespaceTokenizeWithOffsets, .flex("WhitespaceTokenizeWithOffsets"),
      on: [.string([5])], gives: [.string([12]), .int64([6]), .int64([12]), .int64([12])],
      other: .of(adds: 12), traffic: .bytes(read: 32 * 5, written: 32 * 12 + 8 * (6 + 12 + 12)))
    OperatorCase(
      .flexSentencepieceTokenizeOp, .flex("SentencepieceTokenizeOp"),
      on: [.resource, .string([5])], gives: [.int32([12]), .int64([6])],
      other: .of(adds: 12), traffic: .bytes(read: 4 + 32 * 5, written: 4 * 12 + 8 * 6))
    // Results: places of 12 parts, the parts, the shape that they lie in.
    OperatorCase(
      .flexStringSplitV2, .flex("StringSplitV2"), on: [.string([5])],
      gives: [.int64([12, 2]), .string([12]), .int64([2])], other: .of(adds: 12),
      traffic: .bytes(read: 32 * 5, written: 8 * 12 * 2 + 32 * 12 + 8 * 2))
    // Results: where rows end, and 20 numbers.
    OperatorCase(
      .flexRaggedRange, .flex("RaggedRange"), on: [.int32([5]), .int32([5]), .int32([5])],
      gives: [.int64([6]), .int32([20])], other: .of(adds: 20),
      traffic: .bytes(read: 4 * 3 * 5, written: 8 * 6 + 4 * 20))
    copies(.flexRaggedTensorToTensor)
    copies(.flexRaggedGather)
    copies(.flexTensorListReserve)
    copies(.flexTensorListSetItem)
    copies(.flexTensorListGetItem)
    copies(.flexTensorListStack)
    copies(.flexTensorListFromTensor)
    copies(.flexTensorListLength)
    copies(.flexExtractImagePatches)
  }
}
