import Documents
import Quantities

/// The layers of `trtexec --exportProfile`: a list that begins with the number of runs.
enum TensorRTProfile {
  private struct Layer: Decodable {
    var count: Int?
    var name: String?
    var averageMs: Double?
    var medianMs: Double?
  }

  /// As many layers as are read of a file.
  private struct Layers: Decodable {
    var layers: [Layer] = []

    private static let most = RuntimeProfile.mostEntries

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      while !list.isAtEnd, layers.count <= Self.most { layers.append(try list.decode(Layer.self)) }
    }

    var isTooLong: Bool { layers.count > Self.most }
  }

  static func read(_ text: ProfileText) throws(Problem) -> RuntimeProfile? {
    guard let list: Layers = text.json?.decoded(),
      list.layers.contains(where: { $0.name != nil && $0.averageMs != nil })
    else { return nil }
    guard !list.isTooLong else {
      throw Problem(
        "has more layers than a network", expected: "at most \(grouped(RuntimeProfile.mostEntries))"
      )
    }
    let layers = list.layers.filter { $0.name != nil }
    let hasMedians = layers.allSatisfy { $0.medianMs != nil }
    var entries: [RuntimeProfile.Entry] = []
    for layer in layers {
      let name = abridged(searchable(layer.name ?? ""), to: 100_000)
      guard let time = hasMedians ? layer.medianMs : layer.averageMs, time >= 0 else {
        throw Problem("layer '\(name)' has no time", expected: "averageMs from 0")
      }
      let (parts, isRange) = parts(of: name)
      entries.append(
        RuntimeProfile.Entry(
          name: name, operatorWord: parts.isEmpty ? "Reformat" : "", parts: parts,
          isRange: isRange, timing: Timing(time * 1e-3)))
    }
    var profile = RuntimeProfile(.tensorRT, entries: entries)
    let runs = list.layers.lazy.compactMap(\.count).first
    profile.notes = [
      "\(hasMedians ? "medians" : "means") over \(runs.map { counted($0, "run") } ?? "runs")"
    ]
    return profile
  }

  /// The operators that a layer's name joins: `a + b`, `a || b`, `PWN(a, b)`, or `{ForeignNode[a...b]}` for all from a to b.
  private static func parts(of name: String) -> (parts: [String], isRange: Bool) {
    // Copies between layouts, which no operator asks for.
    if name.hasPrefix("Reformatting CopyNode") { return ([], false) }
    if let open = name.ranges(of: "ForeignNode[").first?.upperBound,
      let close = name.utf8[open...].lastIndex(of: UInt8(ascii: "]")),
      let dots = name[open..<close].ranges(of: "...").first
    {
      return ([String(name[open..<dots.lowerBound]), String(name[dots.upperBound..<close])], true)
    }
    var parts: [String] = []
    for joined in name.split(separator: " + ") {
      for part in joined.split(separator: " || ") {
        var inner = part
        guard inner.contains("PWN(") else {
          parts.append(String(inner))
          continue
        }
        inner = inner[...]
        for word in inner.replacing("PWN(", with: "").split(separator: ", ") {
          parts.append(String(word.filter { $0 != ")" }))
        }
      }
    }
    return (parts, false)
  }
}
