/// A unit of measurement as a type, so that a slip of units does not compile.
package protocol Unit: Sendable {
  /// The unit's symbol as it stands in data files and reports, such as `J` or `g/kWh`.
  static var symbol: String { get }
}

/// Energy in joules.
package enum Joules: Unit { package static let symbol = "J" }
/// Power in watts.
package enum Watts: Unit { package static let symbol = "W" }
/// Time in seconds.
package enum Seconds: Unit { package static let symbol = "s" }
/// Greenhouse-gas mass in grams of CO2 equivalent.
package enum GramsCO2e: Unit { package static let symbol = "gCO2e" }
/// Greenhouse-gas mass in kilograms of CO2 equivalent, as footprints of products are published.
package enum KilogramsCO2e: Unit { package static let symbol = "kgCO2e" }
/// Carbon intensity of electricity in grams of CO2 equivalent per kilowatt-hour.
package enum GramsCO2ePerKilowattHour: Unit { package static let symbol = "gCO2e/kWh" }
/// Clock frequency in hertz.
package enum Hertz: Unit { package static let symbol = "Hz" }
/// Memory size in bytes.
package enum Bytes: Unit { package static let symbol = "B" }
/// Memory or link bandwidth in bytes per second.
package enum BytesPerSecond: Unit { package static let symbol = "B/s" }
/// Processor cycles per multiply-accumulate.
package enum CyclesPerMAC: Unit { package static let symbol = "cycle/MAC" }
/// Processor cycles per element operation.
package enum CyclesPerOperation: Unit { package static let symbol = "cycle/op" }
/// Processor cycles.
package enum Cycles: Unit { package static let symbol = "cycle" }
/// Processor cycles per element of a tensor.
package enum CyclesPerElement: Unit { package static let symbol = "cycle/element" }
/// Stored or moved bytes per element of a tensor.
package enum BytesPerElement: Unit { package static let symbol = "B/element" }
/// Switching energy per multiply-accumulate.
package enum JoulesPerMAC: Unit { package static let symbol = "J/MAC" }
/// Access energy per byte moved.
package enum JoulesPerByte: Unit { package static let symbol = "J/B" }
/// Silicon or board area in square millimetres.
package enum SquareMillimetres: Unit { package static let symbol = "mm2" }
/// Memory capacity in gigabytes (10^9 bytes), as memory makers count.
package enum Gigabytes: Unit { package static let symbol = "GB" }
/// A factor.
package enum Ratio: Unit { package static let symbol = "1" }
/// A number of pieces.
package enum Pieces: Unit { package static let symbol = "count" }
/// Mass of things in grams.
package enum Grams: Unit { package static let symbol = "g" }
/// Electric charge of a battery as energy, in watt-hours.
package enum WattHours: Unit { package static let symbol = "Wh" }
/// Length in metres.
package enum Metres: Unit { package static let symbol = "m" }
/// Freight: mass times distance.
package enum KilogramKilometres: Unit { package static let symbol = "kg.km" }
/// Distance in kilometres.
package enum Kilometres: Unit { package static let symbol = "km" }
/// Electric energy of a fab per processed area.
package enum KilowattHoursPerSquareMillimetre: Unit { package static let symbol = "kWh/mm2" }
/// Carbon per amount of something: area, mass, capacity, pieces.
package enum GramsCO2ePer<Amount: Unit>: Unit {
  package static var symbol: String { "gCO2e/" + Amount.symbol }
}

/// Energy.
package typealias Energy = Estimate<Joules>
/// Power.
package typealias Power = Estimate<Watts>
/// Time.
package typealias Time = Estimate<Seconds>
/// Mass of greenhouse gases.
package typealias CarbonMass = Estimate<GramsCO2e>
/// Carbon intensity of electricity.
package typealias CarbonIntensity = Estimate<GramsCO2ePerKilowattHour>
/// Clock frequency.
package typealias Frequency = Estimate<Hertz>
