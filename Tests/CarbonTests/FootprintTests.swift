@testable import DeviceProfiles
import Documents
import Foundation
import HardwareMapping
import Quantities
import Testing

@testable import Carbon

/// 2 J and 0.5 s an inference, idling at 1 W and sleeping at 0.1 W; all numbers exact.
private func inputs(
  _ deployment: Deployment, product: Product? = nil, boundary: EnergyBoundary = .wall,
  idle: Double? = 1, sleep: Double? = 0.1
) throws -> FootprintInputs {
  try FootprintInputs(
    latency: Time(exactly: 0.5, provenance: .measured),
    energy: Energy(exactly: 2, provenance: .measured),
    measuredAt: boundary, idlePower: idle.map { Power(exactly: $0, provenance: .measured) },
    sleepPower: sleep.map { Power(exactly: $0, provenance: .measured) }, deployment,
    product: product)
}

/// 360 g/kWh, which is 1e-4 g/J, over one year from 2024.
private func deployment(_ change: (inout Deployment) -> Void = { _ in }) -> Deployment {
  var deployment = Deployment()
  deployment.intensity = UserInput(360)
  deployment.lifetimeYears = 1
  deployment.startYear = 2024
  change(&deployment)
  return deployment
}

/// 2 kg made and shipped.
private func product(_ parts: [Part] = []) -> Product {
  var product = Product(name: "test", title: "test", parts: parts)
  if parts.isEmpty {
    product.parts = nil
    product.published = PublishedFootprint(
      productionKg: UserInput(1.5), transportKg: UserInput(0.4), endOfLifeKg: UserInput(0.1),
      source: Source(title: "test"))
  }
  return product
}

@Suite struct UsePhaseTests {
  private func energies(_ use: UsePhase) -> [UsePhase.Purpose: Double] {
    Dictionary(uniqueKeysWithValues: use.energyPerDay.map { ($0.purpose, $0.energy.value) })
  }

  /// 1000 inferences take 500 s and 2000 J; the other 85,900 s sleep at 0.1 W.
  @Test func aDayIsInferencesAndSleep() throws {
    let use = try UsePhase(inputs(deployment { $0.inferencesPerDay = 1000 }))
    let day = energies(use)
    #expect(day[.inference] == 2000)
    #expect(abs((day[.sleep] ?? 0) - 8590) < 1e-9)
    #expect(day[.losses] == nil)
    #expect(abs(use.totalPerDay.value - 10_590) < 1e-9)
    // 10,590 J a day, 365.25 days, 1e-4 g/J.
    #expect(abs(use.carbon.value - 10_590 * 365.25 * 1e-4) < 1e-6)
  }

  @Test func aDeviceThatDoesNotSleepWaits() throws {
    let use = try UsePhase(inputs(deployment { $0.inferencesPerDay = 1000 }, sleep: nil))
    #expect(abs((energies(use)[.idle] ?? 0) - 85_900) < 1e-9)
    #expect(use.gaps.isEmpty)
  }

  @Test func whatIsNotKnownIsSaidAndNotZero() throws {
    let use = try UsePhase(inputs(deployment { $0.inferencesPerDay = 1000 }, idle: nil, sleep: nil))
    #expect(energies(use).keys.sorted { $0.rawValue < $1.rawValue } == [.inference])
    #expect(use.gaps.count == 1)
    #expect(use.gaps[0].contains("99 % of the day"))
  }

