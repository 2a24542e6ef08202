import Quantities

/// What a spec sheet may leave out and products of its sort have.
enum Feature: Hashable {
  case display, battery, memory, storage, cameras, microphones, speakers, radios, sensors, buttons
  case powerSupply
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
  case casing
  case casingLeast
  case packaging
  case airShare
  case airKm
  case seaKm
  case roadKm
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
    numbers[Guess.allCases.firstIndex(of: guess) ?? 0]
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
