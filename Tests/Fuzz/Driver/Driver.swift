#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What libFuzzer calls with each of its inputs: the bytes and their number.
package typealias FuzzTarget = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ target: FuzzTarget
) -> CInt

/// Hands the arguments of the command line to libFuzzer, and ends as it does.
///
/// libFuzzer's own main function is not linked, since the package manager gives each executable one.
package func fuzz(_ target: FuzzTarget) -> Never {
  var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
  exit(runDriver(&count, &arguments, target))
}
