#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Documents
package import Quantities

/// How the electricity of coming years is taken.
package enum GridTrend: String, Choice, Sendable {
  /// As in the newest year that is known.
  case constant
  /// Changing as it did over the last ten years that are known.
  case recent
}

/// The carbon intensity of the electricity that a device uses, year by year.
package struct Electricity: Sendable {
  /// The region's name, or that the factor was given.
  package var name: String
  /// The region, unless the factor was given.
  package var region: GridRegion?
  /// The year that the newest known factor is of, and which kind of mean it is; nil where neither a region nor the
  /// user says.
  package private(set) var year: Int?
  package private(set) var kind: IntensityKind?
  /// Yearly means gone by.
  private var history: [(year: Int, gramsPerKilowattHour: Double)] = []
  private var newest: (year: Int, intensity: CarbonIntensity)
  /// Natural logarithm of one year's change, with its interval.
  private var change: (value: Double, low: Double, high: Double) = (0, 0, 0)
  /// How much more than the mean a kilowatt-hour emits at the hours when the device uses it.
  package private(set) var hourly: Double
  /// Which end of every interval is taken; its value when nil.
  var end: End?

  /// An end of an interval.
  enum End { case low, high }

  /// A change goes on for so many years behind the newest known one; nobody knows of later ones.
  private static let longestTrend = 10
  /// About what a grid of old coal-fired plants alone emits, in gCO2e/kWh; the highest known mean
  /// of a country is 1306.
  private static let dirtiest = 1300.0

  /// Electricity of a deployment.
  /// - Throws: `Problem` when the region is not known or a number lies outside what it can mean.
  init(_ deployment: Deployment) throws(Problem) {
    hourly = try deployment.hourlyProfile?.factor() ?? 1
    if let own = deployment.intensity?.estimate(GramsCO2ePerKilowattHour.self) {
      guard own.high <= 100_000, own.value == 0 || own.value >= 1e-3 else {
        throw Problem(
          "an intensity of \(own.value) gCO2e/kWh, expected 0 or 0.001 to 100000")
      }
      name = deployment.intensityName ?? "given"
      (year, kind) = (deployment.intensityYear, deployment.intensityKind)
      newest = (deployment.intensityYear ?? deployment.firstYear, own)
      if own.sources.isEmpty { newest.intensity.sources = ["given"] }
    } else {
      let region = try GridIntensity().region(deployment.region ?? "WORLD")
      self.region = region
      name = region.name
      (year, kind) = (region.year, .average)
      newest = (region.year, region.intensity)
      // Only a start in the past or a trend asks for other years than the newest.
      if deployment.firstYear < region.year || deployment.gridTrend == .recent {
        history = GridIntensity().history(of: region)
      }
    }
    if let percent = deployment.gridChangePercentPerYear {
      guard (-50...50).contains(percent) else {
        throw Problem("gridChangePercentPerYear of \(percent), expected -50 to 50")
      }
      let logarithm = log(1 + percent / 100)
      change = (logarithm, logarithm, logarithm)
    } else if deployment.gridTrend == .recent {
      guard let trend = Self.trend(of: history.suffix(10)) else {
        throw Problem(
          "gridTrend 'recent' needs the history of a country, and '\(name)' has none; "
            + "gridChangePercentPerYear can state a trend")
      }
      change = trend
    }
  }

  /// The mean of a year at the hours of use.
  package func intensity(in year: Int) -> CarbonIntensity {
    var intensity = wholeIntensity(in: year)
    switch end {
    case .low: intensity.value = intensity.low
    case .high: intensity.value = intensity.high
    case nil: return intensity
    }
    return CarbonIntensity(
      exactly: intensity.value, provenance: intensity.provenance, sources: intensity.sources)
  }

  private func wholeIntensity(in year: Int) -> CarbonIntensity {
    if let past = history.last(where: { $0.year == year }), year < newest.year, let region {
      return GridRegion.intensity(past.gramsPerKilowattHour, source: region.source)
        .scaled(by: hourly)
    }
    let years = Double(min(max(0, year - newest.year), Self.longestTrend))
    let newest = newest.intensity
    func after(_ logarithm: Double, _ grams: Double) -> Double {
      // What a trend makes dirtier than any grid is as dirty as such a one.
      min(grams * exp(logarithm * years), max(grams, Self.dirtiest))
    }
    return CarbonIntensity(
      after(change.value, newest.value), low: after(change.low, newest.low),
      high: after(change.high, newest.high),
      provenance: years > 0 && change.value != 0 ? .derived : newest.provenance,
      sources: newest.sources
    ).scaled(by: hourly)
  }

  /// Whether a year before the newest one has no value of its own.
  package func isWithoutHistory(in year: Int) -> Bool {
    self.year.map { year < $0 } ?? false && !history.contains { $0.year == year }
  }

  /// How many years older the newest known value is than a year.
  package func age(in year: Int) -> Int { self.year.map { year - $0 } ?? 0 }

  /// The slope of the logarithm over years by least squares, and its 90 % interval.
  private static func trend(
    of history: ArraySlice<(year: Int, gramsPerKilowattHour: Double)>
  ) -> (value: Double, low: Double, high: Double)? {
    let points = history.filter { $0.gramsPerKilowattHour > 0 }
      .map { (x: Double($0.year), y: log($0.gramsPerKilowattHour)) }
    guard points.count >= 5 else { return nil }
    let count = Double(points.count)
    let (meanX, meanY) = (
      points.map(\.x).reduce(0, +) / count, points.map(\.y).reduce(0, +) / count
    )
    let spread = points.map { ($0.x - meanX) * ($0.x - meanX) }.reduce(0, +)
    let slope = points.map { ($0.x - meanX) * ($0.y - meanY) }.reduce(0, +) / spread
    let residuals = points.map { $0.y - meanY - slope * ($0.x - meanX) }
    let variance = residuals.map { $0 * $0 }.reduce(0, +) / (count - 2)
    // Student's t of a 90 % interval, for three to eight degrees of freedom.
    let t = [2.353, 2.132, 2.015, 1.943, 1.895, 1.860]
    let margin = t[min(points.count - 5, t.count - 1)] * (variance / spread).squareRoot()
    // No grid halves or grows by half in a year for long.
    func possible(_ logarithm: Double) -> Double { min(max(logarithm, log(0.5)), log(1.5)) }
    return (possible(slope), possible(slope - margin), possible(slope + margin))
  }
}

