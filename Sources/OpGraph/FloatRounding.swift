extension ElementType {
  /// The nearest number that an element of the type can have; the number itself where it is no type of
  /// floating-point numbers that files compute sizes in.
  package func rounded(_ number: Double) -> Double {
    switch self {
    case .float32: Double(Float(number))
    case .float16: Self.rounded(number, fractionBits: 10, leastExponent: -14, greatest: 65504)
    case .bfloat16:
      Self.rounded(
        number, fractionBits: 7, leastExponent: -126,
        greatest: Double(Float(bitPattern: 0x7f7f_0000)))
    default: number
    }
  }

  /// The number that bits of a 16-bit floating-point type stand for.
  package static func float16(bits: UInt16) -> Double {
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Double(bits & 0x3ff)
    switch exponent {
    case 31: return fraction == 0 ? sign * .infinity : .nan
    case 0: return sign * fraction * power(-24)
    default: return sign * (1024 + fraction) * power(exponent - 25)
    }
  }

  /// The same for the upper half of a 32-bit floating-point number.
  package static func bfloat16(bits: UInt16) -> Double {
    Double(Float(bitPattern: UInt32(bits) << 16))
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  private static func rounded(
    _ number: Double, fractionBits: Int, leastExponent: Int, greatest: Double
  ) -> Double {
    guard number.isFinite, number != 0 else { return number }
    let step = power(max(Int(number.exponent), leastExponent) - fractionBits)
    let rounded = (number / step).rounded(.toNearestOrEven) * step
    if abs(rounded) <= greatest { return rounded }
    return number < 0 ? -.infinity : .infinity
  }
}
