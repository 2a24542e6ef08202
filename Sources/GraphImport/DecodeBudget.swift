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

extension String {
  /// The text without characters that would act on a terminal or hide other text.
  ///
  /// Names from a file go into error messages and reports; control characters and marks that
  /// change the direction of writing are replaced.
  var printable: String {
    let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
    if isPlain { return self }
    let replacement: Unicode.Scalar = "\u{FFFD}"
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069:
        result.append(replacement)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
