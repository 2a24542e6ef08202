import Documents
import GraphImport
import Quantities

/// The small models that a user can measure, each mostly of one kind of kernel.
///
/// `Fixtures/generate_measurements.py` writes them.
package enum MeasurementModels {
  /// The files by their names, which end with precision and format: `dense_small_int8.tflite`.
  package static let files: [String: [UInt8]] = {
    let archive = EmbeddedJSON(
      EmbeddedResources.contents("Data/measurements"), named: "measurements.json")["archive"]?.text
    guard let bytes = archive.flatMap(Self.decoded), let files = try? membersOfArchive(bytes) else {
      preconditionFailure("measurements.json is damaged")
    }
    return files
  }()

  /// The bytes of a text in Base64 (RFC 4648); nil where it is none.
  static func decoded(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var (bits, count): (UInt32, Int) = (0, 0)
    for character in text.utf8 where character != UInt8(ascii: "=") {
      guard let digit = digit(character) else { return nil }
      bits = bits << 6 | digit
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
