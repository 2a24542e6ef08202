/// A unit of measurement as a type, so that a slip of units does not compile.
public protocol Unit: Sendable {
  /// The unit's symbol as it stands in data files and reports, such as `J` or `g/kWh`.
  static var symbol: String { get }
}

/// Energy in joules.
public enum Joules: Unit { public static let symbol = "J" }
/// Power in watts.
public enum Watts: Unit { public static let symbol = "W" }
/// Time in seconds.
public enum Seconds: Unit { public static let symbol = "s" }
/// Greenhouse-gas mass in grams of CO2 equivalent.
public enum GramsCO2e: Unit { public static let symbol = "gCO2e" }
/// Greenhouse-gas mass in kilograms of CO2 equivalent, as footprints of products are published.
public enum KilogramsCO2e: Unit { public static let symbol = "kgCO2e" }
/// Carbon intensity of electricity in grams of CO2 equivalent per kilowatt-hour.
public enum GramsCO2ePerKilowattHour: Unit { public static let symbol = "gCO2e/kWh" }
/// Clock frequency in hertz.
public enum Hertz: Unit { public static let symbol = "Hz" }
/// Memory size in bytes.
public enum Bytes: Unit { public static let symbol = "B" }
/// Memory or link bandwidth in bytes per second.
public enum BytesPerSecond: Unit { public static let symbol = "B/s" }
/// Processor cycles per multiply-accumulate.
public enum CyclesPerMAC: Unit { public static let symbol = "cycle/MAC" }
/// Processor cycles per element operation.
public enum CyclesPerOperation: Unit { public static let symbol = "cycle/op" }
/// Switching energy per multiply-accumulate.
public enum JoulesPerMAC: Unit { public static let symbol = "J/MAC" }
/// Access energy per byte moved.
public enum JoulesPerByte: Unit { public static let symbol = "J/B" }
/// Silicon or board area in square millimetres.
public enum SquareMillimetres: Unit { public static let symbol = "mm2" }
/// Memory capacity in gigabytes (10^9 bytes), as memory makers count.
public enum Gigabytes: Unit { public static let symbol = "GB" }
/// A factor.
public enum Ratio: Unit { public static let symbol = "1" }
/// A number of pieces.
public enum Pieces: Unit { public static let symbol = "count" }
/// Mass of things in grams.
public enum Grams: Unit { public static let symbol = "g" }
/// Electric charge of a battery as energy, in watt-hours.
public enum WattHours: Unit { public static let symbol = "Wh" }
/// Length in metres.
public enum Metres: Unit { public static let symbol = "m" }
/// Freight: mass times distance.
public enum KilogramKilometres: Unit { public static let symbol = "kg.km" }
/// Distance in kilometres.
public enum Kilometres: Unit { public static let symbol = "km" }
/// Electric energy of a fab per processed area.
public enum KilowattHoursPerSquareMillimetre: Unit { public static let symbol = "kWh/mm2" }
/// Carbon per amount of something: area, mass, capacity, pieces.
public enum GramsCO2ePer<Amount: Unit>: Unit {
  public static var symbol: String { "gCO2e/" + Amount.symbol }
}

/// Energy.
public typealias Energy = Estimate<Joules>
/// Power.
public typealias Power = Estimate<Watts>
/// Time.
public typealias Time = Estimate<Seconds>
/// Mass of greenhouse gases.
public typealias CarbonMass = Estimate<GramsCO2e>
/// Carbon intensity of electricity.
public typealias CarbonIntensity = Estimate<GramsCO2ePerKilowattHour>
/// Clock frequency.
public typealias Frequency = Estimate<Hertz>
