import Quantities

extension FootprintReport {
  /// An identifier of what is reported, the same for the same question: a UUID of version 8, whose
  /// bits are custom (RFC 9562), from a 128-bit FNV-1a hash.
  var identifier: String {
    let numbers = [
      perInference.energyFromSupply.value?.value ?? 0, perInference.total.value?.value ?? 0,
      life?.total.value?.value ?? 0, embodied.value?.value ?? 0,
    ]
    let text =
      ([model.path, device.name, device.runtime, product?.name ?? "", electricity.name]
      + (request.map { [$0.text] } ?? []) + numbers.map { "\($0)" }).joined(separator: "\n")
    // Offset and prime of the 128-bit variant, http://www.isthe.com/chongo/tech/comp/fnv/.
    var hash = UInt128(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    let prime = UInt128(0x0000_0000_0100_0000_0000_0000_0000_013b)
    for byte in text.utf8 {
      hash ^= UInt128(byte)
      hash = hash.multipliedReportingOverflow(by: prime).partialValue
    }
    var digits = Array(String(hash, radix: 16))
    digits = Array(repeating: "0", count: 32 - digits.count) + digits
    digits[12] = "8"
    digits[16] = "a"
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
    return groups.joined(separator: "-")
  }
}
