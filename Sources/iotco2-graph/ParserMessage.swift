import Documents
import Quantities

/// The messages of the command line's parser, in the form of all others.
enum ParserMessage {
  /// A message without suggestions that are far, and with lists on one line.
  static func readable(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("  - "), let last = lines.popLast() {
        lines.append(last + (last.hasSuffix(":") ? " " : ", ") + line.dropFirst(4))
      } else {
        lines.append(String(line))
      }
    }
    if let first = lines.first, first.hasPrefix("Error: ") {
      lines[0] = "error: " + nearSuggestion(first.dropFirst("Error: ".count))
    }
    // Arguments stand in it as they were given.
    return lines.map(printable).joined(separator: "\n")
  }

  /// `Unknown option '--json'. Did you mean '--plot'?` without what nobody meant.
  private static func nearSuggestion(_ message: Substring) -> String {
    let parts = message.split(separator: "'", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[2].contains("Did you mean"),
      Suggestion.nearest(to: String(parts[1]), among: [String(parts[3])]).isEmpty
    else { return String(message) }
    return "\(parts[0])'\(parts[1])'"
  }
}
