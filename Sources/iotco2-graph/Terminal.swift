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

  static func standardError(_ text: String) { _ = Output.writeAll(text, to: STDERR_FILENO) }
}

/// Prints an error the way every command does: on one line, without control characters.
func printError(_ message: String) {
  Terminal.standardError("error: \(printable(message))\n")
}