  /// A period of 60 s: 2 inferences in 3 s of work, 7 s idle, 50 s asleep; 1440 periods a day.
  @Test func aDutyCycleIsWhatItSays() throws {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.dutyCycle = DutyCycle(periodS: 60, inferences: 2, activeS: 3, idleS: 7)
          $0.wakeEnergyJ = UserInput(0.25)
        }))
    let day = energies(use)
    // 1 s of inferences and 2 s of other work at their power, 2 J over 0.5 s.
    #expect(abs((day[.inference] ?? 0) - 1440 * 4) < 1e-6)
    #expect(abs((day[.work] ?? 0) - 1440 * 8) < 1e-6)
    #expect(abs((day[.wake] ?? 0) - 1440 * 0.25) < 1e-9)
    #expect(abs((day[.idle] ?? 0) - 1440 * 7) < 1e-6)
    #expect(abs((day[.sleep] ?? 0) - 1440 * 50 * 0.1) < 1e-6)
  }

  /// 0.3 W on average are 25,920 J a day, whatever else the profile of the device says.
  @Test func aPowerProfileIsTheWholeDay() throws {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.powerProfile = PowerProfile(
            periodS: 60, meanW: 0.3, inferences: 2, measuredAt: .wall)
        }))
    #expect(energies(use).keys.map(\.rawValue) == ["profile"])
    #expect(abs(use.totalPerDay.value - 25_920) < 1e-9)
    // 2880 inferences of 2 J are in it.
    let waiting = use.waitingPerDay.map(\.energy.value).reduce(0, +)
    #expect(abs(waiting - (25_920 - 5760)) < 1e-9)
    #expect(use.gaps.isEmpty)
  }

  /// 0.3 W on average at a board's input: 25,920 J a day over the supply's 0.78, and its 0.03 W without a load, where the
  /// device is measured at its chip, with a converter of 0.88 before it, or at the wall.
  @Test(arguments: [EnergyBoundary.chip, .rail, .board, .wall])
  func aProfileHasTheLossesOfWhereItWasMeasured(device: EnergyBoundary) throws {
    func day(_ place: EnergyBoundary?) throws -> [UsePhase.Purpose: Double] {
      energies(
        try UsePhase(
          inputs(
            deployment {
              $0.powerProfile = PowerProfile(
                periodS: 60, meanW: 0.3, inferences: 2, measuredAt: place)
            }, boundary: device)))
    }
    let board = try day(nil)
    let supply = 25_920 * (1 / 0.78 - 1)
    #expect(abs((board[.losses] ?? 0) - supply) < 1e-6)
    #expect(abs((board[.standby] ?? 0) - 2592) < 1e-9)
    let chip = try day(.chip)
    let both = 25_920 * (1 / (0.78 * 0.88) - 1)
    #expect(abs((chip[.losses] ?? 0) - both) < 1e-6)
    #expect(try day(.wall).keys.map(\.rawValue) == ["profile"])
  }

  /// A stated efficiency is of the way to the device: a profile on the other side of its converter of 0.88
  /// (0.65 to 0.96) is of a way without it, or with it.
  @Test(arguments: [
    (PowerSource.Kind.primary, EnergyBoundary.chip, EnergyBoundary.board, 0.66, 0.66 / 0.88),
    (.primary, .chip, .board, 0.9, 1), (.primary, .rail, .chip, 0.9, 0.9),
    (.mains, .chip, .board, 0.66, 0.75), (.mains, .board, .chip, 0.75, 0.66),
    (.mains, .board, .wall, 0.75, 1), (.solar, .chip, .board, 0.66, 0.6),
    (.mains, .wall, .board, 0.75, 0.75),
  ])
  func aStatedEfficiencyIsOfTheWayToTheDevice(
    kind: PowerSource.Kind, device: EnergyBoundary, profile: EnergyBoundary, stated: Double,
    expected: Double
  ) throws {
    let inputs = try inputs(
      deployment {
        $0.powerProfile = PowerProfile(
          periodS: 60, meanW: 0.3, inferences: 2, measuredAt: profile)
        $0.power = PowerSource(kind)
        $0.power?.battery = kind == .primary ? BatteryName(.alkalineAA) : nil
        $0.power?.efficiency = UserInput(stated)
      }, boundary: device)
    #expect(abs(inputs.dayEfficiency.value - expected) < 1e-12)
  }

  /// Two inferences take 4 J at the chip and 4 / 0.88 J at the board, of which the profile has 0.3 W x 60 s = 18 J or
  /// 0.07 W x 60 s = 4.2 J.
  @Test func aProfileBelowItsInferencesIsFound() throws {
    func gap(_ watts: Double) throws -> (measured: Energy, predicted: Energy)? {
      try inputs(
        deployment { $0.powerProfile = PowerProfile(periodS: 60, meanW: watts, inferences: 2) },
        boundary: .chip
      ).profileGap
    }
    #expect(try gap(0.3) == nil)
    let found = try #require(try gap(0.07))
    #expect(abs(found.measured.value - 4.2) < 1e-12)
    #expect(abs(found.predicted.value - 4 / 0.88) < 1e-12)
    #expect(try inputs(deployment()).profileGap == nil)
  }

  /// 10 Wh, of which 80 % can be used, are 28,800 J; 1000 inferences and sleep take 10,590 J a day.
  @Test func aChargeLastsItsEnergy() throws {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = 1000
          $0.power = PowerSource(.rechargeable)
          $0.power?.batteryWh = UserInput(10)
          $0.power?.usableFraction = UserInput(0.8)
        }, boundary: .board))
    #expect(abs((use.batteryDays?.value ?? 0) - 28_800 / 10_590) < 1e-9)
    let wall = try UsePhase(inputs(deployment { $0.inferencesPerDay = 1000 }))
    #expect(wall.batteryDays == nil)
  }

  /// At an efficiency of 50 %, losses equal use.
  @Test func lossesAreCounted() throws {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = 1000
          $0.power = PowerSource(.mains)
          $0.power?.efficiency = UserInput(0.5)
          $0.power?.noLoadPowerW = UserInput(0)
        }, boundary: .chip))
    #expect(energies(use)[.standby] == nil)
    #expect(abs((energies(use)[.losses] ?? 0) - 10_590) < 1e-9)
    #expect(abs(use.totalPerDay.value - 21_180) < 1e-9)
  }

  /// Energy known within a factor is lost within that factor: 2 J (1 to 8) at 50 % (40 to 80) are 4 J, from 1 / 0.8 to
  /// 8 / 0.4.
  @Test func lossesErrAsWhatIsDelivered() throws {
    var inputs = try inputs(deployment(), boundary: .chip)
    inputs.energy = Energy(2, low: 1, high: 8, provenance: .derived)
    inputs.efficiency = Estimate(0.5, low: 0.4, high: 0.8, provenance: .assumed)
    let footprint = try Footprint(inputs)
    let losses = try #require(footprint.energyTerms?.first { $0.purpose == .losses }?.energy)
    #expect(isNear(losses, 2, 0.25, 12))
    #expect(isNear(footprint.ownEnergy, 4, 1.25, 20))
  }

  /// Inferences, 3 J (0 to 7), and radio, 4 J (0 to 7), err apart: 7 J, 5 J to both sides, all twice for the losses.
  @Test func whatErrsApartAddsInQuadrature() throws {
    var inputs = try inputs(deployment(), boundary: .chip)
    inputs.energy = Energy(3, low: 0, high: 7, provenance: .derived)
    inputs.radioEnergy = Energy(4, low: 0, high: 7, provenance: .derived)
    inputs.efficiency = Estimate(exactly: 0.5, provenance: .assumed)
    #expect(isNear(try Footprint(inputs).ownEnergy, 14, 4, 24))
  }

  /// A day computes for 500 s of 86,400 s that work: 2 J (1 to 4) in each half second, end by end.
  @Test func workErrsAsTheInferences() throws {
    var inputs = try inputs(
      deployment {
        $0.dutyCycle = DutyCycle(periodS: 86_400, inferences: 1000, activeS: 86_400)
      })
    inputs.energy = Energy(2, low: 1, high: 4, provenance: .derived)
    #expect(isNear(try UsePhase(inputs).totalPerDay, 345_600, 172_800, 691_200))
  }

  /// By active time, an inference of twice the time has twice the energy and twice the share of the product.
  @Test func energyAndShareErrTogether() throws {
    var inputs = try inputs(
      deployment {
        $0.inferencesPerDay = 1000
        $0.attribution = .activeTime
      }, product: product())
    inputs.energy = Energy(2, low: 1, high: 4, provenance: .derived)
    inputs.latency = Time(0.5, low: 0.25, high: 1, provenance: .derived)
    let total = try #require(try Footprint(inputs).total)
    let one = 2e-4 + 2000 * 0.5 / (365.25 * 86_400)
    #expect(isNear(total.scaled(by: 1 / one), 1, 0.5, 2))
  }

  private func isNear<U>(
    _ estimate: Estimate<U>, _ value: Double, _ low: Double, _ high: Double
  ) -> Bool {
    zip([estimate.value, estimate.low, estimate.high], [value, low, high]).allSatisfy {
      abs($0 - $1) <= 1e-9 * $1
    }
  }

  /// What a power supply draws itself comes on top of what it passes on, and is not divided by it.
  @Test func aPowerSupplyDrawsSomethingItself() throws {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = 1000
          $0.power = PowerSource(.mains)
          $0.power?.efficiency = UserInput(0.5)
          $0.power?.noLoadPowerW = UserInput(0.1)
        }, boundary: .chip))
    #expect(abs(use.totalPerDay.value - (21_180 + 8640)) < 1e-9)
    // 8590 J of sleep and as much lost, and 8640 J of the supply.
    let waiting = use.waitingPerDay.map(\.energy.value).reduce(0, +)
    #expect(abs(waiting - 25_820) < 1e-9)
  }

  /// 0.03 W all day are 2592 J, and 0.01 to 0.1 W are 864 to 8640 J; only where a supply is plugged in and
  /// not in the device's energy.
  @Test(arguments: [
    (PowerSource.Kind.mains, EnergyBoundary.chip, true), (.mains, .rail, true),
    (.mains, .board, true), (.mains, .wall, false), (.rechargeable, .chip, false),
    (.solar, .chip, false), (.primary, .chip, false),
  ])
  func theMainsDrawWithoutLoad(kind: PowerSource.Kind, boundary: EnergyBoundary, draws: Bool) throws
  {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = 1000
          $0.power = PowerSource(kind)
          $0.power?.battery = BatteryName(.alkalineAA)
        }, boundary: boundary))
    let standby = use.energyPerDay.first { $0.purpose == .standby }?.energy
    #expect((standby != nil) == draws)
    guard let standby else { return }
    #expect(abs(standby.value - 2592) < 1e-9)
    #expect(abs(standby.low - 864) < 1e-9 && abs(standby.high - 8640) < 1e-9)
    #expect(standby.sources.contains("no-load"))
  }

  /// What a profile says of waiting counts as soon as a use is stated.
  @Test(arguments: DeviceCatalog.names) func waitingOfEveryDeviceCounts(name: String) throws {
    let device = try DeviceCatalog.profile(named: name)
    let use = try UsePhase(
      FootprintInputs(
        latency: Time(exactly: 1, provenance: .measured),
        energy: Energy(exactly: 1, provenance: .measured), measuredAt: device.energyMeasuredAt,
        idlePower: device.idlePower, sleepPower: device.sleepPower,
        deployment { $0.inferencesPerDay = 24 }, product: nil))
    let power = device.sleepPower ?? device.idlePower
    let waiting = use.energyPerDay.first { [.sleep, .idle].contains($0.purpose) }?.energy
    #expect((waiting == nil) == (power == nil), "\(name)")
    #expect(use.gaps.isEmpty == (power != nil), "\(name)")
    // All of the day but 24 s.
    if let waiting, let power {
      #expect(abs(waiting.value / (power.value * 86_376) - 1) < 1e-12)
    }
  }

  @Test func whatWasMeasuredAtTheWallHasItsSupplyInIt() throws {
    let atWall = try inputs(deployment { $0.power = PowerSource(.mains) })
    #expect(atWall.efficiency.value == 1)
    let atChip = try inputs(deployment { $0.power = PowerSource(.mains) }, boundary: .chip)
    let usual = UseConstants.standard
    #expect(
      atChip.efficiency.value
        == usual.supplyEfficiency.value * usual.converterEfficiency.value)
    // In front of a board's regulators only the power supply is missing.
    let atBoard = try inputs(deployment { $0.power = PowerSource(.mains) }, boundary: .board)
    #expect(atBoard.efficiency.value == usual.supplyEfficiency.value)
  }

  @Test func aDayHasNoMoreThanItsSeconds() throws {
    #expect(throws: Problem.self) {
      try UsePhase(inputs(deployment { $0.inferencesPerDay = 200_000 }))
    }
    #expect(throws: Problem.self) {
      try UsePhase(inputs(deployment { $0.dutyCycle = DutyCycle(periodS: 1, activeS: 0.1) }))
    }
  }

  /// 10,590 J a day are 3,867,998 J a year; two cells of 3.1 Wh give 17,856 J at 80 %: 216.6 sets.
  @Test func primaryCellsAreReplaced() throws {
    let deployment = deployment {
      $0.inferencesPerDay = 1000
      $0.power = PowerSource(.primary)
      $0.power?.efficiency = UserInput(1)
      $0.power?.battery = BatteryName(.alkalineAA)
      $0.power?.batteryWh = UserInput(3.1)
      $0.power?.cells = 2
      $0.power?.usableFraction = UserInput(0.8)
    }
    let use = try UsePhase(inputs(deployment, boundary: .chip))
    #expect(use.batterySets?.value == 217)
    #expect(use.carbon.value == 0)
    let entry = try #require(PartLibrary.standard.entry("battery-alkaline-aa"))
    #expect(abs((use.replacements?.value ?? 0) - 217 * 2 * entry.factor.value) < 1e-6)
    // A product that comes with them has the first set already.
    var cells = Part(BatteryName(.alkalineAA).part)
    cells.count = UserInput(2)
    let within = try UsePhase(inputs(deployment, product: product([cells]), boundary: .chip))
    #expect(abs((within.replacements?.value ?? 0) - 216 * 2 * entry.factor.value) < 1e-6)
  }

  /// One inference a day in two ways: a device that nothing says sleeps waits in both.
  @Test func aCycleWaitsLikeADayOfInferences() throws {
    let byDay = try UsePhase(inputs(deployment { $0.inferencesPerDay = 1440 }, sleep: nil))
    let byCycle = try UsePhase(
      inputs(deployment { $0.dutyCycle = DutyCycle(periodS: 60) }, sleep: nil))
    #expect(abs(byDay.carbon.value - byCycle.carbon.value) < 1e-9 * byDay.carbon.value)
  }

  @Test func aCycleHasNoHoles() throws {
    #expect(throws: Problem.self) {
      try UsePhase(
        inputs(deployment { $0.dutyCycle = DutyCycle(periodS: 100, idleS: 10, sleepS: 10) }))
    }
  }

  /// The first set comes with a product that has cells, however that is stated.
  @Test(arguments: ["parts", "sheet", "published", "archetype", "none"])
  func theFirstSetCountsOnce(way: String) throws {
    var product: Product?
    switch way {
    case "parts":
      var cells = Part(BatteryName(.alkalineAA).part)
      cells.count = UserInput(2)
      product = CarbonTests.product([cells])
    case "sheet":
      var sheet = SpecSheet()
      (sheet.massG, sheet.battery) = (100, .init(chemistry: .alkalineAA, cells: 2))
      product = CarbonTests.product([Part(.entry("sim"))])
      product?.parts = nil
      product?.specSheet = sheet
    case "published": product = CarbonTests.product()
    case "archetype": product = try ProductCatalog.product(named: "archetype-occupancy-sensor")
    default: product = CarbonTests.product([Part(.entry("sim"))])
    }
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = 1
          $0.power = PowerSource(.primary)
          $0.power?.battery = BatteryName(.alkalineAA)
          $0.power?.cells = 2
        }, product: product, boundary: .chip, sleep: 0))
    #expect(use.batterySets?.value == 1)
    #expect((use.replacements?.value == 0) == (way != "none"))
  }

  @Test func cellsAgeToo() throws {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = 0
          $0.lifetimeYears = 25
          $0.power = PowerSource(.primary)
          $0.power?.battery = BatteryName(.alkalineAA)
        }, sleep: 0))
    // A shelf life of ten years: three sets.
    #expect(use.batterySets?.value == 3)
  }

  /// 4.2 years of batteries for 0.7 years are six sets, although the quotient is a little more.
  @Test(arguments: [(5, 2, 10, 3), (4.2, 0.7, 1, 6)])
  func rechargeableBatteriesAreReplacedWhenTheDeploymentSays(
    years: Double, each: Double, inferences: Double, sets: Double
  ) throws {
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = inferences
          $0.lifetimeYears = years
          $0.power = PowerSource(.rechargeable)
          $0.power?.battery = BatteryName(.lithiumIon)
          $0.power?.batteryWh = UserInput(10)
          $0.power?.replaceEveryYears = each
        }))
    #expect(use.batterySets?.value == sets)
  }

  @Test func radioTakesItsEnergy() throws {
    let ble = try #require(UseConstants.standard.radios[.ble])
    let use = try UsePhase(
      inputs(
        deployment {
          $0.inferencesPerDay = 1000
          $0.radio = RadioUse(technology: .ble, bytesPerInference: 20, messagesPerInference: 0.1)
        }))
    let expected = 1000 * (0.1 * ble.energyPerMessage.value + 20 * ble.energyPerByte.value)
    #expect(abs((energies(use)[.radio] ?? 0) - expected) < 1e-9)
  }
}

