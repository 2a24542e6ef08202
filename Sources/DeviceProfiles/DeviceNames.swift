import Documents
import Quantities

/// What people call the built-in devices: identifier, product, board and chip, in any case.
///
/// Nothing of it is read for a device that is named by its identifier.
struct DeviceNames {
  /// A name of a device, by its letters and digits alone.
  private struct Entry {
    var letters: [Character]
    var device: String
  }

  private let entries: [Entry]

  init() {
    entries = DeviceCatalog.names.flatMap { device in
      let file = embedded("Devices/\(device)")
      // `Raspberry Pi Pico (RP2040, Cortex-M0+, 125 MHz)`: the board, then the chip.
      let parts = (file["title"]?.text ?? "").split(separator: "(", maxSplits: 1)
      let chip = parts.dropFirst().first?.prefix { $0 != "," && $0 != ")" }
      let names = [
        device, file["product"]?.text, parts.first.map(String.init), chip.map(String.init),
      ]
      return names.compactMap(\.self).map { Entry(letters: Suggestion.letters($0), device: device) }
    }
  }

  /// The devices of a name; several where a name does not decide.
  func devices(named name: String) -> [String] {
    let wanted = Suggestion.letters(name)
    let equal = devices { $0.letters == wanted }
    return equal.isEmpty ? devices(ofPartNumber: wanted) : equal
  }

  /// The device of a part number, which states a package and memory sizes behind the chip: `STM32F746ZG`.
  private func devices(ofPartNumber number: [Character]) -> [String] {
    devices { entry in
      let rest = number.dropFirst(entry.letters.count)
      // `ESP32-S2` is another chip than `ESP32`, which begins the names of several.
      let beginsOthers = entries.contains {
        $0.letters.count > entry.letters.count && $0.letters.starts(with: entry.letters)
          && $0.device != entry.device
      }
      return entry.letters.count >= 4 && !beginsOthers && entry.letters.last?.isNumber ?? false
        && rest.first?.isLetter ?? false && number.starts(with: entry.letters)
    }
  }

  private func devices(where isWanted: (Entry) -> Bool) -> [String] {
    var devices: [String] = []
    for entry in entries where isWanted(entry) && !devices.contains(entry.device) {
      devices.append(entry.device)
    }
    return devices
  }

  /// Devices with a name near one that is not known, at most three.
  func nearest(to name: String) -> [String] {
    let near = Suggestion.nearest(to: name, among: entries.map { String($0.letters) })
    return Array(devices { near.contains(String($0.letters)) }.prefix(3))
  }
}