/// When in the day a device uses electricity, and how clean that is then.
package struct HourlyProfile: Codable, Sendable {
  /// Carbon intensity by hour of the day, 24 values in any unit: only their shape counts.
  package var intensity: [Double]?
  /// Energy by hour of the day, 24 values in any unit; the same all day when left out.
  package var load: [Double]?
  /// A table of the columns `hour`, 0 to 23, and `gCO2e_per_kWh`, which gives `intensity`: the mean of
  /// the rows of an hour, which can be those of a year.
  package var file: String?

  /// Reads the table, if one is named.
  /// - Parameter folder: Where a relative name begins.
  /// - Throws: `Problem` that names row and column.
  mutating func read(in folder: String) throws(Problem) {
    guard let file else { return }
    guard intensity == nil else {
      throw Problem("hourlyProfile: 'file' gives the intensity; expected only one of both")
    }
    let path = file.hasPrefix("/") ? file : folder + file
    let table = try CSVTable(contentsOf: path, atMost: 4 << 20)
    try table.check(required: ["hour", "gCO2e_per_kWh"], named: path)
    var sums = Array(repeating: 0.0, count: 24)
    var counts = Array(repeating: 0.0, count: 24)
    for row in table.rows.indices {
      let hour = try table.requiredNumber("hour", row: row, in: 0...23, named: path)
      guard hour == hour.rounded() else {
        throw table.problem(
          "hour", row: row, "\(shortest(hour)), expected a whole number", named: path)
      }
      sums[Int(hour)] += try table.requiredNumber(
        "gCO2e_per_kWh", row: row, in: 0...5000, named: path)
      counts[Int(hour)] += 1
    }
    if let missing = counts.firstIndex(of: 0) {
      throw Problem("\(path): has no row of hour \(missing), expected all of 0 to 23")
    }
    intensity = zip(sums, counts).map(/)
  }

  /// The mean intensity weighted by load, over the plain mean.
  func factor() throws(Problem) -> Double {
    guard let intensity else {
      throw Problem("hourlyProfile: expected 'intensity' or 'file'")
    }
    let load = load ?? Array(repeating: 1, count: 24)
    for (name, values) in [("intensity", intensity), ("load", load)] {
      guard values.count == 24, values.allSatisfy({ (0...1e9).contains($0) }),
        values.contains(where: { $0 >= 1e-6 })
      else {
        throw Problem(
          "hourlyProfile.\(name): expected 24 numbers from 0, one of them 1e-6 or more")
      }
    }
    let weighted = zip(intensity, load).map(*).reduce(0, +) / load.reduce(0, +)
    return weighted / (intensity.reduce(0, +) / 24)
  }
}