@Suite struct FootprintTests {
  private func footprint(
    _ product: Product?, _ change: (inout Deployment) -> Void = { _ in }
  ) throws -> Footprint {
    try Footprint(inputs(deployment(change), product: product))
  }

  /// 1000 inferences a day for a year: 2 kg and all electricity over 365,250 inferences.
  @Test func theWholeDeviceFallsOnItsInferences() throws {
    let footprint = try footprint(product()) { $0.inferencesPerDay = 1000 }
    #expect(footprint.rule == .wholeDevice)
    #expect(abs((footprint.embodied?.value ?? 0) - 2000 / 365_250.0) < 1e-12)
    #expect(abs((footprint.operational?.value ?? 0) - 10.59e-4) < 1e-12)
    let total = try #require(footprint.lifeCycle.total)
    #expect(abs(total.value - (2000 + 10_590 * 365.25e-4)) < 1e-6)
    #expect(abs((footprint.total?.value ?? 0) * 365_250 - total.value) < 1e-6)
  }

  /// Half a second of a year, and the inference's own 2 J.
  @Test func activeTimeTakesItsShare() throws {
    let footprint = try footprint(product()) { $0.attribution = .activeTime }
    #expect(footprint.rule == .activeTime)
    #expect(abs((footprint.operational?.value ?? 0) - 2e-4) < 1e-15)
    let share = 0.5 / (365.25 * 86_400)
    #expect(abs((footprint.embodied?.value ?? 0) - 2000 * share) < 1e-12)
    #expect(footprint.lifeCycle.total == nil)
  }

