import Quantities

/// The sources of a text report, a paragraph each, by their identifiers.
func sourceLines(_ sources: [String: Source], width: Int) -> [String] {
  sources.sorted { $0.key < $1.key }.flatMap { id, source in
    let licence = source.licence.map { " [\($0)]" } ?? ""
    return wrapped("\(id): \(source.remarkedTitle)\(licence)", width: width, margin: 2, indent: 4)
  }
}

extension Source {
  /// The title, and whether what names it was not read in it.
  var remarkedTitle: String { opened == false ? "\(title) (not opened)" : title }
}

/// How many notes and sources a text leaves out, and how to see them.
func hiddenParts(_ notes: Int, _ sources: Int) -> String {
  let parts = [(notes, "note"), (sources, "source")].filter { $0.0 > 0 }
  return parts.map { counted($0.0, $0.1) }.joined(separator: " and ") + ": --sources"
}
