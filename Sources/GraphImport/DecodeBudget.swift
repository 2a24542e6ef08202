import Quantities

/// Limits of decoding, so that a small file cannot expand to a huge model.
///
/// Both formats can encode much in few bytes: protobuf with empty messages, FlatBuffers with offsets
/// that share one table. What is made of a file must stay in proportion to its size.
struct DecodeBudget {
  private var left: Int

  /// - Parameters:
  ///   - base: The limit for any file.
  ///   - bytes: The file's size, each `bytesPerUnit` of which allow one unit more.
  init(base: Int, bytes: Int, bytesPerUnit: Int) { left = base + bytes / bytesPerUnit }

  /// Takes units away.
  /// - Throws: `Problem` when the file holds more than its size allows.
  mutating func spend(_ units: Int, on what: String) throws(Problem) {
    let (rest, overflow) = left.subtractingReportingOverflow(units)
    guard !overflow, rest >= 0 else {
      throw Problem("holds more \(what) than a file of its size can need")
    }
    left = rest
  }
}