  /// How long the device waits is not known, so only the inference's own 2 J are.
  @Test func withoutAUseOnlyComputingIsKnown() throws {
    let footprint = try footprint(product())
    #expect(abs((footprint.operational?.value ?? 0) - 2e-4) < 1e-15)
    #expect(footprint.embodied == nil)
    #expect(footprint.total == nil)
  }

  /// A tenth of the memory: a tenth of the device and of its sleep, and all of its own energy.
  @Test func resourcesShareTheDevice() throws {
    var inputs = try inputs(
      deployment {
        $0.inferencesPerDay = 1000
        $0.attribution = .resourceShare
      }, product: product())
    inputs.memoryShare = 0.1
    let footprint = try Footprint(inputs)
    #expect(abs((footprint.embodied?.value ?? 0) - 200 / 365_250.0) < 1e-12)
    #expect(abs((footprint.operational?.value ?? 0) - (2e-4 + 0.1 * 8.59e-4)) < 1e-12)
    let terms = Dictionary(
      uniqueKeysWithValues: (footprint.energyTerms ?? []).map { ($0.purpose, $0.energy.value) })
    #expect(terms.keys.count == 2 && terms[.inference] == 2)
    #expect(abs((terms[.sleep] ?? 0) - 0.1 * 8.59) < 1e-12)
  }

