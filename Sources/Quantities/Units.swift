/// A unit of measurement as a type, so that a slip of units does not compile.
public protocol UnitOfMeasure: Sendable {
  /// The unit's symbol as it stands in data files and reports, such as `J` or `g/kWh`.
  static var symbol: String { get }
}

/// Energy in joules.
public enum Joules: UnitOfMeasure { public static let symbol = "J" }
/// Power in watts.
public enum Watts: UnitOfMeasure { public static let symbol = "W" }
/// Time in seconds.
public enum Seconds: UnitOfMeasure { public static let symbol = "s" }
/// Greenhouse-gas mass in grams of CO2 equivalent.
public enum GramsCO2e: UnitOfMeasure { public static let symbol = "gCO2e" }
/// Greenhouse-gas mass in kilograms of CO2 equivalent, as footprints of products are published.
package enum KilogramsCO2e: UnitOfMeasure { package static let symbol = "kgCO2e" }
/// Carbon intensity of electricity in grams of CO2 equivalent per kilowatt-hour.
public enum GramsCO2ePerKilowattHour: UnitOfMeasure { public static let symbol = "gCO2e/kWh" }
/// Clock frequency in hertz.
package enum Hertz: UnitOfMeasure { package static let symbol = "Hz" }
/// Memory size in bytes.
package enum Bytes: UnitOfMeasure { package static let symbol = "B" }
/// Memory or link bandwidth in bytes per second.
package enum BytesPerSecond: UnitOfMeasure { package static let symbol = "B/s" }
/// Processor cycles per multiply-accumulate.
package enum CyclesPerMAC: UnitOfMeasure { package static let symbol = "cycle/MAC" }
/// Processor cycles per element operation.
package enum CyclesPerOperation: UnitOfMeasure { package static let symbol = "cycle/op" }
/// Processor cycles per byte that is read.
package enum CyclesPerByte: UnitOfMeasure { package static let symbol = "cycle/B" }
/// Processor cycles.
package enum Cycles: UnitOfMeasure { package static let symbol = "cycle" }
/// Processor cycles per element of a tensor.
package enum CyclesPerElement: UnitOfMeasure { package static let symbol = "cycle/element" }
/// Stored or moved bytes per element of a tensor.
package enum BytesPerElement: UnitOfMeasure { package static let symbol = "B/element" }
/// Switching energy per multiply-accumulate.
package enum JoulesPerMAC: UnitOfMeasure { package static let symbol = "J/MAC" }
/// Access energy per byte moved.
package enum JoulesPerByte: UnitOfMeasure { package static let symbol = "J/B" }
/// Silicon or board area in square millimetres.
package enum SquareMillimetres: UnitOfMeasure { package static let symbol = "mm2" }
/// Memory capacity in gigabytes (10^9 bytes), as memory makers count.
package enum Gigabytes: UnitOfMeasure { package static let symbol = "GB" }
/// A factor.
package enum Ratio: UnitOfMeasure { package static let symbol = "1" }
/// A number of pieces.
package enum Pieces: UnitOfMeasure { package static let symbol = "count" }
/// Mass of things in grams.
package enum Grams: UnitOfMeasure { package static let symbol = "g" }
/// Electric charge of a battery as energy, in watt-hours.
package enum WattHours: UnitOfMeasure { package static let symbol = "Wh" }
/// Length in metres.
package enum Metres: UnitOfMeasure { package static let symbol = "m" }
/// Freight: mass times distance.
package enum KilogramKilometres: UnitOfMeasure { package static let symbol = "kg.km" }
/// Distance in kilometres.
package enum Kilometres: UnitOfMeasure { package static let symbol = "km" }
/// Electric energy of a fab per processed area.
package enum KilowattHoursPerSquareMillimetre: UnitOfMeasure {
  package static let symbol = "kWh/mm2"
}
/// Carbon per amount of something: area, mass, capacity, pieces.
package enum GramsCO2ePer<Amount: UnitOfMeasure>: UnitOfMeasure {
  package static var symbol: String { "gCO2e/" + Amount.symbol }
}

/// Energy in joules.
public typealias Energy = Estimate<Joules>
/// Power in watts.
public typealias Power = Estimate<Watts>
/// Time in seconds.
public typealias Time = Estimate<Seconds>
/// Mass of greenhouse gases in grams of CO2 equivalent.
public typealias CarbonMass = Estimate<GramsCO2e>
/// Carbon intensity of electricity in grams of CO2 equivalent per kilowatt-hour.
public typealias CarbonIntensity = Estimate<GramsCO2ePerKilowattHour>
/// Clock frequency in hertz.
package typealias Frequency = Estimate<Hertz>
