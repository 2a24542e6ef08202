/// A number with three significant digits and an SI prefix, such as `4.64 m` for 0.00464.
///
/// Small numbers keep their magnitude (`12.3 p`), they are never printed as 0.
/// - Returns: The digits, a space and the prefix, ready for a unit to be appended.
package func engineering(_ number: Double) -> String {
  guard number != 0, number.isFinite else { return number == 0 ? "0 " : "\(number) " }
  let prefixes = ["a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P"]
  var index = 6
  var scaled = abs(number)
  while scaled >= 999.5, index < prefixes.count - 1 {
    scaled /= 1000
    index += 1
  }
  while scaled < 0.9995, index > 0 {
    scaled *= 1000
    index -= 1
  }
  return (number < 0 ? "-" : "") + significant(scaled) + " " + prefixes[index]
}

/// The same with its unit, and without the space where there is neither prefix nor unit.
///
/// A mass in grams (`g`, `gCO2e`) takes the prefix k at most; from 1000 kg on it is in tonnes: `t`,
/// `tCO2e`. Sizes in bytes (`B`) take the prefixes of IEC 80000-13, as data sheets of memories do.
package func engineering(_ number: Double, unit: String) -> String {
  let text: String
  if unit == "B", number.isFinite {
    return binary(number)
  } else if ["g", "gCO2e"].contains(unit), number.isFinite, abs(number) >= 999.5e3 {
    text = (number < 0 ? "-" : "") + significant(abs(number) / 1e6) + " t" + unit.dropFirst()
  } else {
    text = engineering(number) + unit
  }
  return text.hasSuffix(" ") ? String(text.dropLast()) : text
}

/// A size in bytes in the units of data sheets: `768 B`, `15.6 KiB`, `2 MiB`.
package func binarySize(_ bytes: Int) -> String { binarySize(Double(bytes)) }

/// The same of an estimate.
package func binarySize(_ bytes: Double) -> String { engineering(bytes, unit: "B") }

/// A size in bytes with three significant digits from 1 KiB on, or without a fraction where it has none.
private func binary(_ bytes: Double) -> String {
  var scaled = abs(bytes)
  guard scaled >= 1024 else { return shortest(bytes) + " B" }
  var place = -1
  let prefixes = ["Ki", "Mi", "Gi", "Ti", "Pi"]
  // 1023.6 KiB would read 1024 KiB.
  while scaled >= (place < 0 ? 1024 : 1023.5), place < prefixes.count - 1 {
    scaled /= 1024
    place += 1
  }
  let digits = scaled == scaled.rounded() ? shortest(scaled) : significant(scaled)
  return (bytes < 0 ? "-" : "") + digits + " \(prefixes[place])B"
}

extension Estimate {
  /// The value with its unit, such as `34.7 µJ`, or `≥ 34.7 µJ` for a lower bound.
  package func shown(unit: String = U.symbol) -> String {
    (isLowerBound ? "≥ " : "") + engineering(value, unit: unit)
  }

  /// The ends of the interval with their unit, such as `2.25 mJ to 4.67 mJ` or `2.25 mJ or more`.
  package func ends(unit: String = U.symbol) -> String { Interval(self).ends(unit: unit) }
}

extension Interval {
  /// The ends with their unit, such as `2.25 mJ to 4.67 mJ` or `2.25 mJ or more`.
  package func ends(unit: String) -> String {
    ends { engineering($0, unit: unit) }
  }

  /// The ends as something else writes each.
  package func ends(_ written: (Double) -> String) -> String {
    isLowerBound ? "\(written(low)) or more" : "\(written(low)) to \(written(high))"
  }
}

/// A number as it is written, without a fraction where it has none.
package func shortest(_ number: Double) -> String {
  number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
}

/// A non-negative number with three significant digits, trailing zeros kept.
package func significant(_ number: Double) -> String {
  let decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0
  return fixed(number, decimals: decimals)
}

/// A number with a fixed number of decimals, without `String(format:)` (which needs Foundation).
package func fixed(_ number: Double, decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let magnitude = (abs(number) * scale).rounded()
  guard magnitude < 1e15 else { return "\(number)" }
  let digits = String(Int(magnitude))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = number < 0 && magnitude > 0 ? "-" : ""
  if decimals == 0 { return sign + padded }
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