  /// 2 J of its own and 8.59 J of sleep, both doubled by the losses, and 2.592 J of the supply.
  @Test func anInferenceAnswersForItsShareOfTheDay() throws {
    let footprint = try Footprint(
      inputs(
        deployment {
          $0.inferencesPerDay = 1000
          $0.power = PowerSource(.mains)
          $0.power?.efficiency = UserInput(0.5)
        }, product: product(), boundary: .chip))
    let terms = footprint.energyTerms ?? []
    #expect(terms.map(\.purpose) == [.inference, .sleep, .losses, .standby])
    for (term, joules) in zip(terms, [2, 8.59, 10.59, 2.592]) {
      #expect(abs(term.energy.value - joules) < 1e-12, "\(term.purpose)")
    }
    #expect(abs(footprint.ownEnergy.value - 4) < 1e-12)
    #expect(abs((footprint.operational?.value ?? 0) - 23.772e-4) < 1e-12)
    #expect(
      abs((footprint.operational?.value ?? 0) * 365_250 - (footprint.lifeCycle.use?.value ?? 0))
        < 1e-9)
  }

  @Test func noInferencesLeaveTheDeviceAlone() throws {
    let footprint = try Footprint(
      inputs(deployment { $0.inferencesPerDay = 0 }, product: product(), sleep: 0))
    #expect(footprint.lifeCycle.total?.value == 2000)
    #expect(footprint.total == nil)
  }

  @Test func anUnknownProductIsUnknown() throws {
    let footprint = try footprint(nil) { $0.inferencesPerDay = 10 }
    #expect(footprint.embodied == nil && footprint.total == nil)
    #expect(footprint.operational != nil)
  }

  @Test func stagesSumToTheWhole() throws {
    let footprint = try footprint(product()) { $0.inferencesPerDay = 1000 }
    let cycle = footprint.lifeCycle
    let sum = cycle.stages.compactMap(\.carbon?.value).reduce(0, +)
    #expect(abs(sum - (cycle.total?.value ?? 0)) < 1e-9)
    let blocks = footprint.inputs.embodied?.byBlock.compactMap(\.carbon?.value) ?? []
    #expect(abs(blocks.reduce(0, +) - 2000) < 1e-9)
  }

  static let monotone: [(String, [@Sendable (inout Deployment) -> Void])] = [
    (
      "intensity",
      [10, 100, 1000].map { grams in { $0.intensity = UserInput(grams) } }
    ),
    (
      "lifetime of the whole",
      [1, 2, 20].map { years in { $0.lifetimeYears = years } }
    ),
    (
      "inferences",
      [0, 10, 1000, 100_000].map { each in { $0.inferencesPerDay = each } }
    ),
    ("idle", [0, 1, 5].map { watts in { $0.sleepPowerW = UserInput(watts) } }),
  ]

  @Test(arguments: monotone.map(\.0)) func theLifeGrowsWith(name: String) throws {
    let changes = Self.monotone.first { $0.0 == name }?.1 ?? []
    let totals = try changes.map { change in
      try footprint(product()) {
        $0.inferencesPerDay = 1000
        change(&$0)
      }.lifeCycle.total
    }
    for (less, more) in zip(totals, totals.dropFirst()) {
      #expect((less?.value ?? 0) < (more?.value ?? 0), "\(name)")
      #expect((less?.low ?? 0) <= (more?.low ?? 0), "\(name)")
    }
  }

  @Test func aLongerLifeCostsAnInferenceLess() throws {
    let short = try footprint(product()) { $0.inferencesPerDay = 10 }
    let long = try footprint(product()) {
      $0.inferencesPerDay = 10
      $0.lifetimeYears = 3
    }
    #expect((long.total?.value ?? 0) < (short.total?.value ?? 0))
  }

  @Test func theTornadoFindsWhatMatters() throws {
    var inputs = try inputs(deployment { $0.inferencesPerDay = 10 }, product: product())
    inputs.energy = Energy(2, low: 1, high: 4, provenance: .measured)
    let sensitivity = try #require(Sensitivity(inputs))
    #expect(sensitivity.bars.map(\.input).contains("lifetime"))
    #expect(sensitivity.bars.map(\.swing) == sensitivity.bars.map(\.swing).sorted(by: >))
    let energy = try #require(sensitivity.bars.first { $0.input == "energy per inference" })
    #expect(abs(energy.swing - 3e-4) < 1e-12)
  }
}

