import Quantities

/// What a spec sheet may leave out and products of its sort have.
///
/// Each is called like its key.
enum Feature: String, Hashable {
  case display, battery
  case memory = "memoryGB"
  case storage = "storageGB"
  case cameras, microphones, speakers, radios, sensors, buttons, powerSupply
  case cables = "cableM"
  case accessories
}

/// The numbers that a bill is guessed with; the name tells the unit.
enum Guess: String, CaseIterable, Codable, Sendable, CodingKeyRepresentable {
  case processorMm2Mcu = "processorMm2.mcu"
  case processorMm2Small = "processorMm2.small"
  case processorMm2Large = "processorMm2.large"
  case processorNmMcu = "processorNm.mcu"
  case processorNmSmall = "processorNm.small"
  case processorNmLarge = "processorNm.large"
  case radioMm2
  case radioNm
  case chips
  case chipsPerFunction
  case chipMm2
  case chipNm
  case boardMm2PerGram
  case boardExponent
  case boardMm2PerMass
  case layersMemory = "layers.memory"
  case layersMcu = "layers.mcu"
  case passivesPerCm2
  case metalGPerCm2
  case boardGPerCm2
  case displayGPerCm2
  case speakerG
  case batteryGPerWh
  case supplyGPerW
  case cableGPerM
  case outdoorCableGPerM
  case sealShare
  case casing
  case casingLeast
  case packaging
  case airShare
  case airKm
  case seaKm
  case roadKm
}

extension Guess {
  /// What the number is of.
  var title: String {
    switch self {
    case .processorMm2Mcu, .processorMm2Small, .processorMm2Large: "die of the processor, mm2"
    case .processorNmMcu, .processorNmSmall, .processorNmLarge: "node of the processor, nm"
    case .radioMm2: "die of a radio, mm2"
    case .radioNm: "node of a radio, nm"
    case .chips: "other chips, whatever the functions"
    case .chipsPerFunction: "other chips for each function"
    case .chipMm2: "die of another chip, mm2"
    case .chipNm: "node of other chips, nm"
    case .boardMm2PerGram: "board for the electronics, mm2/g"
    case .boardExponent: "exponent of the board's area over mass"
    case .boardMm2PerMass: "board for the mass, mm2"
    case .layersMemory, .layersMcu: "copper layers of the board"
    case .passivesPerCm2: "resistors and capacitors, 1/cm2"
    case .metalGPerCm2: "connectors and shields, g/cm2"
    case .boardGPerCm2: "mass of the board, g/cm2"
    case .displayGPerCm2: "mass of the display, g/cm2"
    case .speakerG: "mass of a speaker, g"
    case .batteryGPerWh: "mass of the battery, g/Wh"
    case .supplyGPerW: "mass of the power supply, g/W"
    case .cableGPerM, .outdoorCableGPerM: "mass of the cables, g/m"
    case .sealShare: "seals and potting, part of the mass"
    case .casing, .casingLeast: "casing, part of the mass that is left"
    case .packaging: "packaging, part of the mass"
    case .airShare: "part that is shipped by air"
    case .airKm: "way by air, km"
    case .seaKm: "way by sea, km"
    case .roadKm: "way by road, km"
    }
  }

  /// The key of a sheet that states it instead; nil where only a list of parts does.
  var key: String? {
    switch self {
    case .processorMm2Mcu, .processorMm2Small, .processorMm2Large: "processor.areaMm2"
    case .processorNmMcu, .processorNmSmall, .processorNmLarge: "processor.nodeNm"
    case .boardMm2PerGram, .boardExponent, .boardMm2PerMass: "boardAreaCm2"
    case .boardGPerCm2: "electronicsG"
    case .speakerG: "speakersG"
    case .supplyGPerW: "powerSupply.massG"
    case .casing, .casingLeast: "casing"
    case .packaging: "packagingG"
    case .airShare: "transport"
    case .radioMm2, .radioNm, .chips, .chipsPerFunction, .chipMm2, .chipNm, .layersMemory,
      .layersMcu, .passivesPerCm2, .metalGPerCm2, .displayGPerCm2, .batteryGPerWh, .cableGPerM,
      .outdoorCableGPerM, .sealShare, .airKm, .seaKm, .roadKm:
      nil
    }
  }
}

/// A number for each guess: a table that lacks one does not decode.
struct Guesses: Decodable, Sendable {
  private var numbers: [Estimate<Ratio>]

  init(from decoder: any Decoder) throws {
    let table = try decoder.singleValueContainer().decode([Guess: Estimate<Ratio>].self)
    numbers = try Guess.allCases.map { guess in
      guard let number = table[guess] else {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(
            codingPath: decoder.codingPath,
            debugDescription: "expected a number '\(guess.rawValue)'"))
      }
      return number
    }
  }

  subscript(guess: Guess) -> Estimate<Ratio> {
    get { numbers[Guess.allCases.firstIndex(of: guess) ?? 0] }
    set { numbers[Guess.allCases.firstIndex(of: guess) ?? 0] = newValue }
  }
}

/// A factor for each sort of product; `usual` stands for sorts that are not listed, and for none.
struct SortFactors: Decodable, Sendable {
  private var usual: Estimate<Ratio>
  private var bySort: [SpecSheet.Sort: Estimate<Ratio>] = [:]

  private enum Key: Hashable, RawRepresentable, CaseIterable, Decodable, CodingKeyRepresentable {
    case usual
    case sort(SpecSheet.Sort)

    static var allCases: [Key] { [.usual] + SpecSheet.Sort.allCases.map(Key.sort) }

    init?(rawValue: String) {
      if rawValue == Key.usual.rawValue {
        self = .usual
      } else if let sort = SpecSheet.Sort(rawValue: rawValue) {
        self = .sort(sort)
      } else {
        return nil
      }
    }

    var rawValue: String {
      switch self {
      case .usual: "usual"
      case .sort(let sort): sort.rawValue
      }
    }
  }

  init(from decoder: any Decoder) throws {
    let table = try decoder.singleValueContainer().decode([Key: Estimate<Ratio>].self)
    guard let usual = table[.usual] else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "expected a number 'usual'"))
    }
    self.usual = usual
    for (key, factor) in table {
      if case .sort(let sort) = key { bySort[sort] = factor }
    }
  }

  subscript(sort: SpecSheet.Sort?) -> Estimate<Ratio> { sort.flatMap { bySort[$0] } ?? usual }
}
