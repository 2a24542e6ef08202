import Foundation
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs the command as on a terminal.
enum PseudoTerminal {
  struct Failure: Error {}

  /// Linux's TIOCSPTLCK and TIOCGPTN, which are macros that Swift does not import.
  private static let unlockTerminal: UInt = 0x4004_5431
  private static let numberOfTerminal: UInt = 0x8004_5430

  /// - Parameter text: What is typed, all of it before the command reads.
  /// - Returns: What the terminal shows, with what was typed.
  static func run(_ arguments: [String], typing text: String) throws -> (
    status: Int32, output: String
  ) {
    let main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number) = (Int32(0), Int32(0))
    guard main >= 0, ioctl(main, unlockTerminal, &lock) == 0,
      ioctl(main, numberOfTerminal, &number) == 0
    else { throw Failure() }
    let name = "/dev/pts/\(number)"
    let other = open(name, O_RDWR | O_NOCTTY)
    guard other >= 0 else { throw Failure() }
    let terminal = FileHandle(fileDescriptor: other, closeOnDealloc: false)
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = arguments
    process.currentDirectoryURL = Paths.root
    process.standardInput = terminal
    process.standardOutput = terminal
    process.standardError = terminal
    try process.run()
    var typed = text
    typed.withUTF8 { _ = write(main, $0.baseAddress, $0.count) }
    process.waitUntilExit()
    // What was shown waits in the terminal, and is lost when nobody has it open.
    _ = fcntl(main, F_SETFL, O_NONBLOCK)
    var shown: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while case let count = read(main, &part, part.count), count > 0 { shown += part[..<count] }
    close(other)
    close(main)
    return (process.terminationStatus, String(decoding: shown, as: UTF8.self))
  }
}
