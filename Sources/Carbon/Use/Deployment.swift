import Documents
package import Quantities

/// How a device is used: what turns energy and a device into carbon per inference and over life.
package struct Deployment: Codable, Sendable {
  /// Version of the format; `1.0` is the only one.
  package var schemaVersion: String?
  /// Code of the region whose electricity is used; the world's mean when left out.
  package var region: String?
  /// A carbon intensity instead of a region's.
  package var intensity: UserInput?
  /// What that intensity is of, for reports: a region, a contract.
  package var intensityName: String?
  /// Which kind of mean that intensity is; not known when left out.
  package var intensityKind: IntensityKind?
  /// The year that it is of; the first year of use when left out.
  package var intensityYear: Int?
  /// The year in which the use begins; this year when left out.
  package var startYear: Int?
  /// How the grid changes after the newest known year; it does not when left out.
  package var gridTrend: GridTrend?
  /// A change of the grid instead of a trend: -3 is 3 % less each year.
  package var gridChangePercentPerYear: Double?
  package var hourlyProfile: HourlyProfile?
  /// How long the device serves, in years of 365.25 days.
  package var lifetimeYears: Double?
  /// Inferences per day, one at a time; `dutyCycle` says more.
  package var inferencesPerDay: Double?
  package var dutyCycle: DutyCycle?
  /// The measured power of the whole device over time, instead of a duty cycle.
  package var powerProfile: PowerProfile?
  package var power: PowerSource?
  package var radio: RadioUse?
  /// Power while ready, instead of the device profile's.
  package var idlePowerW: UserInput?
  /// Power while asleep, instead of the device profile's.
  package var sleepPowerW: UserInput?
  /// Energy of waking up, each time.
  package var wakeEnergyJ: UserInput?
  /// What scores are stated of; an inference when left out.
  package var functionalUnit: FunctionalUnit?
  /// How many such devices there are.
  package var fleetSize: Int?
  /// The allocation of the device's carbon; `wholeDevice` if the number of inferences is known.
  package var attribution: AttributionRule?

  /// A deployment of defaults: the world's electricity, four years.
  package init() {}

  /// Reads a file, and the tables that it names, which lie beside it.
  /// - Parameter grid: A table in which the region of the file is looked up instead of the built-in one.
  /// - Throws: `Problem` that names file and place.
  package init(contentsOf path: String, grid: GridTable? = nil) throws(Problem) {
    self = try Document<Deployment>(contentsOf: path).content
    func inFile(_ check: () throws(Problem) -> Void) throws(Problem) {
      do throws(Problem) {
        try check()
      } catch {
        throw Problem("\(path): \(error)")
      }
    }
    // Before a row takes the region's place.
    try inFile(checkElectricity)
    if let grid, let region { use(try grid.row(region)) }
    try hourlyProfile?.read(in: folder(of: path))
    try powerProfile?.read(in: folder(of: path))
    try inFile(check)
  }

  /// How long the device serves, in years; four when it is not stated.
  package var years: Double { lifetimeYears ?? 4 }
  var days: Double { years * 365.25 }

  /// The year in which the use begins.
  package var firstYear: Int {
    startYear ?? CalendarTime.now.year
  }

  /// The rule by which the device's carbon is divided.
  package var rule: AttributionRule {
    attribution ?? (inferencesEachDay == nil ? .activeTime : .wholeDevice)
  }

  /// Whether it states how often the device works, or that it works without a pause.
  ///
  /// Without one, only the carbon of computing is known: how long a device waits between two inferences,
  /// and how many of them its manufacturing falls on, can differ by orders of magnitude.
  package var statesUse: Bool { inferencesEachDay != nil || attribution == .activeTime }

  /// How many inferences a day has; nil when it is not stated.
  package var inferencesEachDay: Double? {
    dutyCycle.map { 86_400 / $0.periodS * ($0.inferences ?? 1) }
      ?? powerProfile.map { $0.periodsPerDay * ($0.inferences ?? 1) } ?? inferencesPerDay
  }

  /// Takes a region's electricity instead of what was stated.
  package mutating func use(region code: String) {
    (region, intensity) = (code, nil)
    (intensityName, intensityKind, intensityYear) = (nil, nil, nil)
  }

  /// Takes an intensity of which no more is known instead of what was stated.
  package mutating func use(intensity grams: UserInput) {
    (region, intensity) = (nil, grams)
    (intensityName, intensityKind, intensityYear) = (nil, nil, nil)
  }

  /// Takes an intensity of a user's own table instead of what was stated.
  package mutating func use(_ row: GridTable.Row) {
    (region, intensity) = (nil, row.intensity)
    (intensityName, intensityKind, intensityYear) = (row.name, row.kind, row.year)
  }

  /// Takes a number of inferences instead of what was stated of the day.
  package mutating func use(inferencesPerDay count: Double) {
    (inferencesPerDay, dutyCycle, powerProfile) = (count, nil, nil)
  }

  /// Checks beyond the types.
  /// - Throws: `Problem` when a number lies outside what any device could mean.
  package func check() throws(Problem) {
    if let schemaVersion, schemaVersion != "1.0" {
      throw Problem("schemaVersion '\(schemaVersion)', expected '1.0'")
    }
    guard (0.001...1000).contains(years) else {
      throw Problem("a lifetime of \(years) years, expected 0.001 to 1000")
    }
    guard (1990...2100).contains(firstYear) else {
      throw Problem("a start in \(firstYear), expected 1990 to 2100")
    }
    if let inferencesPerDay {
      guard inferencesPerDay == 0 || (1e-6...1e12).contains(inferencesPerDay) else {
        throw Problem("\(inferencesPerDay) inferences per day, expected 0 or 1e-6 to 1e12")
      }
      if dutyCycle != nil {
        throw Problem("inferencesPerDay and dutyCycle both state how often; expected one")
      }
    }
    if powerProfile != nil {
      let others = [
        ("inferencesPerDay", inferencesPerDay != nil), ("dutyCycle", dutyCycle != nil),
        ("idlePowerW", idlePowerW != nil), ("sleepPowerW", sleepPowerW != nil),
        ("wakeEnergyJ", wakeEnergyJ != nil), ("radio", radio != nil),
      ]
      if let other = others.first(where: \.1)?.0 {
        throw Problem("powerProfile has in it what \(other) states; expected one")
      }
    }
    try checkElectricity()
    if let fleetSize, !(1...1_000_000_000_000).contains(fleetSize) {
      throw Problem("a fleet of \(fleetSize), expected 1 to 1e12")
    }
    if rule != .activeTime, inferencesEachDay == nil {
      throw Problem(
        "attribution '\(rule.rawValue)' needs the number of inferences: inferencesPerDay or "
          + "dutyCycle")
    }
    try dutyCycle?.check()
    try powerProfile?.check()
    try functionalUnit?.check()
    try power?.check()
    try radio?.check()
    _ = try Electricity(self)
  }

  /// Checks what is stated of the grid, but not whether the region is known.
  private func checkElectricity() throws(Problem) {
    let facts = [
      ("intensityName", intensityName != nil), ("intensityKind", intensityKind != nil),
      ("intensityYear", intensityYear != nil),
    ]
    if intensity == nil, let fact = facts.first(where: \.1)?.0 {
      throw Problem("\(fact) without intensity; expected both")
    }
    if let intensityYear, !(1990...2100).contains(intensityYear) {
      throw Problem("intensityYear of \(intensityYear), expected 1990 to 2100")
    }
    if let intensityName, printable(intensityName) != intensityName {
      throw Problem(
        "intensityName is '\(printable(abridged(intensityName, to: 40)))'",
        expected: "a name without control characters")
    }
    if intensity != nil, region != nil {
      throw Problem("region and intensity both state the grid intensity; expected one")
    }
    if gridTrend != nil, gridChangePercentPerYear != nil {
      throw Problem("gridTrend and gridChangePercentPerYear both state a trend; expected one")
    }
  }
}