@Suite struct DeploymentTests {
  static let wrong: [(String, String)] = [
    ("lifetimeYears: 0", "a lifetime of 0.0 years, expected 0.001 to 1000"),
    ("startYear: 1700", "a start in 1700, expected 1990 to 2100"),
    ("inferencesPerDay: -1", "-1.0 inferences per day, expected 0 or 1e-6 to 1e12"),
    ("{region: DE, intensity: 5}", "region and intensity both state the grid intensity"),
    ("region: ATLANTIS", "region 'ATLANTIS' is not known"),
    ("{inferencesPerDay: 1, dutyCycle: {periodS: 1}}", "inferencesPerDay and dutyCycle both"),
    ("dutyCycle: {periodS: 10, idleS: 11}", "dutyCycle.idleS of 11.0, expected 0 to the period"),
    ("dutyCycle: {periodS: 10, idleS: 6, sleepS: 6}", "its parts take 12.0 s of a period of 10.0"),
    ("attribution: wholeDevice", "attribution 'wholeDevice' needs the number of inferences"),
    ("power: {kind: primary}", "power: expected 'battery'"),
    ("power: {kind: primary, battery: casing-steel}", "expected one of: battery-li-ion, "),
    ("power: {kind: rechargeable, battery: solar-panel}", "found 'solar-panel'"),
    ("power: {kind: solar, noLoadPowerW: 1}", "only a mains power supply draws it"),
    ("dutyCycle: {periodS: 10, inferences: 1.0e-310}", "dutyCycle.inferences of 1e-310"),
    ("dutyCycle: {periodS: 0.000001, inferences: 1000000000}", "expected at most 1e12"),
    ("inferencesPerDay: 1.0e-310", "expected 0 or 1e-6 to 1e12"),
    ("intensity: 1.0e-10", "expected 0 or 0.001 to 100000"),
    ("power: {kind: mains, efficiency: 1.5}", "power.efficiency: expected 0.01 to 1"),
    (
      "{region: US-CA, gridTrend: recent}",
      "gridTrend 'recent' needs the history of a country, and 'California' has none"
    ),
    (
      "radio: {technology: smoke, bytesPerInference: 1}",
      "radio.technology: expected one of: ble, "
    ),
    ("hourlyProfile: {intensity: [1, 2]}", "hourlyProfile.intensity: expected 24 numbers"),
    ("hourlyProfile: {load: [1]}", "hourlyProfile: expected 'intensity' or 'file'"),
    ("intensityName: wind", "intensityName without intensity"),
    ("intensity: 300\nintensityName: \"a\\x1bb\"", "expected a name without control characters"),
    ("powerProfile: {periodS: 1}", "powerProfile: expected 'file', or both"),
    ("powerProfile: {periodS: 0, meanW: 1}", "powerProfile.periodS of 0.0"),
    ("powerProfile: {periodS: 1, meanW: -1}", "powerProfile.meanW of -1.0"),
    ("{powerProfile: {periodS: 1, meanW: 1}, idlePowerW: 1}", "has in it what idlePowerW states"),
    ("functionalUnit: {name: word}", "functionalUnit.name: expected one of: inference, token"),
    ("functionalUnit: {name: token, perInference: 0}", "functionalUnit.perInference of 0.0"),
    ("functionalUnit: {name: inference, perInference: 2}", "an inference does one inference"),
    ("schemaVersion: '2.0'", "schemaVersion '2.0', expected '1.0'"),
    ("fleetSize: 0", "a fleet of 0, expected 1 to 1e12"),
  ]

