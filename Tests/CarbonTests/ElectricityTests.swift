import Quantities
import Testing

@testable import Carbon

@Suite struct GridTests {
  let grid = GridIntensity()

  @Test func everyRegionIsComplete() throws {
    #expect(grid.regions.count > 300 && grid.regions.count == grid.count)
    #expect(grid.regions.map(\.year).max() == grid.newestYear)
    #expect(Set(grid.regions.map(\.code)).count == grid.regions.count)
    for region in grid.regions {
      for name in [region.code, region.alias ?? region.code] {
        #expect(try grid.region(name).code == region.code, "\(name)")
      }
      #expect(grid.sources[region.source] != nil, "\(region.code)")
      #expect((0...1500).contains(region.gramsPerKilowattHour), "\(region.code)")
      #expect((2000...2026).contains(region.year), "\(region.code)")
    }
    for source in grid.sources.values { #expect(source.licence != nil) }
  }

  @Test(arguments: ["DE", "de", "DEU", "US-CA", "WORLD"]) func findsCodes(code: String) throws {
    #expect(throws: Never.self) { try grid.region(code) }
  }

  @Test func saysHowToFindTheOthers() {
    let error = #expect(throws: Problem.self) { try grid.region("ATLANTIS") }
    #expect(error?.description.hasPrefix("region 'ATLANTIS' is not known") == true)
  }

  @Test func countriesHaveAHistory() throws {
    let germany = grid.history(of: try grid.region("DE"))
    #expect(germany.first?.year == 2000)
    #expect(germany.count >= 24)
    #expect(grid.history(of: try grid.region("US-CA")).isEmpty)
  }
}

@Suite struct ElectricityTests {
  private func electricity(_ change: (inout Deployment) -> Void) throws -> Electricity {
    var deployment = Deployment()
    deployment.startYear = 2026
    change(&deployment)
    return try Electricity(deployment)
  }

  @Test func aFactorOfOnesOwnStaysAsItIs() throws {
    let electricity = try electricity { $0.intensity = UserInput(100) }
    #expect(electricity.intensity(in: 2026).value == 100)
    #expect(electricity.intensity(in: 2040).value == 100)
  }

  @Test func aChangeOfOnesOwnCompounds() throws {
    let electricity = try electricity {
      $0.intensity = UserInput(100)
      $0.gridChangePercentPerYear = -10
    }
    #expect(abs(electricity.intensity(in: 2028).value - 81) < 1e-9)
  }

  @Test func thePastIsItsOwnYear() throws {
    let electricity = try electricity {
      $0.region = "DE"
      $0.startYear = 2010
    }
    let history = GridIntensity().history(of: try GridIntensity().region("DE"))
    let year = try #require(history.first { $0.year == 2010 })
    #expect(electricity.intensity(in: 2010).value == year.gramsPerKilowattHour)
    #expect(!electricity.isWithoutHistory(in: 2010))
  }

  /// Of a stated year, a factor ages and begins a trend as a built-in one does.
  @Test func aFactorOfAStatedYearAges() throws {
    let electricity = try electricity {
      $0.intensity = UserInput(100)
      $0.intensityYear = 2024
      $0.intensityKind = .marginal
      $0.gridChangePercentPerYear = -10
    }
    #expect(electricity.year == 2024 && electricity.kind == .marginal)
    #expect(electricity.age(in: 2026) == 2)
    #expect(abs(electricity.intensity(in: 2026).value - 81) < 1e-9)
    #expect(electricity.isWithoutHistory(in: 2023) && !electricity.isWithoutHistory(in: 2024))
    let unknown = try self.electricity { $0.intensity = UserInput(100) }
    #expect(unknown.year == nil && unknown.kind == nil && unknown.age(in: 2026) == 0)
    let region = try self.electricity { $0.region = "DE" }
    #expect(region.year != nil && region.kind == .average)
  }

  @Test func aPlaceWithoutHistorySaysSo() throws {
    let electricity = try electricity {
      $0.region = "US-CA"
      $0.startYear = 2010
    }
    #expect(electricity.isWithoutHistory(in: 2010))
  }

  /// The grid of Denmark got cleaner; its interval widens with the years.
  @Test func aTrendGoesOnAndGetsLessSure() throws {
    let electricity = try electricity {
      $0.region = "DK"
      $0.gridTrend = .recent
    }
    let soon = electricity.intensity(in: 2027)
    let late = electricity.intensity(in: 2035)
    #expect(late.value < soon.value)
    #expect(late.high / late.low > soon.high / soon.low)
  }

  /// Nobody knows of the grid in a hundred years: a trend stops after ten, and at no impossible value.
  @Test func noTrendGoesOnForEver() throws {
    for code in ["LA", "DK"] {
      let electricity = try electricity {
        $0.region = code
        $0.gridTrend = .recent
      }
      #expect(electricity.intensity(in: 2100).value == electricity.intensity(in: 2090).value)
      #expect(electricity.intensity(in: 2100).high <= 1300)
    }
  }

  @Test func everyTrendIsComputable() throws {
    let grid = GridIntensity()
    for region in grid.regions {
      // A grid that never emitted anything has no trend.
      let known = grid.history(of: region).suffix(10).filter { $0.gramsPerKilowattHour > 0 }
      guard known.count >= 5 else { continue }
      let electricity = try electricity {
        $0.region = region.code
        $0.gridTrend = .recent
      }
      let intensity = electricity.intensity(in: 2030)
      #expect(intensity.low <= intensity.value && intensity.value <= intensity.high)
    }
  }

  /// Twelve hours at 100, twelve at 300; all use in the clean ones: half the mean of 200.
  @Test func hoursCount() throws {
    let half = Array(repeating: 100.0, count: 12) + Array(repeating: 300.0, count: 12)
    let clean = Array(repeating: 1.0, count: 12) + Array(repeating: 0.0, count: 12)
    let electricity = try electricity {
      $0.intensity = UserInput(400)
      $0.hourlyProfile = HourlyProfile(intensity: half, load: clean)
    }
    #expect(abs(electricity.intensity(in: 2026).value - 200) < 1e-9)
  }
}