/// A cycle that repeats as long as the device is on.
package struct DutyCycle: Codable, Sendable {
  /// Seconds from one start to the next.
  package var periodS: Double
  /// Inferences in each period, one after another; 1 when left out, 0 for none.
  package var inferences: Double?
  /// Seconds of work in each period, the inferences included; theirs when left out.
  package var activeS: Double?
  /// Seconds ready but not working; 0 when left out and `sleepS` is not the reason.
  package var idleS: Double?
  /// Seconds asleep; what is left of the period when left out.
  package var sleepS: Double?

  func check() throws(Problem) {
    guard (1e-6...1e9).contains(periodS) else {
      throw Problem("dutyCycle.periodS of \(periodS), expected 1e-6 to 1e9 seconds")
    }
    if let inferences, inferences != 0, !(1e-6...1e9).contains(inferences) {
      throw Problem("dutyCycle.inferences of \(inferences), expected 0 or 1e-6 to 1e9")
    }
    let each = 86_400 / periodS * (inferences ?? 1)
    guard each <= 1e12 else {
      throw Problem("dutyCycle: \(each) inferences a day, expected at most 1e12")
    }
    for (name, seconds) in [("activeS", activeS), ("idleS", idleS), ("sleepS", sleepS)] {
      if let seconds, !(0...periodS).contains(seconds) {
        throw Problem("dutyCycle.\(name) of \(seconds), expected 0 to the period, \(periodS)")
      }
    }
    let given = (activeS ?? 0) + (idleS ?? 0) + (sleepS ?? 0)
    if given > periodS * 1.001 {
      throw Problem("dutyCycle: its parts take \(given) s of a period of \(periodS) s")
    }
  }
}

/// How embodied carbon, and what the device uses while it waits, falls on inferences.
package enum AttributionRule: String, Choice, Sendable {
  /// All of it, over all inferences of the lifetime: the model is what the device is for.
  case wholeDevice
  /// By the share of the lifetime that one inference takes: the device does other things too.
  case activeTime
  /// By the largest of the shares of time, working memory and storage that the model takes.
  case resourceShare

  /// What reports state of embodied carbon.
  package var title: String {
    switch self {
    case .wholeDevice: "allocated over all inferences"
    case .activeTime: "allocated by active time"
    case .resourceShare: "allocated by the largest share of time, memory or storage"
    }
  }
}
