import Documents
import Quantities
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension TextLayout {
  /// Where standard output goes: `COLUMNS`, or else the terminal's own width, or else 80.
  ///
  /// Colour needs a terminal that is not dumb, or a build server whose log shows it and that sets
  /// `CLICOLOR_FORCE` or `FORCE_COLOR`, and the absence of `NO_COLOR` (https://bixense.com/clicolors,
  /// https://force-color.org, https://no-color.org).
  static var standardOutput: TextLayout {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    var width = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }
    if width == nil, isTerminal {
      var size = winsize()
      if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        width = Int(size.ws_col)
      }
    }
    func setting(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    let isForced = ["CLICOLOR_FORCE", "FORCE_COLOR"].contains { !["", "0"].contains(setting($0)) }
    let isCapable = isTerminal && setting("TERM") != "dumb"
    return TextLayout(
      width: min(max(width ?? 80, 60), 200),
      isColoured: (isCapable || isForced) && setting("NO_COLOR").isEmpty)
  }
}

/// Messages besides results.
enum Terminal {
  /// Whether someone reads standard error as it is written.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether someone can answer a question.
  static var isAnswering: Bool { isatty(STDIN_FILENO) == 1 && isInteractive }

  /// A line of standard input without spaces around it; nil at its end.
  /// - Throws: `Problem` when it is too long or no text.
  static func answer() throws(Problem) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { break }
      guard byte != UInt8(ascii: "\n") else { return try text(of: bytes) }
      bytes.append(byte)
      guard bytes.count <= 1000 else {
        throw Problem("an answer of more than 1000 bytes", expected: "a line of standard input")
      }
    }
    return bytes.isEmpty ? nil : try text(of: bytes)
  }

  private static func text(of bytes: [UInt8]) throws(Problem) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem("an answer that is not text in UTF-8")
    }
    return text.trimmingSpaces
  }

  static func standardError(_ text: String) { _ = Output.writeAll(text, to: STDERR_FILENO) }
}

/// Prints an error the way every command does: on one line, without control characters.
func printError(_ message: String) {
  Terminal.standardError("error: \(printable(message))\n")
}
