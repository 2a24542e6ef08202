/// A JSON text without the blanks between its values: half of a file, which each reader would have to skip.
func withoutBlanks(_ json: String) -> String {
  var result: [UInt8] = []
  var isInText = false
  var isEscaped = false
  for byte in json.utf8 {
    if isInText {
      if !isEscaped, byte == UInt8(ascii: "\"") { isInText = false }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    } else if [0x20, 0x0A, 0x0D, 0x09].contains(byte) {
      continue
    } else if byte == UInt8(ascii: "\"") {
      isInText = true
    }
    result.append(byte)
  }
  return String(decoding: result, as: UTF8.self)
}