  @Test(arguments: wrong) func saysWhatIsWrong(text: String, expected: String) throws {
    let error = #expect(throws: Problem.self) {
      try Document<Deployment>(Array(text.utf8), name: "d.yaml") { try $0.check() }
    }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test func readsEverything() throws {
    let text = """
      schemaVersion: '1.0'
      region: DE
      startYear: 2020
      gridTrend: recent
      lifetimeYears: 5
      dutyCycle: {periodS: 60, inferences: 1, activeS: 1, idleS: 2, sleepS: 57}
      power:
        kind: rechargeable
        chargeEfficiency: {value: 0.9, low: 0.8, high: 0.95, source: data sheet}
        battery: battery-li-ion
        batteryWh: 10
        replaceEveryYears: 3
      radio: {technology: ble, bytesPerInference: 20}
      idlePowerW: 0.1
      sleepPowerW: 1e-3
      wakeEnergyJ: 0.01
      fleetSize: 1000
      attribution: wholeDevice
      """
    let deployment = try Document<Deployment>(Array(text.utf8), name: "d.yaml").content
    #expect(throws: Never.self) { try deployment.check() }
    #expect(deployment.inferencesEachDay == 1440)
    #expect(deployment.power?.chargeEfficiency?.low == 0.8)
  }
}
